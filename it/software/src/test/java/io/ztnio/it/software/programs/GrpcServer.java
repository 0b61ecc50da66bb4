package io.ztnio.it.software.programs;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** gRPC's server with Netty. Arguments: an address, a plain port, a port with TLS, and a key store. */
public final class GrpcServer {
    private static final int MAX_MESSAGE = 16 << 20;

    private final InetSocketAddress address;
    private final ServerCredentials credentials;
    private final Object lock = new Object();
    // Guarded by lock.
    private Server server;
    private int starts;
    private boolean stopped;

    private GrpcServer(InetSocketAddress address, ServerCredentials credentials) {
        this.address = address;
        this.credentials = credentials;
    }

    public static void main(String[] arguments) throws Exception {
        String host = arguments[0];
        GrpcServer plain = new GrpcServer(
                new InetSocketAddress(host, Integer.parseInt(arguments[1])), InsecureServerCredentials.create());
        GrpcServer tls = new GrpcServer(
                new InetSocketAddress(host, Integer.parseInt(arguments[2])),
                TlsServerCredentials.newBuilder()
                        .keyManager(Tls.keys(arguments[3]).getKeyManagers())
                        .build());
        plain.start();
        tls.start();
        System.out.println("serving");
        System.in.read();
        plain.stop();
        tls.stop();
        System.out.println("stopped");
    }

    private void start() throws IOException {
        synchronized (lock) {
            if (stopped) {
                return;
            }
            starts++;
            server = NettyServerBuilder.forAddress(address, credentials)
                    .maxInboundMessageSize(MAX_MESSAGE)
                    .addService(service())
                    .build()
                    .start();
        }
    }

    private void stop() throws InterruptedException {
        Server running;
        synchronized (lock) {
            stopped = true;
            running = server;
        }
        if (!running.shutdown().awaitTermination(1, TimeUnit.MINUTES)) {
            throw new AssertionError("the server did not end");
        }
    }

    private ServerServiceDefinition service() {
        return ServerServiceDefinition.builder(GrpcMethods.SERVICE)
                .addMethod(GrpcMethods.ECHO, ServerCalls.asyncUnaryCall((message, answers) -> answer(message, answers)))
                .addMethod(GrpcMethods.JOIN, ServerCalls.asyncClientStreamingCall(Joining::new))
                .addMethod(GrpcMethods.REPEAT, ServerCalls.asyncServerStreamingCall((message, answers) -> {
                    for (int i = 1; i < GrpcMethods.MESSAGES; i++) {
                        answers.onNext(message);
                    }
                    answer(message, answers);
                }))
                .addMethod(
                        GrpcMethods.STARTS,
                        ServerCalls.asyncUnaryCall((message, answers) -> answer(new byte[] {(byte) starts()}, answers)))
                .addMethod(GrpcMethods.END, ServerCalls.asyncServerStreamingCall((message, answers) -> {
                    answers.onNext(message);
                    new Thread(this::restart, "restart").start();
                }))
                .build();
    }

    private static void answer(byte[] message, StreamObserver<byte[]> answers) {
        answers.onNext(message);
        answers.onCompleted();
    }

    private int starts() {
        synchronized (lock) {
            return starts;
        }
    }

    private void restart() {
        try {
            Server running;
            synchronized (lock) {
                running = server;
            }
            if (!running.shutdownNow().awaitTermination(1, TimeUnit.MINUTES)) {
                throw new AssertionError("the server did not end");
            }
            start();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("it cannot be started again", e);
        }
    }

    private static final class Joining implements StreamObserver<byte[]> {
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private final StreamObserver<byte[]> answers;

        Joining(StreamObserver<byte[]> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(byte[] message) {
            all.writeBytes(message);
        }

        @Override
        public void onError(Throwable error) {
            System.out.println("a stream failed: " + error);
        }

        @Override
        public void onCompleted() {
            answer(all.toByteArray(), answers);
        }
    }
}
