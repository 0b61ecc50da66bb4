package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Says for each address who answers there, for each way to ask: a line {@code WAY ADDRESS: GREETING}, or {@code silence},
 * or {@code failed: EXCEPTION}. Arguments: a port and addresses; {@code *} binds a listener to the wildcard address.
 */
public final class WhoAnswers {
    private static final long SILENCE_MILLIS = 1000;

    private interface Way {
        String ask(InetSocketAddress address) throws IOException;
    }

    private WhoAnswers() {}

    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        for (int i = 1; i < arguments.length; i++) {
            if (arguments[i].equals("*")) {
                report("bind", new InetSocketAddress(0), WhoAnswers::bind);
                continue;
            }
            InetSocketAddress address = new InetSocketAddress(arguments[i], port);
            report("connect", address, WhoAnswers::connect);
            report("select", address, WhoAnswers::select);
            report("send", address, WhoAnswers::send);
            report("write", address, WhoAnswers::write);
        }
        System.out.println("done");
    }

    private static void report(String name, InetSocketAddress address, Way way) {
        String outcome;
        try {
            outcome = way.ask(address);
        } catch (IOException e) {
            outcome = "failed: " + e;
        }
        System.out.println(name + " " + address.getAddress().getHostAddress() + ": " + outcome);
    }

    private static String bind(InetSocketAddress wildcard) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(wildcard);
            return "bound";
        }
    }

    private static String connect(InetSocketAddress address) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            ByteBuffer greeting = ByteBuffer.allocate(100);
            while (channel.read(greeting) >= 0) {
                // Until the other has said all.
            }
            return text(greeting);
        }
    }

    private static String select(InetSocketAddress address) throws IOException {
        try (SocketChannel channel = SocketChannel.open();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            if (!channel.connect(address)) {
                do {
                    selector.select();
                    selector.selectedKeys().clear();
                } while (!channel.finishConnect());
            }
            key.interestOps(SelectionKey.OP_READ);
            ByteBuffer greeting = ByteBuffer.allocate(100);
            while (channel.read(greeting) >= 0) {
                selector.select();
                selector.selectedKeys().clear();
            }
            return text(greeting);
        }
    }

    private static String send(InetSocketAddress address) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.send(ByteBuffer.wrap(new byte[] {1}), address);
            return answer(channel);
        }
    }

    private static String write(InetSocketAddress address) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(address);
            channel.write(ByteBuffer.wrap(new byte[] {1}));
            return answer(channel);
        }
    }

    private static String answer(DatagramChannel channel) throws IOException {
        try (Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteBuffer greeting = ByteBuffer.allocate(100);
            selector.select(SILENCE_MILLIS);
            return channel.receive(greeting) == null ? "silence" : text(greeting);
        }
    }

    @SuppressWarnings("ByteBufferBackingArray") // allocated here
    private static String text(ByteBuffer greeting) {
        return new String(greeting.array(), 0, greeting.position(), StandardCharsets.US_ASCII);
    }
}
