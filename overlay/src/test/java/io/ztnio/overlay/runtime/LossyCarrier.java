package io.ztnio.overlay.runtime;

import io.ztnio.protocol.transport.Carrier;
import io.ztnio.protocol.transport.DatagramBatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends by another carrier, but loses one datagram in twenty, sends one in a hundred twice, and holds one in a hundred
 * back until up to eight later ones are sent. Which ones follows from a seed and their number alone. What is received
 * comes through as it is: for both directions, both ends need one.
 */
final class LossyCarrier implements Carrier {
    private static final double LOSS = 0.05;
    private static final double DUPLICATES = 0.01;
    private static final double REORDERED = 0.01;
    private static final int MOST_OVERTAKING = 8;

    private final Carrier carrier;
    private final SplittableRandom random;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong duplicated = new AtomicLong();
    private final AtomicLong reordered = new AtomicLong();
    private Runnable held;
    private int overtaking;

    LossyCarrier(Carrier carrier, long seed) {
        this.carrier = carrier;
        this.random = new SplittableRandom(seed);
    }

    /** Datagrams that were to be sent. */
    long sent() {
        return sent.get();
    }

    long lost() {
        return lost.get();
    }

    long duplicated() {
        return duplicated.get();
    }

    /** Datagrams that at least one later one overtook. */
    long reordered() {
        return reordered.get();
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        sent.incrementAndGet();
        double fate = random.nextDouble();
        if (fate < LOSS) {
            lost.incrementAndGet();
            return;
        }
        if (fate < LOSS + REORDERED && held == null) {
            byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
            held = () -> carrier.send(socket, to, copy, 0, copy.length);
            overtaking = 1 + random.nextInt(MOST_OVERTAKING);
            return;
        }
        carrier.send(socket, to, buffer, offset, length);
        if (fate >= 1 - DUPLICATES) {
            duplicated.incrementAndGet();
            carrier.send(socket, to, buffer, offset, length);
        }
        if (held != null && --overtaking == 0) {
            reordered.incrementAndGet();
            held.run();
            held = null;
        }
    }

    @Override
    public void flush() {
        carrier.flush();
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return carrier.localAddresses();
    }

    @Override
    public void awaitReadable(long timeoutMillis) throws IOException {
        carrier.awaitReadable(timeoutMillis);
    }

    @Override
    public void wakeup() {
        carrier.wakeup();
    }

    @Override
    public void receive(DatagramBatch batch) {
        carrier.receive(batch);
    }

    @Override
    public void close() throws IOException {
        carrier.close();
    }
}
