package io.ztnio.jmh;

import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.tcpip.wire.EtherType;
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

/** Unicast frames of 2800 bytes through two nodes with VL2; an operation is one frame, and the stack drops it. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameBenchmark {
    private static final int FRAMES = 64;
    private static final int LENGTH = 2800;

    /** Two nodes that know each other. */
    @State(Scope.Thread)
    public static class Nodes {
        /** Cipher suite. */
        @Param({"3", "1"})
        public int suite;

        private final byte[] buffer = new byte[VirtualNetwork.HEADROOM + LENGTH + VirtualNetwork.TAILROOM];
        private MemoryPlanet planet;

        @Setup
        public void start() throws IOException {
            planet = new MemoryPlanet(suite == 3 ? 12 : 11);
        }

        void sendFrames() {
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
        }

        void receiveFrames() {
            long before = planet.b.frames;
            planet.b.receiveAll();
            if (planet.b.frames != before + FRAMES) {
                throw new IllegalStateException(planet.b.frames - before + " frames came");
            }
            planet.step();
        }
    }

    /** Receives outside the measurement. */
    public static class Sending extends Nodes {
        @TearDown(Level.Invocation)
        public void receive() {
            receiveFrames();
        }
    }

    /** Sends outside the measurement. */
    public static class Receiving extends Nodes {
        @Setup(Level.Invocation)
        public void send() {
            sendFrames();
        }
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void send(Sending nodes, Volume volume) {
        nodes.sendFrames();
        volume.bytes += FRAMES * LENGTH;
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void receive(Receiving nodes, Volume volume) {
        nodes.receiveFrames();
        volume.bytes += FRAMES * LENGTH;
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void sendAndReceive(Nodes nodes, Volume volume) {
        nodes.sendFrames();
        nodes.receiveFrames();
        volume.bytes += FRAMES * LENGTH;
    }
}
