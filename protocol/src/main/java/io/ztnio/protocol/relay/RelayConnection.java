package io.ztnio.protocol.relay;

import io.ztnio.protocol.transport.DatagramBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * A node's connection to a relay, on a thread of its own from the connecting to the end. What does not fit is lost, as with UDP.
 *
 * <p>Thread: thread-safe.
 */
final class RelayConnection {
    private static final System.Logger LOG = System.getLogger("io.ztnio.transport");
    private static final int MAX_QUEUED_BYTES = 64 << 10;
    private static final int MAX_ARRIVED = 256;
    private static final int READ_BYTES = 16 << 10;
    private static final long CONNECT_MILLIS = 10_000;

    /** A datagram, and whence it came. */
    private static final class Arrived {
        private final InetSocketAddress from;
        private final byte[] bytes;

        private Arrived(InetSocketAddress from, byte[] bytes) {
            this.from = from;
            this.bytes = bytes;
        }
    }

    private final SelectorProvider os;
    private final String host;
    private final int port;
    private final Runnable onArrival;
    private final RelayNews news;
    private final LongSupplier millis;
    private final RelayBytes bytes;
    private final Selector selector;
    private final Thread thread;

    /** Guards the queues. */
    private final Object lock = new Object();

    private final ArrayDeque<byte[]> queued = new ArrayDeque<>();
    private int queuedBytes;
    private final ArrayDeque<Arrived> arrived = new ArrayDeque<>();
    private volatile boolean closed;

    /**
     * Starts to connect.
     *
     * @param os the operating system's provider
     * @param onArrival called on the connection's thread when {@link #receive} has something
     * @param news told on the connection's thread how it fares
     * @param millis a clock in milliseconds, for {@code news}
     * @param bytes counts what goes by it
     * @throws IOException if there is no selector to be had
     */
    RelayConnection(
            SelectorProvider os,
            String host,
            int port,
            Runnable onArrival,
            RelayNews news,
            LongSupplier millis,
            RelayBytes bytes)
            throws IOException {
        this.os = os;
        this.host = host;
        this.port = port;
        this.onArrival = onArrival;
        this.news = news;
        this.millis = millis;
        this.bytes = bytes;
        this.selector = os.openSelector();
        this.queued.add(RelayRecords.version());
        this.thread = new Thread(this::run, "ztnio-tcp-relay");
        thread.setDaemon(true);
        thread.start();
    }

    boolean isClosed() {
        return closed;
    }

    /** Sends a datagram, now or when the connection is there. */
    void send(InetSocketAddress to, byte[] buffer, int offset, int length) {
        synchronized (lock) {
            if (closed || queuedBytes > MAX_QUEUED_BYTES) {
                return;
            }
            byte[] sent = RelayRecords.datagram(to, buffer, offset, length);
            queued.add(sent);
            queuedBytes += sent.length;
        }
        selector.wakeup();
    }

    /** Moves what has arrived to {@code batch}, as of a socket of this number. */
    void receive(int socket, DatagramBatch batch) {
        synchronized (lock) {
            while (!batch.isFull() && !arrived.isEmpty()) {
                Arrived next = arrived.remove();
                batch.add(socket, next.from, next.bytes, 0, next.bytes.length);
            }
        }
    }

    void close() {
        closed = true;
        selector.wakeup();
    }

    /** Waits until the thread has ended, at most so long. */
    void awaitEnd(long millis) throws InterruptedException {
        thread.join(millis);
    }

    private void run() {
        try (Selector mine = selector;
                SocketChannel channel = os.openSocketChannel()) {
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(InetAddress.getByName(host), port));
            SelectionKey key = channel.register(mine, SelectionKey.OP_CONNECT);
            long start = System.nanoTime();
            while (!channel.finishConnect()) {
                // Whoever sends meanwhile ends the wait too.
                long left = CONNECT_MILLIS - (System.nanoTime() - start) / 1_000_000;
                if (closed || left <= 0) {
                    throw new IOException("no answer");
                }
                mine.select(left);
                mine.selectedKeys().clear();
            }
            news.connected(millis.getAsLong());
            exchange(channel, key);
            if (!closed) {
                throw new IOException("it has ended the connection");
            }
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                LOG.log(System.Logger.Level.DEBUG, "TCP relay " + host + ":" + port + ": " + e);
                news.failed(e, millis.getAsLong());
            }
        } finally {
            closed = true;
        }
    }

    private void exchange(SocketChannel channel, SelectionKey key) throws IOException {
        RelayRecords records = new RelayRecords();
        ByteBuffer in = ByteBuffer.allocate(READ_BYTES);
        ByteBuffer out = ByteBuffer.allocate(0);
        while (!closed) {
            out = out.hasRemaining() ? out : next();
            if (out.hasRemaining()) {
                bytes.sent(channel.write(out));
            }
            key.interestOps(SelectionKey.OP_READ | (out.hasRemaining() ? SelectionKey.OP_WRITE : 0));
            int read = channel.read(in.clear());
            bytes.received(Math.max(read, 0));
            if (read < 0 || !records.feed(in.array(), 0, Math.max(read, 0), new Arrivals())) {
                return;
            }
            if (read == 0 && (out.hasRemaining() || isIdle())) {
                selector.select();
                selector.selectedKeys().clear();
            }
        }
    }

    private boolean isIdle() {
        synchronized (lock) {
            return queued.isEmpty();
        }
    }

    private ByteBuffer next() {
        synchronized (lock) {
            byte[] next = queued.poll();
            if (next == null) {
                return ByteBuffer.allocate(0);
            }
            queuedBytes = Math.max(0, queuedBytes - next.length);
            return ByteBuffer.wrap(next);
        }
    }

    private final class Arrivals implements RelayRecords.Receiver {
        @Override
        public void onVersion() {
            // A relay has nothing to say by it.
        }

        @Override
        public void onDatagram(InetSocketAddress endpoint, byte[] buffer, int offset, int length) {
            if (length > DatagramBatch.SLOT_LENGTH) {
                return;
            }
            synchronized (lock) {
                if (arrived.size() < MAX_ARRIVED) {
                    arrived.add(new Arrived(endpoint, Arrays.copyOfRange(buffer, offset, offset + length)));
                }
            }
            onArrival.run();
        }
    }
}
