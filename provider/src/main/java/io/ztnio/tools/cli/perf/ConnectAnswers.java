package io.ztnio.tools.cli.perf;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Answers the connects of one client at a port of their own, all on one thread: so no connect pays for the thread that serves the one
 * before it. Thread: the server's for this client.
 */
final class ConnectAnswers {
    /** A stranger who connects and says nothing is not to keep the client waiting for ever. */
    private static final int TIMEOUT_MILLIS = 5_000;

    private ConnectAnswers() {}

    /** Tells the client the port, and answers until the client closes {@code control}. */
    static void serve(SocketChannel control) throws IOException {
        InetSocketAddress local = (InetSocketAddress) control.getLocalAddress();
        try (ServerSocketChannel listener = ServerSocketChannel.open();
                Selector selector = Selector.open()) {
            listener.bind(new InetSocketAddress(local.getAddress(), 0));
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            Streams.writeFully(
                    control, ByteBuffer.allocate(Integer.BYTES).putInt(port).flip());
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            control.configureBlocking(false);
            control.register(selector, SelectionKey.OP_READ);
            ByteBuffer nothing = ByteBuffer.allocate(1);
            while (control.read(nothing.clear()) >= 0) {
                answer(listener);
                selector.select();
                selector.selectedKeys().clear();
            }
        }
    }

    private static void answer(ServerSocketChannel listener) throws IOException {
        for (SocketChannel made = listener.accept(); made != null; made = listener.accept()) {
            try (SocketChannel connection = made) {
                connection.setOption(StandardSocketOptions.SO_LINGER, 0);
                connection.socket().setSoTimeout(TIMEOUT_MILLIS);
                connection.socket().getInputStream().read();
            } catch (IOException e) {
                // Who says nothing, or has gone, gets no other answer.
            }
        }
    }
}
