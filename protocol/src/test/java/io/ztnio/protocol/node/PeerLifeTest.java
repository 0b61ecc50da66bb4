package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.PeerLifeListener;
import io.ztnio.protocol.vl1.PeerRecord;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Peers that begin anew, on the same port or another, that are silent, and that are gone. */
@Tag("any-jdk")
class PeerLifeTest {
    private static final long BOB = SimIdentities.of(2).address();

    private final SimNet net = new SimNet(20_261_128);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.0.0.1:9993");
    private final SimHost bob = net.host("82.0.0.2:9993");
    private final SimHost bobOnAnotherPort = net.host("82.0.0.2:31000");
    private final Life life = new Life();

    /** What Alice is told of Bob. */
    private static final class Life implements PeerLifeListener {
        private final List<String> told = new ArrayList<>();
        private boolean matters = true;

        @Override
        public void onReturned(long address, long nowMillis) {
            note("returned", address);
        }

        @Override
        public boolean onSilent(long address, long nowMillis) {
            note("silent", address);
            return matters;
        }

        @Override
        public void onLost(long address, long nowMillis) {
            note("lost", address);
        }

        private void note(String what, long address) {
            if (address == BOB) {
                told.add(what);
            }
        }
    }

    private void startDirectPair() {
        planet.start(bob, 2).handler(new TrustingHandler());
        startAlice(60_000);
        net.run(1_000);
        alice.say(BOB, "hello");
        assertThat(net.runUntil(60_000, () -> bobIsAt(bob.address()))).isTrue();
        net.run(10_000);
        life.told.clear();
    }

    private void startAlice(long peerTimeoutMillis) {
        Node node = alice.start(NodeConfig.builder(SimIdentities.of(1), planet.world(), net.random())
                .peerTimeoutMillis(peerTimeoutMillis)
                .build());
        node.handler(new TrustingHandler());
        node.peerLife(life);
    }

    private boolean bobIsAt(InetSocketAddress address) {
        return alice.node().peers(net.nowMillis()).stream()
                .filter(peer -> peer.address() == BOB)
                .flatMap(peer -> peer.paths().stream())
                .anyMatch(path -> path.preferred() && path.remote().equals(address));
    }

    /** Bob as after kill -9 and a new start: the same identity, and its stored peers. */
    private void restartBobOn(SimHost host) {
        bob.stop();
        PeerRecord alicesRecord = new PeerRecord(
                SimIdentities.of(1).withoutSecret(), new SoftwareVersion(0, 0, 0, 0), List.of(alice.address()), 1);
        NodeState state =
                new NodeState(SimIdentities.of(2), Optional.of(planet.world()), List.of(), List.of(alicesRecord));
        host.start(NodeConfig.builder(state, net.random()).build()).handler(new TrustingHandler());
    }

    @Test
    void aPeerThatBeginsAnewIsToldAtItsFirstPacket() {
        startDirectPair();

        restartBobOn(bob);

        assertThat(net.runUntil(100, () -> life.told.contains("returned"))).isTrue();
    }

    @Test
    void aNewPortOfAKnownAddressIsUsedAfterOneRoundTrip() {
        startDirectPair();

        restartBobOn(bobOnAnotherPort);

        assertThat(net.runUntil(200, () -> bobIsAt(bobOnAnotherPort.address()))).isTrue();
        assertThat(life.told).contains("returned");
    }

    @Test
    void aPacketAloneDoesNotMoveAPath() {
        startDirectPair();
        List<byte[]> fromBob = new ArrayList<>();
        net.filter(datagram -> {
            if (datagram.to().equals(alice.address()) && datagram.from().equals(bob.address())) {
                fromBob.add(datagram.bytes().toByteArray());
                return false;
            }
            return true;
        });
        net.runUntil(60_000, () -> !fromBob.isEmpty());
        net.filter(datagram -> !datagram.to().equals(bobOnAnotherPort.address()));

        alice.inject(bobOnAnotherPort.address(), fromBob.get(0));
        net.run(1_000);

        assertThat(bobIsAt(bob.address())).isTrue();
        assertThat(bobIsAt(bobOnAnotherPort.address())).isFalse();
    }

    @Test
    void aPeerOfWhichNothingIsHeardIsSilentAfterAMinuteAndLostAfterAnother() {
        startDirectPair();
        bob.stop();

        net.run(58_000);
        assertThat(life.told).isEmpty();
        net.run(12_000);
        assertThat(life.told).containsExactly("silent");
        net.run(48_000);
        assertThat(life.told).containsExactly("silent");
        net.run(20_000);
        assertThat(life.told).containsExactly("silent", "lost");
        net.run(600_000);
        assertThat(life.told).containsExactly("silent", "lost");
    }

    @Test
    void aPeerThatOnlyHasNothingToSayAnswersWhenItIsSought() {
        startDirectPair();
        // The relation falls asleep: nobody keeps paths open after 500 s without traffic.
        net.run(1_200_000);

        assertThat(life.told).contains("silent").doesNotContain("lost");
    }

    @Test
    void aPeerThatHasMovedIsFoundThroughTheRoot() {
        startDirectPair();
        SimHost elsewhere = net.host("83.0.0.3:9993");
        bob.stop();
        planet.start(elsewhere, 2).handler(new TrustingHandler());

        net.run(600_000);

        assertThat(life.told).doesNotContain("lost");
    }

    @Test
    void nobodyIsLostIfTheTimeoutIsZero() {
        planet.start(bob, 2).handler(new TrustingHandler());
        startAlice(0);
        net.run(1_000);
        alice.say(BOB, "hello");
        net.run(30_000);
        bob.stop();

        net.run(1_000_000);

        assertThat(life.told).contains("silent").doesNotContain("lost");
    }

    @Test
    void aPeerThatNobodyHasConnectionsToIsNotSought() {
        startDirectPair();
        life.matters = false;
        bob.stop();
        net.run(70_000);
        net.record();

        net.run(60_000);

        assertThat(life.told).containsExactly("silent");
        long hellos = net.log().stream()
                .filter(datagram -> datagram.from().equals(alice.address()))
                .filter(datagram -> datagram.bytes().length() > 150)
                .count();
        assertThat(hellos).isLessThanOrEqualTo(2);
    }

    @Test
    void copiesOfOldPacketsAreNoSignOfLife() {
        startDirectPair();
        List<byte[]> fromBob = new ArrayList<>();
        net.filter(datagram -> {
            if (datagram.to().equals(alice.address()) && datagram.from().equals(bob.address())) {
                fromBob.add(datagram.bytes().toByteArray());
            }
            return true;
        });
        net.run(70_000);
        assertThat(fromBob).isNotEmpty();
        bob.stop();
        life.told.clear();

        for (int i = 0; i < 150; i++) {
            net.run(1_000);
            for (byte[] copy : fromBob) {
                alice.inject(SimNet.endpoint("82.0.0.2:" + (20_000 + i)), copy);
            }
        }

        assertThat(life.told).containsExactly("silent", "lost");
    }
}
