package io.ztnio.protocol.relay;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A small relay over TCP ({@code protocol.md} 8.13): each connection has a UDP port. Unlike the reference's it sends only where it
 * may, and to who has sent to the client, and so is no way to have strangers' datagrams sent to anybody; and clients that do not say
 * where their datagrams go get nothing. Connections are bounded, as a whole and by source; one that is idle for 300 s ends.
 *
 * <p>Thread: thread-safe; has a thread of its own.
 */
public final class TcpRelayServer implements AutoCloseable {
    /** Connections at once. */
    public static final int MAX_CONNECTIONS = 256;

    /** The same of one address. */
    public static final int MAX_OF_SOURCE = 16;

    private static final System.Logger LOG = System.getLogger("io.ztnio.transport");
    private static final long IDLE_NANOS = 300_000_000_000L;
    private static final long LOOK_MILLIS = 30_000;
    private static final int MAX_QUEUED_BYTES = 128 << 10;
    private static final int MIN_PORT = 1025;
    private static final int READS_PER_TURN = 64;
    private static final long END_MILLIS = 1_000;

    /** After a failed accept: whoever waits still waits, and a select returns at once. */
    private static final long ACCEPT_PAUSE_NANOS = 50_000_000L;

    private final SelectorProvider os;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final Predicate<InetSocketAddress> mayReach;
    private final Set<Client> clients = new HashSet<>();
    private final ByteBuffer in = ByteBuffer.allocate(16 << 10);
    private final Thread thread = new Thread(this::run, "ztnio-tcp-relay-server");
    private volatile boolean closed;

    private TcpRelayServer(SelectorProvider os, InetSocketAddress bind, Predicate<InetSocketAddress> mayReach)
            throws IOException {
        this.os = os;
        this.mayReach = mayReach;
        this.selector = os.openSelector();
        this.listener = os.openServerSocketChannel();
        try {
            listener.bind(bind);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            this.address = (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException | RuntimeException | Error e) {
            listener.close();
            selector.close();
            throw e;
        }
    }

    /**
     * Listens.
     *
     * @param os the operating system's provider
     * @param mayReach where datagrams may be sent, whoever has sent something; asked on the relay's thread. Ports up to 1024 are never reached.
     * @throws IOException if the address cannot be had
     */
    public static TcpRelayServer start(
            SelectorProvider os, InetSocketAddress bind, Predicate<InetSocketAddress> mayReach) throws IOException {
        TcpRelayServer server = new TcpRelayServer(os, bind, mayReach);
        server.thread.setDaemon(true);
        server.thread.start();
        return server;
    }

    /** Where it listens. */
    public InetSocketAddress localAddress() {
        return address;
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (Selector mine = selector;
                ServerSocketChannel accepting = listener) {
            while (!closed) {
                mine.select(LOOK_MILLIS);
                for (SelectionKey key : mine.selectedKeys()) {
                    serve(key, accepting);
                }
                mine.selectedKeys().clear();
                long now = System.nanoTime();
                List.copyOf(clients).stream()
                        .filter(client -> now - client.lastNanos > IDLE_NANOS)
                        .forEach(Client::close);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the TCP relay ends: " + e, e);
        } finally {
            List.copyOf(clients).forEach(Client::close);
        }
    }

    private void serve(SelectionKey key, ServerSocketChannel accepting) {
        Client client = (Client) key.attachment();
        try {
            if (client == null) {
                accept(accepting);
            } else {
                client.serve(key.channel());
            }
        } catch (IOException | RuntimeException e) {
            // Whoever it was of is gone; for the others nothing has happened.
            if (client == null) {
                LOG.log(System.Logger.Level.DEBUG, "the TCP relay cannot accept: " + e);
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            } else {
                client.close();
            }
        }
    }

    private void accept(ServerSocketChannel accepting) throws IOException {
        SocketChannel tcp = accepting.accept();
        if (tcp == null) {
            return;
        }
        InetAddress source = ((InetSocketAddress) tcp.getRemoteAddress()).getAddress();
        long ofSource =
                clients.stream().filter(client -> client.source.equals(source)).count();
        if (clients.size() >= MAX_CONNECTIONS || ofSource >= MAX_OF_SOURCE) {
            tcp.close();
            return;
        }
        List<SelectableChannel> opened = new ArrayList<>(List.of(tcp));
        try {
            DatagramChannel udp = os.openDatagramChannel(StandardProtocolFamily.INET);
            opened.add(udp);
            udp.bind(new InetSocketAddress(0));
            clients.add(new Client(source, tcp, udp));
        } catch (IOException | RuntimeException | Error e) {
            for (SelectableChannel channel : opened) {
                channel.close();
            }
            throw e;
        }
    }

    /** One connection. Thread: the relay's. */
    private final class Client implements RelayRecords.Receiver {
        private final InetAddress source;
        private final SocketChannel tcp;
        private final DatagramChannel udp;
        private final SelectionKey tcpKey;
        private final RelayRecords records = new RelayRecords();
        private final RelayCallers callers = new RelayCallers();
        private final ArrayDeque<ByteBuffer> queued = new ArrayDeque<>();
        private int queuedBytes;
        private boolean versionKnown;
        private long lastNanos = System.nanoTime();

        private Client(InetAddress source, SocketChannel tcp, DatagramChannel udp) throws IOException {
            this.source = source;
            this.tcp = tcp;
            this.udp = udp;
            tcp.configureBlocking(false);
            udp.configureBlocking(false);
            tcpKey = tcp.register(selector, SelectionKey.OP_READ, this);
            udp.register(selector, SelectionKey.OP_READ, this);
        }

        private void serve(SelectableChannel ready) throws IOException {
            lastNanos = System.nanoTime();
            if (ready == udp) {
                fromUdp();
            } else {
                int read = tcp.read(in.clear());
                if (read < 0 || !records.feed(in.array(), 0, read, this)) {
                    close();
                    return;
                }
            }
            write();
        }

        private void fromUdp() throws IOException {
            for (int i = 0; i < READS_PER_TURN; i++) {
                SocketAddress from = udp.receive(in.clear());
                if (from == null) {
                    return;
                }
                int length = in.flip().remaining();
                boolean fits = length >= RelayRecords.MIN_DATAGRAM
                        && length <= RelayRecords.MAX_DATAGRAM
                        && queuedBytes < MAX_QUEUED_BYTES;
                if (fits && versionKnown) {
                    callers.heard((InetSocketAddress) from, lastNanos);
                    byte[] next = RelayRecords.datagram((InetSocketAddress) from, in.array(), 0, length);
                    queued.add(ByteBuffer.wrap(next));
                    queuedBytes += next.length;
                }
            }
        }

        private void write() throws IOException {
            while (!queued.isEmpty()) {
                ByteBuffer next = queued.peek();
                queuedBytes -= tcp.write(next);
                if (next.hasRemaining()) {
                    break;
                }
                queued.remove();
            }
            tcpKey.interestOps(SelectionKey.OP_READ | (queued.isEmpty() ? 0 : SelectionKey.OP_WRITE));
        }

        @Override
        public void onVersion() {
            versionKnown = true;
        }

        @Override
        public void onDatagram(InetSocketAddress to, byte[] buffer, int offset, int length) {
            boolean reachable = versionKnown
                    && to.getPort() >= MIN_PORT
                    && to.getAddress() instanceof Inet4Address
                    && (mayReach.test(to) || callers.mayBeAnswered(to, lastNanos));
            if (reachable) {
                try {
                    udp.send(ByteBuffer.wrap(buffer, offset, length), to);
                } catch (IOException e) {
                    // One more lost datagram.
                    LOG.log(System.Logger.Level.TRACE, "TCP relay to " + to + ": " + e);
                }
            }
        }

        private void close() {
            clients.remove(this);
            try (SocketChannel stream = tcp;
                    DatagramChannel datagrams = udp) {
                LOG.log(System.Logger.Level.TRACE, "TCP relay: end of " + stream + ", " + datagrams);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.TRACE, "TCP relay: " + e);
            }
        }
    }
}
