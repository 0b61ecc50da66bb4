package io.ztnio.jmh;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;

/** What a thread does with the other end of a channel until that is closed. */
final class OtherEnd {
    private interface Loop {
        void run() throws IOException;
    }

    private OtherEnd() {}

    /** Sends back what comes. */
    static void echo(SocketChannel channel, int most) {
        start(() -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(most);
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        });
    }

    /** Reads what comes. */
    static void drain(SocketChannel channel, int most) {
        start(() -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(most);
            int count = 0;
            while (count >= 0) {
                count = channel.read(buffer.clear());
            }
        });
    }

    /** Sends each datagram back to where it came from. */
    static void answer(DatagramChannel channel, int most) {
        start(() -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(most);
            while (channel.isOpen()) {
                SocketAddress from = channel.receive(buffer.clear());
                channel.send(buffer.flip(), from);
            }
        });
    }

    private static void start(Loop loop) {
        Thread thread = new Thread(() -> {
            try {
                loop.run();
            } catch (IOException e) {
                System.getLogger("io.ztnio.jmh").log(System.Logger.Level.DEBUG, "the other end has ended", e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
