package io.ztnio.jmh;

import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.node.Membership;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.overlay.runtime.VirtualOverlay;
import io.ztnio.overlay.session.Datagrams;
import io.ztnio.overlay.session.Handshake;
import io.ztnio.overlay.session.NoiseHandshake;
import io.ztnio.overlay.session.PlainHandshake;
import io.ztnio.overlay.session.Session;
import io.ztnio.protocol.store.MemoryStateStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
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
import org.openjdk.jmh.annotations.Warmup;

/** Frames of the overlay of 1380 bytes: made and opened, and delivered from node to node in memory. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class OverlayFrameBenchmark {
    private static final int LENGTH = 1380;
    private static final int FRAME_AT = 64;
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** Two ends of a session. */
    @State(Scope.Thread)
    public static class Sessions {
        /** Whether frames are encrypted. */
        @Param({"true", "false"})
        public boolean encrypted;

        private final byte[] buffer = new byte[FRAME_AT + Datagrams.MAX_LENGTH];
        private Session sending;
        private Session receiving;

        @Setup
        public void start() {
            Handshake left = handshake(true, 1);
            Handshake right = handshake(false, 2);
            byte[] message = new byte[Datagrams.MAX_LENGTH];
            left.write(message, 0);
            right.read(message, 0);
            right.write(message, 0);
            left.read(message, 0);
            left.write(message, 0);
            right.read(message, 0);
            sending = new Session(left, 1, 2, true, !encrypted, 0);
            receiving = new Session(right, 2, 1, false, !encrypted, 0);
        }

        private Handshake handshake(boolean initiator, int seed) {
            Random random = new Random(seed);
            Identity identity = Identity.generate(random);
            byte[] ephemeral = new byte[32];
            random.nextBytes(ephemeral);
            return encrypted
                    ? new NoiseHandshake(initiator, identity, new byte[32], new byte[8], ephemeral)
                    : new PlainHandshake(identity);
        }

        int seal() {
            return sending.seal(buffer, FRAME_AT, LENGTH);
        }

        void open(int length) {
            if (receiving.open(buffer, FRAME_AT - Datagrams.DATA_HEADER, length, 0) != null) {
                throw new IllegalStateException("a frame was refused");
            }
        }
    }

    /** Two nodes on a hub. */
    @State(Scope.Thread)
    public static class Nodes {
        /** Whether the network has a key. */
        @Param({"true", "false"})
        public boolean encrypted;

        private final byte[] frame = new byte[LENGTH];
        private VirtualOverlay overlay;
        private Membership network;
        private long receiver;
        private long received;

        @Setup
        public void start() throws IOException {
            Arrays.fill(frame, (byte) 7);
            overlay = new VirtualOverlay(1);
            NetworkAccess access =
                    encrypted ? NetworkAccess.builder().key("01".repeat(32)).build() : NetworkAccess.OPEN;
            VirtualOverlay.VirtualNode left = overlay.start(new MemoryStateStore());
            VirtualOverlay.VirtualNode right = overlay.start(new MemoryStateStore());
            left.join(NETWORK, access);
            right.join(NETWORK, access);
            right.addListener(new OverlayListener() {
                @Override
                public void onFrame(
                        long networkId, long sourceId, boolean broadcast, byte[] buffer, int offset, int length) {
                    received++;
                }
            });
            network = left.core().network(NETWORK);
            receiver = right.id();
            if (!overlay.await(() -> network.view().online() == 1, 10 * SECOND_NANOS)) {
                throw new IllegalStateException("the nodes do not meet");
            }
            overlay.run(SECOND_NANOS);
        }

        void deliver() {
            long before = received;
            network.sendFrame(receiver, frame, 0, LENGTH, overlay.nowNanos());
            overlay.run(0);
            if (received != before + 1) {
                throw new IllegalStateException("the frame did not come");
            }
        }
    }

    @Benchmark
    public int encode(Sessions sessions, Volume volume) {
        volume.bytes += LENGTH;
        return sessions.seal();
    }

    @Benchmark
    public void encodeAndDecode(Sessions sessions, Volume volume) {
        sessions.open(sessions.seal());
        volume.bytes += LENGTH;
    }

    @Benchmark
    public void deliverInMemory(Nodes nodes, Volume volume) {
        nodes.deliver();
        volume.bytes += LENGTH;
    }
}
