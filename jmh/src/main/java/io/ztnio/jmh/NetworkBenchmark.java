package io.ztnio.jmh;

import io.ztnio.junit.Conditions;
import io.ztnio.junit.TestNetwork;
import io.ztnio.provider.ZeroTier;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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
    private static final int MESSAGE = 64;
    private static final int PIECE = 64 << 10;

    /** The version of IP. */
    public enum Family {
        IPV4,
        IPV6
    }

    @Param
    public Family family;

    @Param({"0", "2"})
    public int threads;

    private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE);
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    private TestNetwork network;
    private ZeroTier client;
    private ZeroTier server;
    private InetAddress address;
    private ServerSocketChannel listener;
    private SocketChannel echoed;
    private SocketChannel echoing;
    private SocketChannel drained;
    private SocketChannel draining;
    private DatagramChannel asking;
    private DatagramChannel answering;

    @Setup
    public void connect() throws IOException, InterruptedException {
        network = new TestNetwork(Conditions.PERFECT);
        client = node();
        server = node();
        address = server.addresses().stream()
                .filter(ip -> ip instanceof Inet6Address == (family == Family.IPV6))
                .filter(ip -> !ip.isLinkLocalAddress())
                .findFirst()
                .orElseThrow();
        listener = server.openServerSocketChannel().bind(new InetSocketAddress(address, 5000));
        echoed = open();
        echoing = listener.accept();
        OtherEnd.echo(echoing, MESSAGE);
        drained = open();
        draining = listener.accept();
        OtherEnd.drain(draining, PIECE);
        answering = server.openDatagramChannel().bind(new InetSocketAddress(address, 5001));
        OtherEnd.answer(answering, MESSAGE);
        asking = client.openDatagramChannel();
        asking.connect(answering.getLocalAddress());
    }

    private ZeroTier node() throws IOException, InterruptedException {
        ZeroTier node = network.newNode()
                .network(network.id())
                .set("ztnio.threads", String.valueOf(threads))
                .build();
        network.up(node);
        return node;
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = client.openSocketChannel();
        channel.connect(listener.getLocalAddress());
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    /** 64 bytes of a stream and their answer. */
    @Benchmark
    public int pingPong() throws IOException {
        echoed.write(message.clear());
        message.clear();
        while (message.hasRemaining()) {
            echoed.read(message);
        }
        return message.position();
    }

    /** A datagram of 64 bytes and its answer. */
    @Benchmark
    public int datagram() throws IOException {
        asking.write(message.clear());
        return asking.read(message.clear());
    }

    /** 64 KiB of a stream. */
    @Benchmark
    public int stream() throws IOException {
        piece.clear();
        while (piece.hasRemaining()) {
            drained.write(piece);
        }
        return piece.position();
    }

    /** A connection, both of its ends, and their closes. */
    @Benchmark
    public int connectAndAccept() throws IOException {
        try (SocketChannel one = client.openSocketChannel()) {
            one.connect(listener.getLocalAddress());
            try (SocketChannel other = listener.accept()) {
                return one.hashCode() + other.hashCode();
            }
        }
    }

    @TearDown
    public void close() throws IOException {
        echoed.close();
        echoing.close();
        drained.close();
        draining.close();
        asking.close();
        answering.close();
        listener.close();
        client.close();
        server.close();
        network.close();
    }
}
