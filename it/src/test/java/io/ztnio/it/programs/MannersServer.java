package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;

/**
 * The other side of {@link MannersClient}: does what the first byte of a connection asks for, and echoes datagrams. Prints
 * {@code listening on <address>}.
 *
 * <p>Arguments: address, port (of both protocols).
 */
public final class MannersServer {
    static final byte ECHO = 'e';
    static final byte ANSWER_AT_END = 'a';
    static final byte RESET = 'r';
    static final byte CLOSE_UNREAD = 'u';
    static final byte READ_LATER = 'l';
    static final byte READ_NOW = 'n';
    static final byte CLOSE = 'c';

    private static final CountDownLatch READ_NOW_CAME = new CountDownLatch(1);

    private MannersServer() {}

    public static void main(String[] args) throws IOException {
        InetSocketAddress address = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        DatagramChannel datagrams = DatagramChannel.open().bind(address);
        start(() -> echoDatagrams(datagrams));
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(address);
            System.out.println("listening on " + server.getLocalAddress());
            while (true) {
                SocketChannel connection = server.accept();
                start(() -> serve(connection));
            }
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                System.out.println("ended by " + e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void echoDatagrams(DatagramChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(65_536);
        while (true) {
            SocketAddress sender = channel.receive(buffer.clear());
            channel.send(buffer.flip(), sender);
        }
    }

    private static void serve(SocketChannel connection) throws IOException, InterruptedException {
        try (connection) {
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024).limit(1);
            if (connection.read(buffer) < 1) {
                return;
            }
            switch (buffer.get(0)) {
                case ECHO -> echo(connection, buffer);
                case ANSWER_AT_END -> answer(connection, drain(connection, buffer));
                case RESET -> connection.setOption(StandardSocketOptions.SO_LINGER, 0);
                case CLOSE_UNREAD -> awaitUnread(connection);
                case READ_LATER -> {
                    READ_NOW_CAME.await();
                    answer(connection, drain(connection, buffer));
                }
                case READ_NOW -> READ_NOW_CAME.countDown();
                default -> {}
            }
        }
    }

    private static void echo(SocketChannel connection, ByteBuffer buffer) throws IOException {
        while (connection.read(buffer.clear()) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                connection.write(buffer);
            }
        }
    }

    private static long drain(SocketChannel connection, ByteBuffer buffer) throws IOException {
        long count = 0;
        for (int n = connection.read(buffer.clear()); n >= 0; n = connection.read(buffer.clear())) {
            count += n;
        }
        return count;
    }

    private static void answer(SocketChannel connection, long count) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(Long.BYTES).putLong(count).flip();
        while (answer.hasRemaining()) {
            connection.write(answer);
        }
    }

    /** Returns when there is something to read, which is left unread. */
    private static void awaitUnread(SocketChannel connection) throws IOException {
        while (connection.socket().getInputStream().available() == 0) {
            Thread.onSpinWait();
        }
    }
}
