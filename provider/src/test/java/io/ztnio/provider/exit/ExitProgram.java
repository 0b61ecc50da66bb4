package io.ztnio.provider.exit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** An application that ends while something is open. It knows nothing of virtual networks. */
final class ExitProgram {
    static final int FAREWELL_BYTES = 20_000;

    private ExitProgram() {}

    /** Arguments: what to do, the peer's address and port, how to end, how many hooks. */
    public static void main(String[] arguments) throws Exception {
        InetSocketAddress peer = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
        switch (arguments[0]) {
            case "hooks" -> {
                for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
                    SocketChannel channel = SocketChannel.open(peer);
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> farewell(channel)));
                }
            }
            case "late" -> {
                // Nothing goes to the network before the end.
                Selector.open().close();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        farewell(SocketChannel.open(peer));
                    } catch (IOException e) {
                        System.out.println("failed " + e);
                    }
                }));
            }
            case "fill" -> {
                SocketChannel channel = SocketChannel.open(peer);
                System.out.println("wrote " + fill(channel));
                channel.close();
            }
            case "open" -> {
                SocketChannel channel = SocketChannel.open(peer);
                if (arguments[4].equals("close")) {
                    channel.close();
                }
            }
            case "listens" -> {
                SocketChannel.open(peer);
                ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(0));
                System.out.println(((InetSocketAddress) server.getLocalAddress()).getPort());
                server.accept();
                System.out.println("accepted");
            }
            case "reads" -> {
                SocketChannel channel = SocketChannel.open(peer);
                while (channel.read(ByteBuffer.allocate(100)) >= 0) {
                    // Until the peer says goodbye.
                }
                channel.close();
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        end(arguments[3]);
    }

    private static void end(String how) throws IOException {
        System.out.println("ready");
        // Until the test says so.
        int told = System.in.read();
        if (how.equals("exit") && told > 0) {
            System.exit(7);
        }
        System.out.println("leaves main");
    }

    /** What a careful application does last: waits for the peer, says something, closes. */
    private static void farewell(SocketChannel channel) {
        try (channel) {
            System.out.println("hook");
            ByteBuffer go = ByteBuffer.allocate(1);
            if (channel.read(go) != 1) {
                throw new IOException("no go");
            }
            ByteBuffer last = ByteBuffer.allocate(FAREWELL_BYTES);
            while (last.hasRemaining()) {
                channel.write(last);
            }
            System.out.println("said");
        } catch (IOException e) {
            System.out.println("failed " + e);
        }
    }

    /** Writes until the peer and all buffers have enough. */
    private static long fill(SocketChannel channel) throws IOException {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode("0123456789".repeat(1000));
        long total = 0;
        try (Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
            while (selector.select(500) > 0) {
                selector.selectedKeys().clear();
                total += channel.write(bytes.rewind());
            }
            key.cancel();
            selector.selectNow();
        }
        return total;
    }
}
