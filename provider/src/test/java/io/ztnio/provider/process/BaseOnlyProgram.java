package io.ztnio.provider.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.TreeSet;

/**
 * TCP and UDP through one selector, and every option of every channel. Prints the provider, the options before and after
 * the channels have their addresses, and {@code exchanged} at its end.
 *
 * <p>Arguments: an own address.
 */
final class BaseOnlyProgram {
    private static final byte[] MESSAGE = {'h', 'e', 'l', 'l', 'o'};

    private BaseOnlyProgram() {}

    public static void main(String[] args) throws IOException {
        InetAddress own = InetAddress.getByName(args[0]);
        try (Selector selector = Selector.open();
                ServerSocketChannel listener = ServerSocketChannel.open();
                SocketChannel client = SocketChannel.open();
                DatagramChannel left = DatagramChannel.open();
                DatagramChannel right = DatagramChannel.open()) {
            System.out.println(selector.provider().getClass().getSimpleName());
            exercise(listener);
            exercise(client);
            exercise(left);
            listener.bind(new InetSocketAddress(own, 0));
            client.connect(listener.getLocalAddress());
            left.bind(new InetSocketAddress(own, 0));
            right.bind(new InetSocketAddress(own, 0));
            exercise(listener);
            exercise(client);
            exercise(left);
            streams(selector, listener, client);
            datagrams(selector, left, right);
        }
        System.out.println("exchanged");
    }

    private static void streams(Selector selector, ServerSocketChannel listener, SocketChannel client)
            throws IOException {
        try (SocketChannel accepted = listener.accept()) {
            exercise(accepted);
            accepted.configureBlocking(false);
            accepted.register(selector, SelectionKey.OP_READ);
            client.write(ByteBuffer.wrap(MESSAGE));
            await(selector);
            check(accepted.read(ByteBuffer.allocate(100)));
        }
        selector.selectNow();
    }

    private static void datagrams(Selector selector, DatagramChannel left, DatagramChannel right) throws IOException {
        right.configureBlocking(false);
        right.register(selector, SelectionKey.OP_READ);
        left.send(ByteBuffer.wrap(MESSAGE), right.getLocalAddress());
        await(selector);
        ByteBuffer received = ByteBuffer.allocate(100);
        right.receive(received);
        check(received.position());
    }

    private static void await(Selector selector) throws IOException {
        if (selector.select(20_000) != 1) {
            throw new IOException("nothing became ready");
        }
        selector.selectedKeys().clear();
    }

    private static void check(int length) throws IOException {
        if (length != MESSAGE.length) {
            throw new IOException(length + " bytes");
        }
    }

    /** Reads each option and sets it to what it is. */
    private static void exercise(NetworkChannel channel) throws IOException {
        Set<String> names = new TreeSet<>();
        for (SocketOption<?> option : channel.supportedOptions()) {
            names.add(option.name());
            repeat(channel, option);
        }
        System.out.println(channel.getClass().getSimpleName() + " " + names);
    }

    private static <T> void repeat(NetworkChannel channel, SocketOption<T> option) throws IOException {
        T value = channel.getOption(option);
        if (value != null) {
            channel.setOption(option, value);
        }
    }
}
