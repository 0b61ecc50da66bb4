package io.ztnio.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.spi.SelectorProvider;
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

/** Channels on loopback: what ours cost a connection of the operating system. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(3)
public class ChannelBenchmark {
    @Param
    private Provider provider;

    private ChannelRounds rounds;

    @Setup
    public void connect() throws IOException {
        SelectorProvider channels = provider.open();
        rounds = new ChannelRounds(channels, channels, InetAddress.getLoopbackAddress());
    }

    /** 64 bytes of a stream and their answer. */
    @Benchmark
    public int pingPong() throws IOException {
        return rounds.pingPong();
    }

    /** A datagram of 64 bytes and its answer. */
    @Benchmark
    public int datagram() throws IOException {
        return rounds.datagram();
    }

    /** 64 KiB of a stream. */
    @Benchmark
    public int stream() throws IOException {
        return rounds.stream();
    }

    /** A connection, both of its ends, and their closes. */
    @Benchmark
    public int connectAndAccept() throws IOException {
        return rounds.connectAndAccept();
    }

    @TearDown
    public void close() throws IOException {
        rounds.close();
    }
}
