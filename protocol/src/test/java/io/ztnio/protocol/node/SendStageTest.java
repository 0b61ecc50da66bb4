package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.packet.Fragmenter;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.SendLane;
import io.ztnio.protocol.vl1.SendStage;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nodes whose data is sealed elsewhere, on the simulated internet. */
@Tag("any-jdk")
class SendStageTest {
    private static final long BOB = SimIdentities.of(2).address();

    private final SimNet net = new SimNet(1);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host("82.1.1.1:9993");
    private final TrustingHandler bobHandler = new TrustingHandler();

    /** Keeps what it takes until it is told to send, unless it sends at once. */
    private static final class Stage implements SendStage {
        private final SimHost host;
        private final Queue<Runnable> taken = new ArrayDeque<>();
        private final List<Lane> lanes = new ArrayList<>();
        private SendLane.Handover answer = SendLane.Handover.TAKEN;
        private boolean congested;
        private boolean atOnce;
        private boolean behind;

        Stage(SimHost host) {
            this.host = host;
        }

        @Override
        public SendLane lane(long address, PeerKeys keys) {
            Lane lane = new Lane(this, address, keys.copy());
            lanes.add(lane);
            return lane;
        }

        void sendAll() {
            while (!taken.isEmpty()) {
                taken.remove().run();
            }
        }
    }

    private static final class Lane implements SendLane {
        private final Stage stage;
        private final long address;
        private final PeerKeys keys;
        private boolean closed;

        Lane(Stage stage, long address, PeerKeys keys) {
            this.stage = stage;
            this.address = address;
            this.keys = keys;
        }

        @Override
        public Handover offer(
                CipherSuite suite,
                int socket,
                InetSocketAddress remote,
                int mtu,
                byte[] packet,
                int offset,
                int length) {
            assertThat(PacketHeader.verb(packet, offset)).isIn(Verb.FRAME, Verb.EXT_FRAME);
            assertThat(PacketHeader.destination(packet, offset)).isEqualTo(address);
            assertThat(closed).isFalse();
            if (stage.answer == Handover.TAKEN) {
                byte[] copy = Arrays.copyOfRange(packet, offset, offset + length);
                stage.taken.add(() -> {
                    Armor.seal(keys, suite, copy, 0, length);
                    Fragmenter.send(copy, 0, length, mtu, socket, remote, stage.host::send);
                });
            }
            if (stage.atOnce) {
                stage.sendAll();
            }
            return stage.answer;
        }

        @Override
        public boolean isBehind() {
            return stage.behind;
        }

        @Override
        public Handover offerSealed(
                int socket, InetSocketAddress remote, int mtu, byte[] packet, int offset, int length) {
            byte[] copy = Arrays.copyOfRange(packet, offset, offset + length);
            stage.taken.add(() -> Fragmenter.send(copy, 0, length, mtu, socket, remote, stage.host::send));
            stage.sendAll();
            return Handover.TAKEN;
        }

        @Override
        public boolean isCongested() {
            return stage.congested;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** A run of one seed, with a stage or without: the datagrams, and Alice's counters. */
    private static Map.Entry<List<SimNet.Datagram>, List<Long>> run(
            int protocol, SendLane.Handover answer, boolean behind) {
        SendStageTest test = new SendStageTest();
        NodeConfig config = NodeConfig.builder(SimIdentities.of(1), test.planet.world(), test.net.random())
                .protocolVersion(protocol)
                .build();
        NodeConfig bobs = NodeConfig.builder(SimIdentities.of(2), test.planet.world(), test.net.random())
                .protocolVersion(protocol)
                .build();
        test.alice.start(config).handler(new TrustingHandler());
        Stage stage = new Stage(test.alice);
        stage.atOnce = true;
        stage.behind = behind;
        if (answer != null) {
            stage.answer = answer;
            test.alice.node().sendStage(stage);
        }
        test.bob.start(bobs).handler(test.bobHandler);
        test.net.run(1_000);
        test.net.record();
        for (int i = 0; i < 60; i++) {
            test.alice.say(BOB, "x".repeat(i * 50) + i);
            test.net.run(500);
        }
        assertThat(test.bobHandler.texts()).hasSize(60);
        assertThat(stage.lanes).hasSize(answer == null ? 0 : 1);
        return Map.entry(
                List.copyOf(test.net.log()),
                List.of(
                        test.alice.counters().packetsOut(),
                        test.alice.counters().datagramsOut(),
                        test.alice.counters().bytesOut()));
    }

    @ParameterizedTest
    @CsvSource({
        "12,TAKEN,false",
        "12,DIRECT,false",
        "12,TAKEN,true",
        "11,TAKEN,false",
        "11,DIRECT,false",
        "11,TAKEN,true"
    })
    void theSameBytesLeaveAndAreCountedAsWithoutAStage(int protocol, SendLane.Handover answer, boolean behind) {
        var inline = run(protocol, null, false);
        var staged = run(protocol, answer, behind);

        assertThat(staged.getKey()).isEqualTo(inline.getKey());
        assertThat(staged.getValue()).isEqualTo(inline.getValue());
    }

    @Test
    void whatTheStageHasNoRoomForIsLostAndCounted() {
        Stage stage = startPair();
        stage.answer = SendLane.Handover.FULL;
        long packets = alice.counters().packetsOut();

        alice.say(BOB, "lost");
        net.run(1_000);

        assertThat(bobHandler.texts()).containsExactly("hello");
        assertThat(alice.counters().dropped(DropReason.SENDERS_BUSY)).isEqualTo(1);
        assertThat(alice.counters().packetsOut()).isLessThan(packets + 5);
    }

    @Test
    void aPeerIsCongestedWhenItsLaneIs() {
        Stage stage = startPair();
        assertThat(alice.node().vl1().isCongested(BOB)).isFalse();

        stage.congested = true;

        assertThat(alice.node().vl1().isCongested(BOB)).isTrue();
        assertThat(alice.node().vl1().isCongested(SimIdentities.of(3).address()))
                .isFalse();
    }

    @Test
    void aForgottenPeersLaneIsClosedAndReopenedWhenItComesBack() {
        Stage stage = startPair();
        bob.stop();
        net.run(700_000);
        assertThat(stage.lanes).hasSize(1).allMatch(lane -> lane.closed);

        planet.start(bob, 2).handler(bobHandler);
        net.run(1_000);
        alice.say(BOB, "again");
        net.runUntil(5_000, () -> {
            stage.sendAll();
            return bobHandler.texts().contains("again");
        });

        assertThat(bobHandler.texts()).containsExactly("hello", "again");
        assertThat(stage.lanes).hasSize(2);
    }

    @Test
    void aNodeThatEndsClosesItsLanes() {
        Stage stage = startPair();

        alice.node().close(net.nowMillis());

        assertThat(stage.lanes).hasSize(1).allMatch(lane -> lane.closed);
    }

    @Test
    void wipedKeysProtectNothingAnyMore() {
        PeerKeys keys = PeerKeys.agree(SimIdentities.of(1), SimIdentities.of(2));
        PeerKeys copy = keys.copy();
        byte[] packet = new byte[100];
        copy.wipe();

        for (CipherSuite suite : CipherSuite.values()) {
            if (suite != CipherSuite.TRUSTED_PATH) {
                assertThatThrownBy(() -> Armor.seal(copy, suite, packet, 0, packet.length))
                        .isInstanceOf(IllegalStateException.class);
                Armor.seal(keys, suite, packet, 0, packet.length);
                assertThat(Armor.open(PeerKeys.agree(SimIdentities.of(2), SimIdentities.of(1)), packet, 0, 100))
                        .isTrue();
            }
        }
    }

    /** Alice with a stage, who has said hello to Bob. */
    private Stage startPair() {
        Stage stage = new Stage(alice);
        planet.start(alice, 1).handler(new TrustingHandler());
        alice.node().sendStage(stage);
        planet.start(bob, 2).handler(bobHandler);
        net.run(1_000);
        alice.say(BOB, "hello");
        assertThat(net.runUntil(5_000, () -> {
                    stage.sendAll();
                    return bobHandler.texts().contains("hello");
                }))
                .isTrue();
        return stage;
    }
}
