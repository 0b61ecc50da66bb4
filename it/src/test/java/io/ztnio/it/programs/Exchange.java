package io.ztnio.it.programs;

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

/**
 * A message over TCP and one over UDP to itself, through one selector; each option of each channel is read and set. Prints
 * the provider's class, where it was loaded, and {@code exchanged}.
 *
 * <p>Arguments: an own address.
 */
public final class Exchange {
    private static final int LENGTH = 1000;
    private static final int TIMEOUT_MILLIS = 60_000;

    private Exchange() {}

    public static void main(String[] args) throws IOException {
        InetAddress own = InetAddress.getByName(args[0]);
        try (Selector selector = Selector.open();
                ServerSocketChannel listener = ServerSocketChannel.open();
                DatagramChannel left = DatagramChannel.open();
                DatagramChannel right = DatagramChannel.open()) {
            Class<?> provider = selector.provider().getClass();
            System.out.println(
                    provider.getName() + " of " + provider.getModule().getName());
            listener.bind(new InetSocketAddress(own, 0));
            repeatOptions(listener);
            streams(selector, listener);
            left.bind(new InetSocketAddress(own, 0));
            right.bind(new InetSocketAddress(own, 0));
            repeatOptions(left);
            datagrams(selector, left, right);
        }
        System.out.println("exchanged");
    }

    private static void streams(Selector selector, ServerSocketChannel listener) throws IOException {
        try (SocketChannel client = SocketChannel.open()) {
            repeatOptions(client);
            client.connect(listener.getLocalAddress());
            repeatOptions(client);
            try (SocketChannel accepted = listener.accept()) {
                client.write(ByteBuffer.allocate(LENGTH));
                accepted.configureBlocking(false);
                accepted.register(selector, SelectionKey.OP_READ);
                ByteBuffer received = ByteBuffer.allocate(LENGTH);
                while (received.hasRemaining()) {
                    await(selector);
                    accepted.read(received);
                }
            }
        }
        selector.selectNow();
    }

    private static void datagrams(Selector selector, DatagramChannel left, DatagramChannel right) throws IOException {
        right.configureBlocking(false);
        right.register(selector, SelectionKey.OP_READ);
        left.send(ByteBuffer.allocate(LENGTH), right.getLocalAddress());
        await(selector);
        ByteBuffer received = ByteBuffer.allocate(2 * LENGTH);
        right.receive(received);
        if (received.position() != LENGTH) {
            throw new IOException("a datagram of " + received.position() + " bytes");
        }
    }

    private static void await(Selector selector) throws IOException {
        if (selector.select(TIMEOUT_MILLIS) == 0) {
            throw new IOException("nothing became ready");
        }
        selector.selectedKeys().clear();
    }

    private static void repeatOptions(NetworkChannel channel) throws IOException {
        for (SocketOption<?> option : channel.supportedOptions()) {
            repeat(channel, option);
        }
    }

    private static <T> void repeat(NetworkChannel channel, SocketOption<T> option) throws IOException {
        T value = channel.getOption(option);
        if (value != null && !option.name().equals("SO_INCOMING_NAPI_ID")) {
            channel.setOption(option, value);
        }
    }
}
