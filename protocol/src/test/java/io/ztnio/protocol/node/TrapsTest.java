package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PeerRecord;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Traps of {@code docs/protocol.md} section 14 that no other test has. */
@Tag("any-jdk")
class TrapsTest {
    private final SimNet net = new SimNet(61);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");

    @Test
    void beaconsOfThirteenBytesAreCountedAndNotAnswered() {
        planet.start(alice, 1);
        net.run(1_000);
        net.record();

        alice.inject(SimNet.endpoint("81.1.1.2:9993"), new byte[13]);
        net.run(1_000);

        assertThat(alice.counters().dropped(DropReason.LEGACY_BEACON)).isEqualTo(1);
        assertThat(net.log()).noneMatch(datagram -> datagram.to().equals(SimNet.endpoint("81.1.1.2:9993")));
    }

    @Test
    void aRootIsNowhereButWhereThePlanetSaysThatItIs() {
        planet.root().stop();
        SimHost elsewhere = net.host("80.9.9.9:9993");
        planet.start(alice, 1);
        PeerRecord known = new PeerRecord(
                SimIdentities.of(1).withoutSecret(), new SoftwareVersion(12, 0, 1, 0), List.of(alice.address()), 1);
        elsewhere.start(NodeConfig.builder(
                        new NodeState(SimIdentities.of(0), Optional.of(planet.world()), List.of(), List.of(known)),
                        net.random())
                .build());

        net.run(60_000);

        assertThat(elsewhere.node().peers(net.nowMillis()))
                .filteredOn(peer -> peer.address() == SimIdentities.of(1).address())
                .singleElement()
                .satisfies(peer -> assertThat(peer.direct()).isTrue());
        assertThat(alice.node().peers(net.nowMillis()))
                .filteredOn(peer -> peer.address() == SimIdentities.of(0).address())
                .singleElement()
                .satisfies(peer -> assertThat(peer.direct()).isFalse());
    }
}
