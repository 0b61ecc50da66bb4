package io.ztnio.tools.cli.perf;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Streams of numbered datagrams: session (8 bytes), sequence number (8), sender's clock (8, nanoseconds), padding. A TCP
 * connection beside them tells how many were sent.
 */
final class Datagrams {
    static final int HEADER_LENGTH = 24;

    /** Sequence number of a datagram that only tells the sender's address. */
    private static final long GREETING = -1;

    private static final long DRAIN_MILLIS = 200;
    private static final long REPLY_TIMEOUT_MILLIS = 1000;
    private static final long GREETING_INTERVAL_MILLIS = 100;
    private static final long GREETING_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private Datagrams() {}

    /** Sends until time or bytes are used up, then tells the number sent over {@code control}. */
    static void send(
            DatagramChannel channel, SocketAddress to, SocketChannel control, PerfRequest request, LongAdder live)
            throws IOException {
        ByteBuffer datagram = ByteBuffer.allocateDirect(request.blockLength());
        long startNanos = System.nanoTime();
        Pacing pacing = new Pacing(startNanos, request.bitsPerSecond());
        long sent = 0;
        long bytes = 0;
        while (bytes < request.maxBytes() && System.nanoTime() - startNanos < request.totalNanos()) {
            header(datagram, request.session(), sent);
            int written = to == null ? channel.write(datagram) : channel.send(datagram, to);
            if (written > 0) {
                sent++;
                bytes += written;
                live.add(written);
            }
            pacing.await(bytes);
        }
        Streams.writeFully(
                control, ByteBuffer.allocate(Long.BYTES).putLong(sent).flip());
    }

    private static void header(ByteBuffer datagram, long session, long sequence) {
        datagram.clear();
        datagram.putLong(0, session).putLong(8, sequence).putLong(16, System.nanoTime());
    }

    /** Awaits a client's greeting: its datagram address, which a NAT between may have changed. */
    static SocketAddress awaitGreeting(DatagramChannel channel, PerfRequest request) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocate(PerfRequest.MAX_DATAGRAM_LENGTH);
        long startNanos = System.nanoTime();
        channel.configureBlocking(false);
        try (Selector selector = channel.provider().openSelector()) {
            channel.register(selector, SelectionKey.OP_READ);
            while (System.nanoTime() - startNanos < GREETING_TIMEOUT_NANOS) {
                selector.select(REPLY_TIMEOUT_MILLIS);
                selector.selectedKeys().clear();
                SocketAddress from = channel.receive(datagram.clear());
                if (from != null && datagram.position() >= HEADER_LENGTH && datagram.getLong(0) == request.session()) {
                    return from;
                }
            }
        } finally {
            // A channel must leave its selector before it may block again; the selector is closed by now.
            channel.configureBlocking(true);
        }
        throw new IOException("no datagram arrived from the client");
    }

    /**
     * Receives until {@code control} tells how many were sent, and a little longer.
     *
     * @param greet whether to tell the sender our address until something arrives; {@code channel} is connected then
     */
    static Measurement receive(
            DatagramChannel channel, SocketChannel control, PerfRequest request, boolean greet, LongAdder live)
            throws IOException {
        DatagramStatistics statistics = new DatagramStatistics(request);
        ByteBuffer datagram = ByteBuffer.allocateDirect(PerfRequest.MAX_DATAGRAM_LENGTH);
        ByteBuffer count = ByteBuffer.allocate(Long.BYTES);
        channel.configureBlocking(false);
        control.configureBlocking(false);
        try (Selector selector = channel.provider().openSelector()) {
            channel.register(selector, SelectionKey.OP_READ);
            SelectionKey controlKey = control.register(selector, SelectionKey.OP_READ);
            long drainUntil = Long.MAX_VALUE;
            while (System.nanoTime() < drainUntil) {
                if (greet && statistics.isEmpty() && controlKey.isValid()) {
                    header(datagram, request.session(), GREETING);
                    channel.write(datagram.limit(HEADER_LENGTH));
                }
                selector.select(GREETING_INTERVAL_MILLIS);
                selector.selectedKeys().clear();
                drain(channel, datagram, request, statistics, live);
                if (controlKey.isValid() && (control.read(count) < 0 || !count.hasRemaining())) {
                    controlKey.cancel();
                    drainUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS);
                }
            }
        }
        control.configureBlocking(true);
        return statistics.measurement(count.hasRemaining() ? 0 : count.getLong(0));
    }

    private static void drain(
            DatagramChannel channel,
            ByteBuffer datagram,
            PerfRequest request,
            DatagramStatistics statistics,
            LongAdder live)
            throws IOException {
        while (channel.receive(datagram.clear()) != null) {
            int length = datagram.position();
            if (length >= HEADER_LENGTH && datagram.getLong(0) == request.session()) {
                statistics.add(datagram.getLong(8), datagram.getLong(16), System.nanoTime(), length);
                live.add(length);
            }
        }
    }

    /** Sends every datagram of the session back until {@code control} ends. */
    static void echo(DatagramChannel channel, SocketChannel control, PerfRequest request) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocateDirect(PerfRequest.MAX_DATAGRAM_LENGTH);
        ByteBuffer end = ByteBuffer.allocate(1);
        channel.configureBlocking(false);
        control.configureBlocking(false);
        try (Selector selector = channel.provider().openSelector()) {
            channel.register(selector, SelectionKey.OP_READ);
            control.register(selector, SelectionKey.OP_READ);
            while (control.read(end.clear()) >= 0) {
                selector.select();
                selector.selectedKeys().clear();
                SocketAddress from = channel.receive(datagram.clear());
                while (from != null) {
                    if (datagram.position() >= HEADER_LENGTH && datagram.getLong(0) == request.session()) {
                        channel.send(datagram.flip(), from);
                    }
                    from = channel.receive(datagram.clear());
                }
            }
        }
    }

    /** Sends a datagram, awaits its echo for at most a second, and again. {@code channel} is connected. */
    static void roundTrips(DatagramChannel channel, PerfRequest request, Latencies latencies) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocateDirect(request.blockLength());
        channel.configureBlocking(false);
        try (Selector selector = channel.provider().openSelector()) {
            channel.register(selector, SelectionKey.OP_READ);
            long startNanos = System.nanoTime();
            long now = startNanos;
            long sequence = 0;
            for (long bytes = 0;
                    bytes < request.maxBytes() && now - startNanos < request.totalNanos();
                    bytes += request.blockLength()) {
                long before = System.nanoTime();
                header(datagram, request.session(), sequence);
                channel.write(datagram);
                boolean answered = awaitEcho(channel, selector, datagram, sequence++);
                now = System.nanoTime();
                if (!answered) {
                    latencies.addLost();
                } else if (now - startNanos >= request.warmUp().toNanos()) {
                    latencies.add(now - before);
                }
            }
        }
    }

    private static boolean awaitEcho(DatagramChannel channel, Selector selector, ByteBuffer datagram, long sequence)
            throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REPLY_TIMEOUT_MILLIS);
        for (long left = REPLY_TIMEOUT_MILLIS; left > 0; ) {
            selector.select(left);
            selector.selectedKeys().clear();
            while (channel.receive(datagram.clear()) != null) {
                // Echoes of datagrams that were given up may still arrive.
                if (datagram.position() >= HEADER_LENGTH && datagram.getLong(8) == sequence) {
                    return true;
                }
            }
            left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        }
        return false;
    }
}
