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
 * A stream between two stacks that loses segments: what the receiver keeps out of order and says of it, and what the sender sends again. An
 * operation is a segment that the application reads.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class LossBenchmark {
    /** Each how manieth segment is lost; 0 for none. */
    @Param({"0", "1000", "100", "20"})
    public int lostEach;

    private StackPair pair;
    private int count;
    /** Read beyond what the last operation was to read. */
    private long ahead;

    @Setup
    public void connect() throws IOException {
        pair = new StackPair();
    }

    @Benchmark
    @OperationsPerInvocation(TcpPipeline.SEGMENTS)
    public void read() throws IOException {
        while (ahead < TcpPipeline.BLOCK) {
            exchange();
        }
        ahead -= TcpPipeline.BLOCK;
    }

    /** A millisecond of the stream. */
    private void exchange() throws IOException {
        pair.write();
        while (!pair.b.inbox.isEmpty()) {
            if (lostEach != 0 && ++count % lostEach == 0) {
                pair.b.inbox.remove();
            } else {
                pair.b.takeOne();
            }
        }
        pair.exchange();
        ahead += pair.read();
    }
}
