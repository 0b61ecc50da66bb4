package io.ztnio.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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
    private static final int MESSAGE = 64;
    private static final int PIECE = 64 << 10;

    @Param
    private Provider provider;

    private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE);
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    private SelectorProvider channels;
    private ServerSocketChannel listener;
    private SocketChannel echoed;
    private SocketChannel echoing;
    private SocketChannel drained;
    private SocketChannel draining;
    private DatagramChannel asking;
    private DatagramChannel answering;

    @Setup
    public void connect() throws IOException {
        channels = provider.open();
        listener = channels.openServerSocketChannel().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        echoed = client();
        echoing = listener.accept();
        OtherEnd.echo(echoing, PIECE);
        drained = client();
        draining = listener.accept();
        OtherEnd.drain(draining, PIECE);
        answering = channels.openDatagramChannel().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        OtherEnd.answer(answering, MESSAGE);
        asking = channels.openDatagramChannel();
        asking.connect(answering.getLocalAddress());
        echoing.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    private SocketChannel client() throws IOException {
        SocketChannel channel = channels.openSocketChannel();
        channel.connect(listener.getLocalAddress());
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    /** A message and its answer. */
    @Benchmark
    public int pingPong() throws IOException {
        echoed.write(message.clear());
        message.clear();
        while (message.hasRemaining()) {
            echoed.read(message);
        }
        return message.position();
    }

    /** A datagram and its answer. */
    @Benchmark
    public int datagram() throws IOException {
        asking.write(message.clear());
        return asking.read(message.clear());
    }

    /** 64 KiB of a stream. */
    @Benchmark
    public int stream() throws IOException {
        return drained.write(piece.clear());
    }

    /** A connection, both of its ends and their closes. */
    @Benchmark
    public int connectAndAccept() throws IOException {
        try (SocketChannel one = channels.openSocketChannel()) {
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
    }
}
