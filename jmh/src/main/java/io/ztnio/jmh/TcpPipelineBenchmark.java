package io.ztnio.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One TCP connection between two members whose datagrams travel in memory; an operation is one full segment. The whole way:
 * ring, TCP, IP, VL2, VL1, cipher, fragments.
 *
 * <p>{@code -prof gc} counts what happens around {@link #send} and {@link #receive} too; {@link #transfer} has nothing
 * around it.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class TcpPipelineBenchmark {
    /** A connection. */
    @State(Scope.Thread)
    public static class Connected {
        /** Cipher suite. */
        @Param({"3", "1"})
        public int suite;

        TcpPipeline pipeline;

        @Setup
        public void connect() throws IOException {
            pipeline = new TcpPipeline(suite);
        }
    }

    /** Finishes outside the measurement what {@link #send} has started. */
    public static class Sending extends Connected {
        @TearDown(Level.Invocation)
        public void receive() throws IOException {
            pipeline.receive();
            pipeline.acknowledge();
        }
    }

    /** Sends outside the measurement what {@link #receive} takes. */
    public static class Receiving extends Connected {
        @Setup(Level.Invocation)
        public void send() throws IOException {
            pipeline.send();
        }

        @TearDown(Level.Invocation)
        public void acknowledge() {
            pipeline.acknowledge();
        }
    }

    /** From the application's write to the datagrams. */
    @Benchmark
    @OperationsPerInvocation(TcpPipeline.SEGMENTS)
    public void send(Sending connection, Volume volume) throws IOException {
        connection.pipeline.send();
        volume.bytes += TcpPipeline.BLOCK;
    }

    /** From the datagrams to the application's read, acknowledgments included. */
    @Benchmark
    @OperationsPerInvocation(TcpPipeline.SEGMENTS)
    public void receive(Receiving connection, Volume volume) throws IOException {
        connection.pipeline.receive();
        volume.bytes += TcpPipeline.BLOCK;
    }

    /** All of it: write, send, receive, read, acknowledge. */
    @Benchmark
    @OperationsPerInvocation(TcpPipeline.SEGMENTS)
    public void transfer(Connected connection, Volume volume) throws IOException {
        connection.pipeline.send();
        connection.pipeline.receive();
        connection.pipeline.acknowledge();
        volume.bytes += TcpPipeline.BLOCK;
    }
}
