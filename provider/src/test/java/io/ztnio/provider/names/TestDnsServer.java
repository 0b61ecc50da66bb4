package io.ztnio.provider.names;

import io.ztnio.provider.dns.Answers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.Record;

/** A DNS server on a node, over UDP and TCP, that says what a test tells it. */
final class TestDnsServer implements AutoCloseable {
    private static final int PORT = 53;

    /** What it was asked, with the way: {@code udp db.corp.example. 1}. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** Ports that queries came from. */
    final List<Integer> ports = new CopyOnWriteArrayList<>();

    private final Behaviour behaviour;
    private final DatagramChannel datagrams;
    private final ServerSocketChannel listener;

    /** What it says. */
    interface Behaviour {
        /** The answer to a query, or {@code null} for silence. */
        byte[] answer(byte[] query, Record question, boolean stream);
    }

    TestDnsServer(SelectorProvider provider, InetAddress address, Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        datagrams = provider.openDatagramChannel().bind(new InetSocketAddress(address, PORT));
        listener = provider.openServerSocketChannel().bind(new InetSocketAddress(address, PORT));
        start(this::serveDatagrams);
        start(this::serveStreams);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // It was closed.
                    }
                },
                "dns-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serveDatagrams() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(2000);
        while (true) {
            InetSocketAddress client = (InetSocketAddress) datagrams.receive(buffer.clear());
            byte[] answer = answer(bytes(buffer.flip()), client, false);
            if (answer != null) {
                datagrams.send(ByteBuffer.wrap(answer), client);
            }
        }
    }

    private void serveStreams() throws IOException {
        while (true) {
            try (SocketChannel client = listener.accept()) {
                ByteBuffer length = read(client, 2);
                byte[] query = bytes(read(client, length.getShort()));
                byte[] answer = answer(query, (InetSocketAddress) client.getRemoteAddress(), true);
                if (answer != null) {
                    // In two pieces, as it may come.
                    client.write(ByteBuffer.allocate(2)
                            .putShort((short) answer.length)
                            .flip());
                    client.write(ByteBuffer.wrap(answer));
                }
            }
        }
    }

    private static ByteBuffer read(SocketChannel client, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && client.read(buffer) >= 0) {
            // Until it is whole.
        }
        return buffer.flip();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    private byte[] answer(byte[] query, InetSocketAddress client, boolean stream) {
        Record question = Answers.question(query);
        asked.add((stream ? "tcp " : "udp ") + question.getName() + " " + question.getType());
        ports.add(client.getPort());
        return behaviour.answer(query, question, stream);
    }

    @Override
    public void close() throws IOException {
        datagrams.close();
        listener.close();
    }
}
