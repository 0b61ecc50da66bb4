package io.ztnio.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** TCP and IP alone: segments built, carried, taken in and acknowledged, without VL1 and VL2. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class StackBenchmark {
    private StackPair pair;

    @Setup
    public void connect() throws IOException {
        pair = new StackPair();
        pair.openWindow(64);
    }

    /** A window full of segments; {@code bytes} tells how much that was. */
    @Benchmark
    public void window(Volume volume) throws IOException {
        pair.write();
        volume.bytes += (long) pair.inFlight() * TcpPipeline.SEGMENT;
        pair.exchange();
        pair.read();
    }
}
