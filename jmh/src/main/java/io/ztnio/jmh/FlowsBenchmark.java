package io.ztnio.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Many connections between two stacks, of which each says something now and then: an operation is a message of 64 bytes on the next one,
 * written, carried, read and acknowledged, 64 of them in a millisecond of the stacks' time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class FlowsBenchmark {
    private static final int MESSAGES = 64;

    @Param({"1", "64", "1024", "8192"})
    public int flows;

    private StackPair pair;
    private StackPair.Flow[] all;
    private int next;

    @Setup
    public void connect() throws IOException {
        pair = new StackPair();
        all = new StackPair.Flow[flows];
        for (int i = 0; i < flows; i++) {
            all[i] = pair.connect();
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long messages() throws IOException {
        int first = next;
        for (int i = 0; i < MESSAGES; i++) {
            all[(first + i) % flows].say();
        }
        pair.exchange();
        long bytes = 0;
        for (int i = 0; i < Math.min(flows, MESSAGES); i++) {
            bytes += all[(first + i) % flows].hear();
        }
        next = (first + MESSAGES) % flows;
        return bytes;
    }
}
