package io.ztnio.it.software.programs;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The service of the gRPC programs. Its messages are bytes, so that nothing has to be generated. Stateless. */
final class GrpcMethods {
    static final String SERVICE = "ztnio.Bytes";

    /** Messages of a stream, each of {@link #LENGTH} bytes. */
    static final int MESSAGES = 60;

    static final int LENGTH = 30_000;

    /** Answers what it gets. */
    static final MethodDescriptor<byte[], byte[]> ECHO = method("Echo", MethodType.UNARY);

    /** Answers all messages in one. */
    static final MethodDescriptor<byte[], byte[]> JOIN = method("Join", MethodType.CLIENT_STREAMING);

    /** Answers with {@link #MESSAGES} times its message. */
    static final MethodDescriptor<byte[], byte[]> REPEAT = method("Repeat", MethodType.SERVER_STREAMING);

    /** How often the server has been started, one byte. */
    static final MethodDescriptor<byte[], byte[]> STARTS = method("Starts", MethodType.UNARY);

    /** A stream that ends with the server, which this call ends. It is then started again at the same port. */
    static final MethodDescriptor<byte[], byte[]> END = method("End", MethodType.SERVER_STREAMING);

    private GrpcMethods() {}

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(new Messages(), new Messages())
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .build();
    }

    private static final class Messages implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
