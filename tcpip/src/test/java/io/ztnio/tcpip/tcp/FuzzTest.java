package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scenario 168: random segments in every state. */
class FuzzTest {
    /** Per state; the scenario asks for a million, which takes a minute for all states. */
    private static final int SEGMENTS = Integer.getInteger("ztnio.fuzz.segments", 200_000);

    private static final int SEEDS = 4;

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"CLOSED"},
            mode = EnumSource.Mode.EXCLUDE)
    void s168RandomSegmentsBreakNothing(TcpState state) throws IOException {
        for (long seed = 1; seed <= SEEDS; seed++) {
            ScriptedPeer peer = in(state, seed);
            Random random = new Random(seed * 31 + state.name().hashCode());
            long edge = Long.MIN_VALUE;
            for (int i = 0; i < SEGMENTS / SEEDS; i++) {
                if (peer.layer.flowCount() == 0) {
                    peer = in(state, seed + i);
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
                peer.emitted.clear();
                peer.windows.clear();
            }
            end(peer, seed);
        }
    }

    /** Closes all there is: no flow may stay, and no memory. */
    private static void end(ScriptedPeer peer, long seed) {
        if (peer.stream != null) {
            peer.stream.close();
        }
        if (peer.listener != null) {
            peer.listener.close();
        }
        peer.advanceMillis(3_600_000);
        assertThat(peer.layer.flowCount()).as("flows, seed %d", seed).isZero();
        assertThat(peer.layer.budget().usedBytes()).as("memory, seed %d", seed).isZero();
    }

    private static long check(ScriptedPeer peer, long edge, long seed, int step) {
        Flow flow = peer.layer.flows.find(peer.own, peer.ownPort, peer.remote, peer.peerPort);
        if (!(flow instanceof TcpConnection connection) || !connection.state.isSynchronised()) {
            return Long.MIN_VALUE;
        }
        assertThat(connection.sender.una).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(connection.sender.nxt);
        assertThat(connection.sender.recovery.pipeBytes())
                .as("pipe, seed %d, step %d", seed, step)
                .isBetween(0L, 2 * (connection.sender.nxt - connection.sender.una) + 2);
        assertThat(connection.stream.receiveRing.available()).isBetween(0, 4 << 20);
        assertThat(connection.receiver.rightEdge())
                .as("seed %d, step %d", seed, step)
                .isGreaterThanOrEqualTo(edge);
        return connection.receiver.rightEdge();
    }

    private static void useApplication(Random random, ScriptedPeer peer) {
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
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static byte[] randomSegment(Random random, ScriptedPeer peer) {
        byte[] segment = new byte[20 + random.nextInt(100)];
        random.nextBytes(segment);
        ByteBuffer header = ByteBuffer.wrap(segment);
        header.putShort(0, (short) peer.peerPort).putShort(2, (short) peer.ownPort);
        header.putInt(4, peer.peerIss + near(random));
        header.putInt(8, peer.ownIss + near(random));
        Flow flow = peer.layer.flows.find(peer.own, peer.ownPort, peer.remote, peer.peerPort);
        if (flow instanceof TcpConnection connection && random.nextInt(3) == 0) {
            aim(header, connection, random);
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

    /** Makes an acknowledgment that is nearly right, with blocks that are. */
    private static void aim(ByteBuffer header, TcpConnection connection, Random random) {
        long una = connection.sender.una;
        int flight = (int) (connection.sender.nxt - una);
        header.putInt(4, (int) connection.receiver.nxt + random.nextInt(3));
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

    private static int near(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt();
            case 1 -> 1;
            case 2 -> random.nextInt(20);
            default -> random.nextInt(6000) - 1000;
        };
    }

    private static ScriptedPeer in(TcpState state, long seed) throws IOException {
        ScriptedPeer peer = new ScriptedPeer(ScriptedPeer.config().timestamps(seed % 2 == 0));
        peer.peerIss = (int) (seed * 0x7654_3211);
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
        peer.emitted.clear();
        peer.windows.clear();
        return peer;
    }
}
