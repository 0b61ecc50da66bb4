package io.ztnio.it.software.programs;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Calls of every kind to {@link GrpcServer}, plain and with TLS, and a channel that finds the server again which was ended and
 * started at the same port. Which transport it has is for the class path. Arguments: those of the server.
 */
public final class GrpcCalls {
    private static final int MAX_MESSAGE = 16 << 20;

    private final ManagedChannel channel;

    private GrpcCalls(ManagedChannel channel) {
        this.channel = channel;
    }

    public static void main(String[] arguments) throws Exception {
        at(arguments[0], arguments[1], InsecureChannelCredentials.create());
        System.out.println("did plain calls");
        at(
                arguments[0],
                arguments[2],
                TlsChannelCredentials.newBuilder()
                        .trustManager(Tls.trust(arguments[3]).getTrustManagers())
                        .build());
        System.out.println("did calls with TLS");
    }

    private static void at(String address, String port, ChannelCredentials credentials) throws Exception {
        ManagedChannelBuilder<?> builder =
                Grpc.newChannelBuilderForAddress(address, Integer.parseInt(port), credentials);
        ManagedChannel channel = builder.maxInboundMessageSize(MAX_MESSAGE).build();
        System.out.println("with " + builder.getClass().getSimpleName());
        GrpcCalls calls = new GrpcCalls(channel);
        calls.allKinds();
        calls.reconnect();
        calls.allKinds();
        if (!channel.shutdown().awaitTermination(1, TimeUnit.MINUTES)) {
            throw new AssertionError("the channel did not end");
        }
    }

    private void allKinds() throws Exception {
        for (int length : new int[] {0, 1, 100_000, 1_000_000}) {
            byte[] message = Bytes.of(length);
            Bytes.expect(message, unary(GrpcMethods.ECHO, message));
        }
        Bytes.expect(Bytes.of(GrpcMethods.MESSAGES * GrpcMethods.LENGTH), joined());
        byte[] message = Bytes.of(GrpcMethods.LENGTH);
        int messages = 0;
        for (Iterator<byte[]> answers = stream(GrpcMethods.REPEAT, message); answers.hasNext(); messages++) {
            Bytes.expect(message, answers.next());
        }
        Bytes.expect(GrpcMethods.MESSAGES, messages);
    }

    private byte[] unary(MethodDescriptor<byte[], byte[]> method, byte[] message) {
        return ClientCalls.blockingUnaryCall(channel, method, options(), message);
    }

    private Iterator<byte[]> stream(MethodDescriptor<byte[], byte[]> method, byte[] message) {
        return ClientCalls.blockingServerStreamingCall(channel, method, options(), message);
    }

    /** A call waits for a server, as long as nobody refuses for good. */
    private static CallOptions options() {
        return CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(2, TimeUnit.MINUTES);
    }

    private byte[] joined() throws Exception {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        StreamObserver<byte[]> messages =
                ClientCalls.asyncClientStreamingCall(channel.newCall(GrpcMethods.JOIN, options()), new Answer(answer));
        byte[] all = Bytes.of(GrpcMethods.MESSAGES * GrpcMethods.LENGTH);
        for (int i = 0; i < GrpcMethods.MESSAGES; i++) {
            messages.onNext(Arrays.copyOfRange(all, i * GrpcMethods.LENGTH, (i + 1) * GrpcMethods.LENGTH));
        }
        messages.onCompleted();
        return answer.get(2, TimeUnit.MINUTES);
    }

    private void reconnect() {
        Bytes.expect(1, (int) unary(GrpcMethods.STARTS, new byte[0])[0]);
        Iterator<byte[]> answers = stream(GrpcMethods.END, Bytes.of(1));
        Bytes.expect(Bytes.of(1), answers.next());
        try {
            throw new AssertionError("the stream went on or ended in order: " + answers.hasNext());
        } catch (StatusRuntimeException e) {
            Bytes.expect(true, e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED);
        }
        Bytes.expect(2, (int) unary(GrpcMethods.STARTS, new byte[0])[0]);
    }

    private record Answer(CompletableFuture<byte[]> answer) implements StreamObserver<byte[]> {
        @Override
        public void onNext(byte[] message) {
            answer.complete(message);
        }

        @Override
        public void onError(Throwable error) {
            answer.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            answer.completeExceptionally(new AssertionError("no answer"));
        }
    }
}
