package io.ztnio.protocol.portmap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** {@link IgdWire} on the operating system's sockets. Thread: one at a time; {@link #stop} any. */
final class GatewayWire implements IgdWire, AutoCloseable {
    private static final int SEARCH_TTL = 2;
    private static final int MAX_ANSWERS = 64;
    private static final int DATAGRAM_BYTES = 2048;

    private final SelectorProvider os;
    private final InetAddress gateway;
    private final InetAddress local;
    private final int ssdpPort;
    private final long exchangeMillis;
    private final LongSupplier millis;
    private final Selector selector;
    private volatile boolean stopped;

    /**
     * Opens a selector.
     *
     * @param os the operating system's provider: never one that routes into the node
     * @param local what is sent from
     * @param ssdpPort where the gateway is asked by its own address, besides the group
     * @param exchangeMillis bound of an {@link #exchange}
     * @param millis a clock
     */
    GatewayWire(
            SelectorProvider os,
            InetAddress gateway,
            InetAddress local,
            int ssdpPort,
            long exchangeMillis,
            LongSupplier millis)
            throws IOException {
        this.os = os;
        this.gateway = gateway;
        this.local = local;
        this.ssdpPort = ssdpPort;
        this.exchangeMillis = exchangeMillis;
        this.millis = millis;
        this.selector = os.openSelector();
    }

    @Override
    public Optional<GatewayUrl> search(List<byte[]> searches, Function<byte[], Optional<GatewayUrl>> accept)
            throws IOException {
        try (DatagramChannel channel = os.openDatagramChannel(StandardProtocolFamily.INET)) {
            channel.bind(new InetSocketAddress(local, 0));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            for (byte[] search : searches) {
                send(channel, search, new InetSocketAddress(gateway, ssdpPort));
                NetworkInterface device = NetworkInterface.getByInetAddress(local);
                // A gateway in this machine is a test's, or a relay's: nobody else is asked then.
                if (!gateway.isLoopbackAddress() && device != null) {
                    channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, device);
                    channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, SEARCH_TTL);
                    send(channel, search, new InetSocketAddress(Ssdp.GROUP, Ssdp.PORT));
                }
            }
            return await(channel, accept);
        } finally {
            forget();
        }
    }

    /** A channel that is closed keeps its descriptor until its selector looks. */
    private void forget() throws IOException {
        if (selector.isOpen()) {
            selector.selectNow(key -> {});
        }
    }

    private static void send(DatagramChannel channel, byte[] bytes, InetSocketAddress to) {
        try {
            channel.send(ByteBuffer.wrap(bytes), to);
        } catch (IOException e) {
            // One of the two ways may be closed, as to a port where nobody listens.
            System.getLogger("io.ztnio.portmap").log(System.Logger.Level.DEBUG, "search at " + to + ": " + e);
        }
    }

    private Optional<GatewayUrl> await(DatagramChannel channel, Function<byte[], Optional<GatewayUrl>> accept)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(DATAGRAM_BYTES);
        long deadline = millis.getAsLong() + Ssdp.WAIT_SECONDS * 1000L + 500;
        for (int answers = 0; answers < MAX_ANSWERS; answers++) {
            InetSocketAddress source = null;
            // What others send takes no place of the gateway's answers; the time bounds it.
            while (source == null || !source.getAddress().equals(gateway)) {
                waitUntil(deadline, "no answer to the search");
                if (millis.getAsLong() >= deadline) {
                    return Optional.empty();
                }
                buffer.clear();
                source = (InetSocketAddress) channel.receive(buffer);
            }
            Optional<GatewayUrl> accepted = accept.apply(Arrays.copyOf(buffer.array(), buffer.position()));
            if (accepted.isPresent()) {
                return accepted;
            }
        }
        return Optional.empty();
    }

    @Override
    public HttpReply exchange(int port, byte[] request) throws IOException {
        long deadline = millis.getAsLong() + exchangeMillis;
        try (SocketChannel channel = os.openSocketChannel()) {
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(local, 0));
            channel.connect(new InetSocketAddress(gateway, port));
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            while (!channel.finishConnect()) {
                mustWait(deadline);
            }
            ByteBuffer out = ByteBuffer.wrap(request);
            key.interestOps(SelectionKey.OP_WRITE);
            while (channel.write(out) >= 0 && out.hasRemaining()) {
                mustWait(deadline);
            }
            key.interestOps(SelectionKey.OP_READ);
            ByteBuffer in = ByteBuffer.allocate(HttpReply.MAX_LENGTH);
            HttpReplyReader reader = new HttpReplyReader();
            while (true) {
                int read = channel.read(in);
                Optional<HttpReply> reply = reader.read(in.array(), in.position(), read < 0);
                if (reply.isPresent()) {
                    return reply.get();
                }
                if (!in.hasRemaining()) {
                    throw new IOException("too long an answer of the router");
                }
                if (read == 0) {
                    mustWait(deadline);
                }
            }
        } finally {
            forget();
        }
    }

    private void mustWait(long deadline) throws IOException {
        waitUntil(deadline, "no answer of the router");
        if (millis.getAsLong() >= deadline) {
            throw new IOException("no answer of the router within " + exchangeMillis + " ms");
        }
    }

    private void waitUntil(long deadline, String what) throws IOException {
        if (stopped) {
            throw new IOException(what + ", and no time for it");
        }
        long left = deadline - millis.getAsLong();
        if (left > 0) {
            selector.select(key -> {}, left);
        }
        if (stopped) {
            throw new IOException(what + ", and no time for it");
        }
    }

    /** Ends what waits; what is called later fails. */
    void stop() {
        stopped = true;
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
