package io.ztnio.tcpip.stack;

import io.ztnio.jmh.Emptier;
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
 * Frames of 2800 bytes between an engine's gate and a shard's: what the hand-over costs a thread that does both sides, and what a frame takes
 * when another thread empties the ring.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameRingBenchmark {
    private static final int RUN = 32;

    private final FrameRing ring = new FrameRing();
    private final byte[] frame = new byte[2800];

    /** The other side. */
    @State(Scope.Benchmark)
    public static class Worker {
        private Emptier emptier;

        @Setup
        public void start(FrameRingBenchmark benchmark) {
            emptier = Emptier.start(benchmark::take);
        }

        @TearDown
        public void stop() throws InterruptedException {
            emptier.stop();
        }
    }

    private boolean offer() {
        return ring.offer(null, 2, 4, 0x86dd, frame, 0, frame.length, 0);
    }

    /** Takes what is there, and looks at each. */
    private long take() {
        long sum = 0;
        for (int left = ring.size(); left > 0; left--) {
            sum += ring.bytes()[ring.offset()] + ring.length();
            ring.remove();
        }
        return sum;
    }

    /** A frame, copied in and taken out. */
    @Benchmark
    @OperationsPerInvocation(RUN)
    public long alone() {
        for (int i = 0; i < RUN; i++) {
            offer();
        }
        return take();
    }

    /** A frame that another thread takes out; waits while the ring is full. */
    @Benchmark
    public void across(Worker worker) {
        while (!offer()) {
            Thread.onSpinWait();
        }
    }
}
