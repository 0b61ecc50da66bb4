package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.vl1.PeerRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeStateTest {
    private final MemoryStateStore store = new MemoryStateStore();
    private final SplittableRandom random = new SplittableRandom(3);

    @Test
    void identityIsMadeOnceAndKept() throws IOException {
        Identity first = NodeState.load(store, random, null).identity();

        Identity second = NodeState.load(store, random, null).identity();

        assertThat(second).isEqualTo(first);
        assertThat(second.hasSecret()).isTrue();
        assertThat(text(NodeState.IDENTITY_PUBLIC)).isEqualTo(first.toPublicString());
    }

    @Test
    void missingPublicFileIsWrittenAgain() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());

        NodeState.load(store, random, null);

        assertThat(text(NodeState.IDENTITY_PUBLIC))
                .isEqualTo(SimIdentities.of(1).toPublicString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "PUBLIC", "CUT", "OTHER_SECRET", "OTHER_ADDRESS"})
    void damagedIdentityIsRefusedAndLeftAlone(String damage) throws IOException {
        String secret = SimIdentities.of(1).toSecretString();
        String content = switch (damage) {
            case "PUBLIC" -> SimIdentities.of(1).toPublicString();
            case "CUT" -> secret.substring(0, 200);
            case "OTHER_SECRET" ->
                SimIdentities.of(1).toPublicString()
                        + SimIdentities.of(2).toSecretString().substring(141);
            case "OTHER_ADDRESS" -> SimIdentities.impostorOf(2).toSecretString();
            default -> damage;
        };
        put(NodeState.IDENTITY_SECRET, content);

        assertThatThrownBy(() -> NodeState.load(store, random, null))
                .isInstanceOf(DamagedStateException.class)
                .hasMessageContaining("identity.secret")
                .hasMessageContaining("left untouched")
                .hasMessageNotContaining(secret.substring(secret.length() - 20));
        assertThat(text(NodeState.IDENTITY_SECRET)).isEqualTo(content);
    }

    @Test
    void thereIsNoPlanetUnlessStoredOrConfigured() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());

        assertThat(NodeState.load(store, random, null).planet()).isEmpty();
        assertThat(NodeState.load(store, random, SimPlanet.planet(1)).planet()).contains(SimPlanet.planet(1));
    }

    @Test
    void newerDefaultPlanetUpdatesTheStoredOne() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());
        store.put(NodeState.PLANET, SimPlanet.planet(2).toByteArray());

        assertThat(NodeState.load(store, random, SimPlanet.planet(1)).planet()).contains(SimPlanet.planet(2));
        assertThat(NodeState.load(store, random, SimPlanet.planet(3)).planet()).contains(SimPlanet.planet(3));
    }

    @Test
    void damagedPlanetIsRefused() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());
        put(NodeState.PLANET, "not a planet");

        assertThatThrownBy(() -> NodeState.load(store, random, SimPlanet.planet(1)))
                .isInstanceOf(DamagedStateException.class)
                .hasMessageStartingWith("planet does not hold a planet");
    }

    @Test
    void newerPlanetFromTheRootIsStored() throws IOException {
        SimNet net = new SimNet(4);
        SimPlanet planet = new SimPlanet(net);
        planet.root()
                .start(NodeConfig.builder(SimIdentities.of(0), SimPlanet.planet(2), net.random())
                        .build());
        SimHost alice = net.host("81.1.1.1:9993");
        alice.start(NodeConfig.builder(SimIdentities.of(1), SimPlanet.planet(1), net.random())
                .store(store)
                .build());

        net.run(1_000);

        assertThat(store.get(NodeState.PLANET)).contains(SimPlanet.planet(2).toByteArray());
    }

    @Test
    void peersOfTheLastRunAreFoundWithoutTheRoot() throws IOException {
        SimNet net = new SimNet(5);
        SimPlanet planet = new SimPlanet(net);
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());
        SimHost alice = net.host("81.1.1.1:9993");
        SimHost bob = net.host("82.1.1.1:9993");
        planet.start(bob, 2).handler(new TrustingHandler());
        alice.start(config(net)).handler(new TrustingHandler());
        net.run(1_000);
        bob.say(alice.node().address(), "hello");
        net.run(40_000);
        alice.node().close(net.nowMillis());

        planet.root().stop();
        alice.start(config(net)).handler(new TrustingHandler());
        net.run(1_000);

        assertThat(alice.node().vl1().peer(bob.node().address()).orElseThrow().hasDirectPath(net.nowMillis()))
                .isTrue();
    }

    @Test
    void damagedPeerIsPassedOver() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());
        put("peers.d/0000000001.peer", "garbage");

        assertThat(NodeState.load(store, random, null).peers()).isEmpty();
        assertThat(PeerRecord.parse(new byte[0])).isEmpty();
    }

    private NodeConfig config(SimNet net) throws IOException {
        return NodeConfig.builder(NodeState.load(store, random, SimPlanet.planet(1)), net.random())
                .store(store)
                .build();
    }

    private void put(String key, String value) {
        store.put(key, value.getBytes(StandardCharsets.US_ASCII));
    }

    private String text(String key) {
        return new String(store.get(key).orElseThrow(), StandardCharsets.US_ASCII);
    }
}
