package io.ztnio.jmh;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.TurnGate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Work that is brought to an engine's gate: done by who brings it, or left to who is inside. The turns have nothing to do. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class GateBenchmark {
    private final LongAdder done = new LongAdder();
    private final Gate.Task task = now -> done.increment();
    private final TurnGate gate = new TurnGate(new EngineClock(), new TurnGate.Turn() {
        @Override
        public long turn(long nowNanos) {
            return Long.MAX_VALUE;
        }

        @Override
        public void wakeDriver() {
            // It is never asleep.
        }

        @Override
        public void failed(Throwable failure) {
            throw new IllegalStateException(failure);
        }
    });

    /** A task for whoever is inside. */
    @Benchmark
    public void post() {
        gate.post(task);
    }

    /** The same from four threads: many find the gate taken. */
    @Benchmark
    @Threads(4)
    public void postOfFour() {
        gate.post(task);
    }

    /** Inside, and out again. */
    @Benchmark
    public void run() {
        gate.run(task);
    }

    /** The same from four threads, which wait for each other. */
    @Benchmark
    @Threads(4)
    public void runOfFour() {
        gate.run(task);
    }
}
