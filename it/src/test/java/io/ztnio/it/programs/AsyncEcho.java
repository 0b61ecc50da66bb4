package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * An echo server of asynchronous channels, in a group of two threads. Prints the provider's class, {@code listening on
 * <address>}, and {@code closed} for each connection that came to its end.
 *
 * <p>Arguments: address or {@code *}, port.
 */
public final class AsyncEcho {
    private static final int BUFFER_BYTES = 64 * 1024;

    private AsyncEcho() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int port = Integer.parseInt(args[1]);
        InetSocketAddress address = args[0].equals("*")
                ? new InetSocketAddress(port)
                : new InetSocketAddress(InetAddress.getByName(args[0]), port);
        AsynchronousChannelGroup group =
                AsynchronousChannelGroup.withFixedThreadPool(2, Executors.defaultThreadFactory());
        AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open(group);
        listener.bind(address);
        System.out.println("provider " + listener.provider().getClass().getName());
        System.out.println("listening on " + listener.getLocalAddress());
        listener.accept(null, new CompletionHandler<AsynchronousSocketChannel, Void>() {
            @Override
            public void completed(AsynchronousSocketChannel accepted, Void nothing) {
                listener.accept(null, this);
                new Echo(accepted).read();
            }

            @Override
            public void failed(Throwable failure, Void nothing) {
                System.out.println("failed: " + failure);
            }
        });
        new CountDownLatch(1).await();
    }

    /** Reads, writes all of it, and reads again, until the end of the stream. */
    private static final class Echo implements CompletionHandler<Integer, Boolean> {
        private final AsynchronousSocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

        Echo(AsynchronousSocketChannel channel) {
            this.channel = channel;
        }

        void read() {
            channel.read(buffer.clear(), true, this);
        }

        @Override
        public void completed(Integer length, Boolean wasRead) {
            if (wasRead && length < 0) {
                close();
                return;
            }
            if (wasRead) {
                buffer.flip();
            }
            if (buffer.hasRemaining()) {
                channel.write(buffer, false, this);
            } else {
                read();
            }
        }

        @Override
        public void failed(Throwable failure, Boolean wasRead) {
            System.out.println("failed: " + failure);
            close();
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException e) {
                System.out.println("failed: " + e);
            }
            System.out.println("closed");
        }
    }
}
