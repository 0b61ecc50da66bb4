package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Greets whoever connects to, or sends to, a port of any address of this machine. Arguments: the port, and addresses to
 * whose datagrams it answers from just there, where the kernel would take another one of the interface.
 */
public final class Stranger {
    private static final byte[] GREETING = "stranger".getBytes(StandardCharsets.US_ASCII);

    private Stranger() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        try (Selector selector = Selector.open();
                ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(port))) {
            listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            List<DatagramChannel> sockets = new ArrayList<>();
            sockets.add(open(selector, new InetSocketAddress(port)));
            for (int i = 1; i < arguments.length; i++) {
                sockets.add(open(selector, new InetSocketAddress(arguments[i], port)));
            }
            System.out.println("the stranger is there");
            while (true) {
                selector.select();
                selector.selectedKeys().clear();
                for (SocketChannel caller = listener.accept(); caller != null; caller = listener.accept()) {
                    caller.write(ByteBuffer.wrap(GREETING));
                    caller.close();
                }
                for (DatagramChannel datagrams : sockets) {
                    answer(datagrams);
                }
            }
        }
    }

    private static DatagramChannel open(Selector selector, InetSocketAddress local) throws IOException {
        // The wildcard address and its parts have one port.
        DatagramChannel datagrams = DatagramChannel.open()
                .setOption(StandardSocketOptions.SO_REUSEADDR, true)
                .bind(local);
        datagrams.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        return datagrams;
    }

    private static void answer(DatagramChannel datagrams) throws IOException {
        ByteBuffer received = ByteBuffer.allocate(100);
        for (var sender = datagrams.receive(received); sender != null; sender = datagrams.receive(received)) {
            datagrams.send(ByteBuffer.wrap(GREETING), sender);
            received.clear();
        }
    }
}
