package io.ztnio.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
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

/** One look at a selector whose keys are the operating system's: with none of them ready, and with one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(3)
public class SelectorBenchmark {
    @Param
    private Provider provider;

    @Param({"1", "1000", "10000"})
    private int keys;

    private final List<DatagramChannel> channels = new ArrayList<>();
    private Selector idle;
    private Selector ready;

    @Setup
    public void register() throws IOException {
        SelectorProvider opened = provider.open();
        idle = opened.openSelector();
        ready = opened.openSelector();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        for (int i = 0; i < keys; i++) {
            DatagramChannel channel = opened.openDatagramChannel().bind(any);
            channel.configureBlocking(false);
            channels.add(channel);
            // The first has something to read; nobody waits for that in the first selector.
            channel.register(idle, i == 0 ? 0 : SelectionKey.OP_READ);
            channel.register(ready, SelectionKey.OP_READ);
        }
        DatagramChannel first = channels.get(0);
        first.send(ByteBuffer.allocate(1), first.getLocalAddress());
        if (ready.select() != 1) {
            throw new IOException("nothing has come");
        }
    }

    /** No key is ready. */
    @Benchmark
    public int selectNow() throws IOException {
        return idle.selectNow();
    }

    /** One key is. */
    @Benchmark
    public int selectNowOneReady() throws IOException {
        ready.selectedKeys().clear();
        return ready.selectNow();
    }

    @TearDown
    public void close() throws IOException {
        for (DatagramChannel channel : channels) {
            channel.close();
        }
        idle.close();
        ready.close();
    }
}
