package io.ztnio.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A root answers the HELLO, or the WHOIS, of one of many nodes that it knows, without sockets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class RootBenchmark {
    @Param("500")
    public int peers;

    private AskedRoot root;

    @Setup
    public void start() {
        root = new AskedRoot(peers);
    }

    @Benchmark
    public void hello() {
        root.hello();
    }

    @Benchmark
    public void whois() {
        root.whois();
    }

    /** Every question was answered. */
    @TearDown
    public void check() {
        root.check();
    }
}
