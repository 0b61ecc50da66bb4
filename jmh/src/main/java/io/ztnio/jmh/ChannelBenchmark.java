package io.ztnio.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
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

    @Setup
    public void connect() throws IOException {
        channels = provider.open();
        listener = channels.openServerSocketChannel().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        echoed = client();
        echoing = listener.accept();
        start(() -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
            while (echoing.read(buffer.clear()) >= 0) {
                echoing.write(buffer.flip());
            }
        });
        drained = client();
        draining = listener.accept();
        start(() -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
            int count = 0;
            while (count >= 0) {
                count = draining.read(buffer.clear());
            }
        });
        echoing.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    private SocketChannel client() throws IOException {
        SocketChannel channel = channels.openSocketChannel();
        channel.connect(listener.getLocalAddress());
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    /** What another thread does until its channel ends. */
    private interface Loop {
        void run() throws IOException;
    }

    private static void start(Loop loop) {
        Thread thread = new Thread(() -> {
            try {
                loop.run();
            } catch (IOException e) {
                System.getLogger("io.ztnio.jmh").log(System.Logger.Level.DEBUG, "the other end has ended", e);
            }
        });
        thread.setDaemon(true);
        thread.start();
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
        listener.close();
    }
}
