package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.tcp.connection.ConnectionProbe;
import io.ztnio.tcpip.tcp.connection.TcpConnection;
import io.ztnio.tcpip.tcp.connection.TcpState;
import io.ztnio.tcpip.tcp.listen.HalfOpen;
import io.ztnio.tcpip.tcp.recovery.RecoveryProbe;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.table.Flow;
import io.ztnio.tcpip.tcp.table.TimeWait;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Scenario 168: random segments in every state. It takes too long to run at each {@link SequenceStart}: every connection has
 * another one of them.
 */
@Tag("any-jdk")
class FuzzTest {
    private static final List<SequenceStart> STARTS = SequenceStart.all();

    /** Per state. */
    private static final int SEGMENTS = Integer.getInteger("ztnio.fuzz.segments", 250_000);

    private static final int SEEDS = 4;

    /** Segments that a connection gets after it has left the state by one of them. */
    private static final int MOST_ELSEWHERE = 20;

    @AfterEach
    void startAsUsual() {
        SequenceStarts.set(SequenceStart.ORDINARY);
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(
            value = TcpState.class,
            names = {"CLOSED"},
            mode = EnumSource.Mode.EXCLUDE)
    void s168RandomSegmentsBreakNothing(TcpState state) throws IOException {
        for (long seed = 1; seed <= SEEDS; seed++) {
            SplittableRandom random =
                    new SplittableRandom(seed * 31 + state.name().hashCode());
            ScriptedPeer peer = in(state, seed);
            int elsewhere = 0;
            long edge = Long.MIN_VALUE;
            for (int i = 0; i < SEGMENTS / SEEDS; ) {
                if (stateOf(peer) == state) {
                    i++;
                    elsewhere = 0;
                } else if (peer.layer.flowCount() == 0 || ++elsewhere > MOST_ELSEWHERE) {
                    if (random.nextInt(16) == 0) {
                        end(peer, seed);
                    }
                    peer = in(state, seed + i);
                    elsewhere = 0;
                    edge = Long.MIN_VALUE;
                }
                peer.injectRaw(randomSegment(random, peer), random.nextInt(50) != 0);
                if (random.nextInt(4) == 0) {
                    peer.endTurn();
                }
                if (random.nextInt(20) == 0) {
                    peer.advanceMillis(random.nextInt(300));
                }
                useApplication(random, peer);
                edge = check(peer, edge, seed, i);
            }
            end(peer, seed);
        }
    }

    private static TcpState stateOf(ScriptedPeer peer) {
        Flow flow = peer.layer.ground.flows.find(peer.own, peer.ownPort, peer.remote, peer.peerPort);
        if (flow instanceof TcpConnection connection) {
            return new ConnectionProbe(connection).state();
        }
        if (flow instanceof TimeWait) {
            return TcpState.TIME_WAIT;
        }
        return flow == null ? TcpState.CLOSED : TcpState.SYN_RECEIVED;
    }

    /** Closes all there is: no flow may stay, and no memory. */
    private static void end(ScriptedPeer peer, long seed) throws IOException {
        peer.endTurn();
        if (peer.listener != null) {
            for (StreamEndpoint each = peer.listener.accept(); each != null; each = peer.listener.accept()) {
                each.close();
            }
            peer.listener.close();
        }
        if (peer.stream != null) {
            peer.stream.close();
        }
        peer.advanceMillis(3_600_000);
        require(peer.layer.flowCount() == 0, "flows", seed, -1);
        require(peer.layer.budget().usedBytes() == 0, "memory", seed, -1);
    }

    private static long check(ScriptedPeer peer, long edge, long seed, int step) {
        Flow flow = peer.layer.ground.flows.find(peer.own, peer.ownPort, peer.remote, peer.peerPort);
        if (!(flow instanceof TcpConnection connection)
                || !new ConnectionProbe(connection).state().isSynchronised()) {
            return Long.MIN_VALUE;
        }
        ConnectionProbe probe = new ConnectionProbe(connection);
        long pipe = new RecoveryProbe(probe.recovery()).pipeBytes();
        require(probe.una() <= probe.sendNext(), "UNA and NXT", seed, step);
        require(pipe >= 0 && pipe <= 2 * (probe.sendNext() - probe.una()) + 2, "pipe", seed, step);
        require(probe.unreadBytes() <= 4 << 20, "received", seed, step);
        require(peer.layer.budget().usedBytes() <= 16 << 20, "memory", seed, step);
        require(probe.rightEdge() >= edge, "right edge", seed, step);
        return probe.rightEdge();
    }

    private static void require(boolean holds, String what, long seed, int step) {
        if (!holds) {
            throw new AssertionError(what + ", seed " + seed + ", step " + step);
        }
    }

    private static void useApplication(SplittableRandom random, ScriptedPeer peer) {
        if (peer.stream == null) {
            return;
        }
        try {
            switch (random.nextInt(40)) {
                case 0 -> peer.stream.write(ByteBuffer.allocate(random.nextInt(5000)));
                case 1 -> peer.stream.read(ByteBuffer.allocate(random.nextInt(5000)));
                default -> {}
            }
        } catch (IOException e) {
            require(!e.getMessage().isEmpty(), "message", -1, -1);
        }
    }

    private static byte[] randomSegment(SplittableRandom random, ScriptedPeer peer) {
        byte[] segment = new byte[20 + random.nextInt(100)];
        random.nextBytes(segment);
        ByteBuffer header = ByteBuffer.wrap(segment);
        header.putShort(0, (short) peer.peerPort).putShort(2, (short) peer.ownPort);
        header.putInt(4, peer.peerIss + near(random));
        int acknowledgment = near(random);
        Flow flow = peer.layer.ground.flows.find(peer.own, peer.ownPort, peer.remote, peer.peerPort);
        if (acknowledgment == 1 && isOpening(flow) && random.nextInt(32) != 0) {
            // Or the handshake would be over after a few segments, each time.
            acknowledgment = 2;
        }
        header.putInt(8, peer.ownIss + acknowledgment);
        if (flow instanceof TcpConnection connection && random.nextInt(3) == 0) {
            aim(header, new ConnectionProbe(connection), random);
        }
        if (random.nextInt(10) != 0) {
            segment[12] = (byte) ((5 + random.nextInt(Math.max(1, (segment.length - 16) / 4))) << 4);
        }
        int flags = random.nextInt(8) == 0 ? random.nextInt(64) : TcpFlags.ACK;
        if (random.nextInt(200) != 0) {
            flags &= ~TcpFlags.RST;
        }
        segment[13] = (byte) flags;
        return segment;
    }

    private static boolean isOpening(Flow flow) {
        return flow instanceof HalfOpen
                || (flow instanceof TcpConnection connection
                        && !new ConnectionProbe(connection).state().isSynchronised());
    }

    /** Makes an acknowledgment that is nearly right, with blocks that are. */
    private static void aim(ByteBuffer header, ConnectionProbe connection, SplittableRandom random) {
        long una = connection.una();
        int flight = (int) (connection.sendNext() - una);
        header.putInt(4, (int) connection.receiveNext() + random.nextInt(3));
        header.putInt(8, (int) una + (random.nextInt(3) == 0 ? random.nextInt(flight + 1) : 0));
        if (header.capacity() >= 20 + 20) {
            header.putShort(20, (short) 0x0101).put(22, (byte) 5).put(23, (byte) 18);
            for (int i = 0; i < 2; i++) {
                int left = random.nextInt(flight + 1);
                int right = left + random.nextInt(flight - left + 1);
                header.putInt(24 + 8 * i, (int) una + left).putInt(28 + 8 * i, (int) una + right);
            }
        }
    }

    private static int near(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt();
            case 1 -> 1;
            case 2 -> random.nextInt(20);
            default -> random.nextInt(6000) - 1000;
        };
    }

    private static ScriptedPeer in(TcpState state, long seed) throws IOException {
        SequenceStarts.set(STARTS.get((int) (seed / 2 % STARTS.size())));
        ScriptedPeer peer = new ScriptedPeer(ScriptedPeer.config().timestamps(seed % 2 == 0));
        switch (state) {
            case SYN_SENT -> peer.connect();
            case SYN_RECEIVED -> peer.listen(3).send("S 0:0 " + ScriptedPeer.OFFER);
            default -> peer.establish(65_535);
        }
        switch (state) {
            case FIN_WAIT_1 -> peer.stream.shutdownOutput();
            case FIN_WAIT_2 -> {
                peer.stream.shutdownOutput();
                peer.send(". 1:0 ack 2");
            }
            case CLOSE_WAIT -> peer.send("F. 1:0 ack 1");
            case CLOSING -> {
                peer.stream.shutdownOutput();
                peer.send("F. 1:0 ack 1");
            }
            case LAST_ACK -> {
                peer.send("F. 1:0 ack 1");
                peer.stream.shutdownOutput();
            }
            case TIME_WAIT -> {
                peer.stream.shutdownOutput();
                peer.send("F. 1:0 ack 2");
            }
            default -> {}
        }
        require(stateOf(peer) == state, "state", seed, 0);
        peer.recording = false;
        return peer;
    }
}
