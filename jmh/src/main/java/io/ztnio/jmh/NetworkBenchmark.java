package io.ztnio.jmh;

import io.ztnio.junit.Conditions;
import io.ztnio.junit.TestNetwork;
import io.ztnio.provider.ZeroTier;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
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

/**
 * Channels of two nodes on a network, in one process, with all of their threads; the datagrams travel in memory. With
 * {@code threads} above 0 threads seal and send, and above 1 TCP is divided among that many stacks.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class NetworkBenchmark {
    /** The version of IP. */
    public enum Family {
        IPV4,
        IPV6
    }

    @Param
    public Family family;

    @Param({"0", "2"})
    public int threads;

    private TestNetwork network;
    private ZeroTier client;
    private ZeroTier server;
    private ChannelRounds rounds;

    @Setup
    public void connect() throws IOException, InterruptedException {
        network = new TestNetwork(Conditions.PERFECT);
        client = node();
        server = node();
        InetAddress address = server.addresses().stream()
                .filter(ip -> ip instanceof Inet6Address == (family == Family.IPV6))
                .filter(ip -> !ip.isLinkLocalAddress())
                .findFirst()
                .orElseThrow();
        rounds = new ChannelRounds(client.selectorProvider(), server.selectorProvider(), address);
    }

    private ZeroTier node() throws IOException, InterruptedException {
        ZeroTier node = network.newNode()
                .network(network.id())
                .set("ztnio.threads", String.valueOf(threads))
                .build();
        network.up(node);
        return node;
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
        client.close();
        server.close();
        network.close();
    }
}
