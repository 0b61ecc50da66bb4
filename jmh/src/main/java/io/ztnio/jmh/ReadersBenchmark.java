package io.ztnio.jmh;

import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.FailureLog;
import io.ztnio.tcpip.turn.NodeDriver;
import io.ztnio.tcpip.turn.Parking;
import io.ztnio.tcpip.turn.Readers;
import io.ztnio.tcpip.wire.EtherType;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
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
 * Frames of 2800 bytes from one peer, received by an engine's threads: by its driver alone, by one that receives and opens beside it, and by
 * one that receives and others that open. The datagrams are in memory; an operation is one frame, and the stack drops it.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class ReadersBenchmark {
    private static final int FRAMES = 4096;
    private static final int LENGTH = 2800;

    /** As {@code ztnio.readers}. */
    @Param({"0", "1", "2"})
    public int readers;

    /** Cipher suite. */
    @Param({"3", "1"})
    public int suite;

    private final byte[] buffer = new byte[VirtualNetwork.HEADROOM + LENGTH + VirtualNetwork.TAILROOM];
    private final EngineClock clock = new EngineClock();
    private final FailureLog failures = new FailureLog(System.getLogger("io.ztnio.jmh"));
    private final Parking wire = new Parking();
    private MemoryPlanet planet;
    private NodeDriver driver;
    private Readers threads;
    private PacketReader reader;
    private volatile boolean open;
    private volatile CountDownLatch done;
    private long awaited;

    /** Two nodes that know each other, the receiving one's threads. */
    @Setup
    public void start() throws IOException {
        planet = new MemoryPlanet(suite == 3 ? 12 : 11);
        driver = new NodeDriver("benchmark", clock, readers == 0 ? wire : new Parking(), failures);
        driver.prepare(now -> Long.MAX_VALUE);
        if (readers == 0) {
            driver.start(Inbox::new);
        } else {
            reader = planet.b.node.reader(readers);
            threads = new Readers("benchmark", readers, clock, driver, wire, failures, Inbox::new);
            driver.start();
            threads.start();
        }
    }

    /** Ends the threads. */
    @TearDown
    public void stop() {
        if (threads != null) {
            threads.close();
        }
        driver.close();
    }

    /** Seals what will be received. */
    @Setup(Level.Invocation)
    public void send() {
        planet.step();
        for (int i = 0; i < FRAMES; i++) {
            planet.a
                    .network()
                    .sendFrame(
                            planet.b.mac(),
                            EtherType.IPV6,
                            buffer,
                            VirtualNetwork.HEADROOM,
                            LENGTH,
                            planet.nowMillis());
        }
        awaited = planet.b.frames + FRAMES;
        done = new CountDownLatch(1);
    }

    /** Until the last frame has reached the stack. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void receive(Volume volume) throws InterruptedException {
        open = true;
        wire.wakeup();
        done.await();
        volume.bytes += FRAMES * LENGTH;
    }

    /** Datagrams from the queue, copied as from a socket. */
    private final class Inbox implements NodeDriver.Batch {
        private final DatagramBatch datagrams = new DatagramBatch();
        private final PacketReader.Packets packets = reader == null ? null : reader.packets();

        @Override
        public int receive() {
            PacketQueue queue = planet.b.inbox;
            if (!open) {
                return 0;
            }
            while (!datagrams.isFull() && !queue.isEmpty()) {
                datagrams.add(0, planet.endpoint(queue.tag()), queue.buffer(), 0, queue.length());
                queue.remove();
            }
            open = !queue.isEmpty();
            for (int i = 0; packets != null && i < datagrams.size(); i++) {
                reader.read(
                        packets, 0, datagrams.source(i), datagrams.buffer(i), 0, datagrams.length(i), clock.nanos());
            }
            return datagrams.size();
        }

        @Override
        public void prepare(int number) {
            reader.open(packets, number);
        }

        @Override
        public void handle(int index, long nowNanos, long ingressNanos) {
            if (packets != null) {
                planet.b.node.onRead(packets, index, planet.nowMillis());
            } else {
                planet.b.node.onDatagram(
                        0,
                        datagrams.source(index),
                        datagrams.buffer(index),
                        0,
                        datagrams.length(index),
                        planet.nowMillis(),
                        ingressNanos);
            }
        }

        @Override
        public void clear() {
            datagrams.clear();
            if (packets != null) {
                packets.clear();
            }
            if (planet.b.frames == awaited) {
                done.countDown();
            }
        }
    }
}
