package io.ztnio.provider.sender;

import io.ztnio.jmh.Emptier;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.SendLane.Handover;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Packets of 1400 bytes that go from the gate to a thread that sends, without being sealed and without a socket behind: what the
 * hand-over costs a thread that does both sides, and what a packet takes when another thread empties the ring.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class SendRingBenchmark {
    private static final int RUN = 32;
    private static final int MTU = 1432;

    /** As many at a time as a sender takes. */
    private static final int BATCH = 16;

    private final DatagramSender nowhere = (socket, to, buffer, offset, length) -> {};
    private final SendRing ring = new SendRing(nowhere, nowhere, () -> {}, () -> {}, failure -> {
        throw new IllegalStateException(failure);
    });
    private final PeerLane lane = new PeerLane(ring, new PeerKeys(new byte[PeerKeys.SECRET_LENGTH]));
    private final InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    private final byte[] packet = new byte[1400];

    /** The other side. */
    @State(Scope.Benchmark)
    public static class Worker {
        private Emptier emptier;

        @Setup
        public void start(SendRingBenchmark benchmark) {
            emptier = Emptier.start(() -> benchmark.ring.drain(BATCH));
        }

        @TearDown
        public void stop() throws InterruptedException {
            emptier.stop();
        }
    }

    private boolean offer() {
        return lane.offerSealed(0, remote, MTU, packet, 0, packet.length) != Handover.FULL;
    }

    /** A packet, copied in and taken out. */
    @Benchmark
    @OperationsPerInvocation(RUN)
    public int alone() {
        for (int i = 0; i < RUN; i++) {
            offer();
        }
        return ring.drain(RUN);
    }

    /** A packet that another thread takes out; waits while the ring is full. */
    @Benchmark
    public void across(Worker worker) {
        while (!offer()) {
            Thread.onSpinWait();
        }
    }
}
