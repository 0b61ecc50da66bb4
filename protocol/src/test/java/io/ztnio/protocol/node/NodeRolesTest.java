package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.UserMessage;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.Role;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Roots, moons, loopback, and what handlers see. */
@Tag("any-jdk")
class NodeRolesTest {
    private final SimNet net = new SimNet(6);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nodesOnOneMachineReachEachOtherOnlyIfLoopbackIsAllowed(boolean allowed) {
        PathPolicy policy = allowed ? PathPolicy.withLoopback() : PathPolicy.standard();
        Identity rootIdentity = SimIdentities.of(0);
        InetSocketAddress rootAddress = SimNet.endpoint("127.0.0.1:19000");
        World planet = World.create(
                World.Type.PLANET,
                77,
                1,
                rootIdentity,
                List.of(new WorldRoot(rootIdentity.withoutSecret(), List.of(rootAddress))));
        SimHost[] hosts = new SimHost[3];
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = net.host("127.0.0.1:" + (19_000 + i));
            hosts[i].start(NodeConfig.builder(SimIdentities.of(i), planet, net.random())
                    .pathPolicy(policy)
                    .build());
            hosts[i].node().handler(new TrustingHandler());
        }
        net.run(6_000);

        hosts[1].say(SimIdentities.of(2).address(), "hello");
        net.run(40_000);

        assertThat(hosts[1].node().isOnline(net.nowMillis())).isEqualTo(allowed);
        assertThat(direct(hosts[1], SimIdentities.of(2).address())).isEqualTo(allowed);
    }

    @Test
    void packetsCrossTwoRoots() {
        InetSocketAddress[] roots = {SimNet.endpoint("80.1.1.1:9993"), SimNet.endpoint("80.2.2.2:9993")};
        World planet = World.create(
                World.Type.PLANET,
                78,
                1,
                SimIdentities.of(0),
                List.of(
                        new WorldRoot(SimIdentities.of(0).withoutSecret(), List.of(roots[0])),
                        new WorldRoot(SimIdentities.of(7).withoutSecret(), List.of(roots[1]))));
        start("80.1.1.1:9993", 0, planet);
        start("80.2.2.2:9993", 7, planet);
        SimHost alice = net.host("81.1.1.1:9993");
        SimHost bob = net.host("82.1.1.1:9993");
        // Each member reaches one root only, and they do not reach each other.
        net.filter(datagram -> !between(datagram, alice, bob.address())
                && !between(datagram, alice, roots[1])
                && !between(datagram, bob, roots[0]));
        TrustingHandler bobHandler = new TrustingHandler();
        alice.start(NodeConfig.builder(SimIdentities.of(1), planet, net.random())
                        .build())
                .handler(new TrustingHandler());
        bob.start(NodeConfig.builder(SimIdentities.of(2), planet, net.random()).build())
                .handler(bobHandler);
        net.run(20_000);

        alice.say(bob.node().address(), "over two roots");
        net.run(5_000);

        assertThat(bobHandler.texts()).containsExactly("over two roots");
    }

    @Test
    void wantedMoonIsLearnedFromItsSeedAndStored() {
        SimPlanet planet = new SimPlanet(net);
        Identity moonRoot = SimIdentities.of(8);
        World moon = World.create(
                World.Type.MOON,
                moonRoot.address(),
                5,
                moonRoot,
                List.of(new WorldRoot(moonRoot.withoutSecret(), List.of(SimNet.endpoint("80.3.3.3:9993")))));
        SimHost moonHost = net.host("80.3.3.3:9993");
        moonHost.start(NodeConfig.builder(
                        new NodeState(moonRoot, Optional.of(planet.world()), List.of(moon), List.of()), net.random())
                .build());
        SimHost alice = net.host("81.1.1.1:9993");
        planet.start(alice, 1);
        assertThat(alice.node().orbit(moon.id(), OptionalLong.of(moonRoot.address()), net.nowMillis()))
                .isTrue();

        net.run(60_000);

        assertThat(alice.node().moons()).containsExactly(moon);
        assertThat(alice.events()).contains(new NodeEvent.WorldUpdated(moon));
        assertThat(alice.node().peers(net.nowMillis()))
                .filteredOn(peer -> peer.address() == moonRoot.address())
                .singleElement()
                .satisfies(peer -> {
                    assertThat(peer.role()).isEqualTo(Role.MOON);
                    assertThat(peer.direct()).isTrue();
                });
    }

    @Test
    void userMessageReachesTheListener() {
        SimPlanet planet = new SimPlanet(net);
        SimHost alice = net.host("81.1.1.1:9993");
        SimHost bob = net.host("82.1.1.1:9993");
        planet.start(alice, 1);
        planet.start(bob, 2);
        net.run(1_000);
        Bytes data = Bytes.of("some data ".repeat(50).getBytes(StandardCharsets.US_ASCII));

        new UserMessage(70_000, data).write(alice.node().vl1().begin(bob.node().address(), Verb.USER_MESSAGE));
        alice.node().vl1().send(true, net.nowMillis());
        alice.touch();
        net.run(2_000);

        assertThat(bob.events()).contains(new NodeEvent.UserMessage(alice.node().address(), 70_000, data));
    }

    @Test
    void packetThatCannotBeJudgedYetComesAgainAndExpires() {
        SimPlanet planet = new SimPlanet(net);
        SimHost alice = net.host("81.1.1.1:9993");
        SimHost bob = net.host("82.1.1.1:9993");
        int[] calls = new int[2];
        planet.start(alice, 1);
        planet.start(bob, 2).handler(new TrustingHandler() {
            @Override
            public Outcome onPacket(InboundPacket packet, long nowMillis) {
                calls[packet.isRetry() ? 1 : 0]++;
                return calls[1] < 5 ? Outcome.NOT_YET : super.onPacket(packet, nowMillis);
            }
        });
        net.run(1_000);

        alice.say(bob.node().address(), "patience");
        net.run(10_000);

        assertThat(calls).containsExactly(1, 5);
        assertThat(bob.counters().dropped(DropReason.DEFERRED_EXPIRED)).isZero();
    }

    @Test
    void aDeferredPacketThatMakesAHandlerThrowCostsItselfOnly() {
        SimPlanet planet = new SimPlanet(net);
        SimHost alice = net.host("81.1.1.1:9993");
        SimHost bob = net.host("82.1.1.1:9993");
        int[] thrown = new int[1];
        TrustingHandler handler = new TrustingHandler() {
            @Override
            public Outcome onPacket(InboundPacket packet, long nowMillis) {
                if (!packet.isRetry()) {
                    return Outcome.NOT_YET;
                }
                if (packet.payload().remaining() == "bomb".length()) {
                    thrown[0]++;
                    throw new IllegalStateException("a bug");
                }
                return super.onPacket(packet, nowMillis);
            }
        };
        planet.start(alice, 1);
        planet.start(bob, 2).handler(handler);
        net.run(1_000);

        alice.say(bob.node().address(), "bomb");
        alice.say(bob.node().address(), "harmless");
        assertThatIllegalStateException().isThrownBy(() -> net.run(10_000));
        net.run(10_000);

        assertThat(thrown[0]).isEqualTo(1);
        assertThat(handler.texts()).containsExactly("harmless");
    }

    @Test
    void identitiesAreAnnouncedToTheHandler() {
        SimPlanet planet = new SimPlanet(net);
        SimHost alice = net.host("81.1.1.1:9993");
        SimHost bob = net.host("82.1.1.1:9993");
        TrustingHandler handler = new TrustingHandler();
        planet.start(alice, 1).handler(handler);
        planet.start(bob, 2);
        net.run(1_000);

        alice.node().vl1().requestIdentity(bob.node().address(), net.nowMillis());
        net.run(1_000);

        assertThat(handler.identities()).containsExactly(SimIdentities.of(2));
    }

    @Test
    void contactsAreKeptWithoutTraffic() {
        SimPlanet planet = new SimPlanet(net);
        SimHost alice = net.host("81.1.1.1:9993");
        SimHost bob = net.host("82.1.1.1:9993");
        planet.start(alice, 1);
        planet.start(bob, 2);
        net.run(1_000);

        alice.node().vl1().keepInContact(java.util.Set.of(bob.node().address()));
        net.run(60_000);

        assertThat(direct(alice, bob.node().address())).isTrue();
    }

    @Test
    void silentPeersAreForgottenAndStored() {
        SimPlanet planet = new SimPlanet(net);
        SimHost alice = net.host("81.1.1.1:9993");
        SimHost bob = net.host("82.1.1.1:9993");
        planet.start(alice, 1).handler(new TrustingHandler());
        planet.start(bob, 2).handler(new TrustingHandler());
        net.run(1_000);
        alice.say(bob.node().address(), "hello");
        net.run(30_000);

        bob.stop();
        net.run(600_000);

        assertThat(alice.node().vl1().peer(SimIdentities.of(2).address())).isEmpty();
        assertThat(alice.events())
                .contains(new NodeEvent.PeerRelayed(SimIdentities.of(2).address()));
    }

    private void start(String address, int identity, World planet) {
        net.host(address)
                .start(NodeConfig.builder(SimIdentities.of(identity), planet, net.random())
                        .build());
    }

    private static boolean between(SimNet.Datagram datagram, SimHost host, InetSocketAddress other) {
        return (datagram.from().equals(host.address()) && datagram.to().equals(other))
                || (datagram.from().equals(other) && datagram.to().equals(host.address()));
    }

    private boolean direct(SimHost host, long address) {
        return host.node().peers(net.nowMillis()).stream().anyMatch(peer -> peer.address() == address && peer.direct());
    }
}
