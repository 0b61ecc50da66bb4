package io.ztnio.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a sender does with the acknowledgments of a thousand segments, of which a part was lost. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class AcknowledgmentBenchmark {
    private static final int SEGMENTS = 1000;

    /** Each how manieth segment is lost; 0 for none. */
    @Param({"0", "100", "10"})
    public int lostEach;

    /** Acknowledgments taken. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Acknowledgments {
        public long acknowledgments;
    }

    private StackPair pair;

    @Setup(Level.Invocation)
    public void fly() throws IOException {
        pair = new StackPair();
        pair.openWindow(SEGMENTS);
        for (int i = 1; pair.inFlight() > 0; i++) {
            if (lostEach != 0 && i % lostEach == 0) {
                pair.b.inbox.remove();
            } else {
                pair.b.takeOne();
            }
            if (i % 2 == 0) {
                pair.b.turn();
            }
        }
        pair.b.turn();
    }

    @Benchmark
    public void take(Acknowledgments counter) {
        while (!pair.a.inbox.isEmpty()) {
            pair.a.takeOne();
            counter.acknowledgments++;
        }
    }
}
