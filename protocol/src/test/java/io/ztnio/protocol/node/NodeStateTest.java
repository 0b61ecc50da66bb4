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
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.world.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("any-jdk")
class NodeStateTest {
    private final MemoryStateStore store = new MemoryStateStore();
    private final List<String> failures = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(3);

    /** The same keys with an address that does not belong to them. */
    private static Identity misaddressed() {
        String text = SimIdentities.of(1).toSecretString();
        return Identity.parse((text.charAt(0) == '1' ? '2' : '1') + text.substring(1))
                .orElseThrow();
    }

    private static String mark(Identity identity) {
        return HexFormat.of().formatHex(identity.derive("address checked " + identity.toPublicString()));
    }

    @Test
    void thatSecretKeyAndAddressBelongTogetherIsCheckedOnce() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());
        load(null);
        assertThat(text(NodeState.IDENTITY_CHECKED)).isEqualTo(mark(SimIdentities.of(1)));

        // What only shows that nobody looks again.
        put(NodeState.IDENTITY_SECRET, misaddressed().toSecretString());
        put(NodeState.IDENTITY_CHECKED, mark(misaddressed()));
        assertThat(load(null).identity()).isEqualTo(misaddressed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "of another identity", "of the right address"})
    void aMarkThatIsNotThisIdentitysCountsForNothing(String mark) throws IOException {
        put(NodeState.IDENTITY_SECRET, misaddressed().toSecretString());
        put(
                NodeState.IDENTITY_CHECKED,
                switch (mark) {
                    case "of another identity" -> mark(SimIdentities.of(2));
                    case "of the right address" -> mark(SimIdentities.of(1));
                    default -> mark;
                });

        assertThatThrownBy(() -> load(null)).hasMessageContaining("does not belong to its public key");
    }

    @Test
    void theMarkOfTheRightSecretDoesNotCountForAnother() throws IOException {
        put(
                NodeState.IDENTITY_SECRET,
                SimIdentities.of(1).toPublicString()
                        + SimIdentities.of(2).toSecretString().substring(141));
        put(NodeState.IDENTITY_CHECKED, mark(SimIdentities.of(1)));

        assertThatThrownBy(() -> load(null)).hasMessageContaining("does not belong to its public key");
    }

    @Test
    void identityIsMadeOnceAndKept() throws IOException {
        Identity first = load(null).identity();

        Identity second = load(null).identity();

        assertThat(second).isEqualTo(first);
        assertThat(second.hasSecret()).isTrue();
        assertThat(text(NodeState.IDENTITY_PUBLIC)).isEqualTo(first.toPublicString());
    }

    @Test
    void missingPublicFileIsWrittenAgain() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());

        load(null);

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

        assertThatThrownBy(() -> load(null))
                .isInstanceOf(DamagedStateException.class)
                .hasMessageContaining("identity.secret")
                .hasMessageContaining("left untouched")
                .hasMessageNotContaining(secret.substring(secret.length() - 20));
        assertThat(text(NodeState.IDENTITY_SECRET)).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE,fffe", "UTF-16BE,feff", "UTF-8,efbbbf", "US-ASCII,''"})
    void anIdentityThatAnEditorHasRewrittenIsRead(String charset, String mark) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(HexFormat.of().parseHex(mark));
        file.write((SimIdentities.of(1).toSecretString() + "\r\n").getBytes(Charset.forName(charset)));
        store.put(NodeState.IDENTITY_SECRET, file.toByteArray());

        assertThat(load(null).identity()).isEqualTo(SimIdentities.of(1));
        assertThat(store.get(NodeState.IDENTITY_SECRET)).contains(file.toByteArray());
    }

    @Test
    void thereIsNoPlanetUnlessStoredOrGivenAndTheGivenOneIsKept() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());

        assertThat(load(null).planet()).isEmpty();
        assertThat(store.get(NodeState.PLANET)).isEmpty();
        assertThat(load(SimPlanet.planet(1)).planet()).contains(SimPlanet.planet(1));
        assertThat(load(null).planet()).contains(SimPlanet.planet(1));
    }

    @Test
    void ofTheStoredAndTheGivenVersionOfAPlanetTheNewerIsUsedAndKept() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());
        store.put(NodeState.PLANET, SimPlanet.planet(2).toByteArray());

        assertThat(load(SimPlanet.planet(1)).planet()).contains(SimPlanet.planet(2));
        assertThat(load(SimPlanet.planet(3)).planet()).contains(SimPlanet.planet(3));
        assertThat(load(null).planet()).contains(SimPlanet.planet(3));
        assertThat(store.get(NodeState.PREVIOUS_PLANET)).isEmpty();
    }

    @Test
    void anotherPlanetThatIsGivenTakesThePlaceAndTheFormerIsNotLost() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());
        store.put(NodeState.PLANET, World.earth().toByteArray());

        assertThat(load(SimPlanet.planet(1)).planet()).contains(SimPlanet.planet(1));

        assertThat(load(null).planet()).contains(SimPlanet.planet(1));
        assertThat(store.get(NodeState.PREVIOUS_PLANET)).contains(World.earth().toByteArray());
    }

    @Test
    void aDamagedPlanetIsRefusedBecauseNobodyKnowsWhoseRootsToCallInstead() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());
        put(NodeState.PLANET, "not a planet");

        assertThatThrownBy(() -> load(null))
                .isInstanceOf(DamagedStateException.class)
                .hasMessageStartingWith("planet does not hold a planet")
                .hasMessageContaining("ztnio.planet");
        assertThat(text(NodeState.PLANET)).isEqualTo("not a planet");
        assertThat(load(SimPlanet.planet(1)).planet()).contains(SimPlanet.planet(1));
        assertThat(text("planet.damaged")).isEqualTo("not a planet");
        assertThat(failures).singleElement().asString().startsWith("planet: it is damaged (not a planet)");
    }

    @Test
    void moonsThatAreWaitedForAreReadAndWhatIsNoneIsSetAside() throws IOException {
        put("moons.d/00000000000000aa.seed", "00000000000000aa 8e4df28b72\n");
        put("moons.d/00000000000000bb.seed", "00000000000000bb");

        NodeState state = load(null);

        assertThat(state.seeds()).isEqualTo(Map.of(0xaaL, 0x8e4df28b72L));
        assertThat(state.moons()).isEmpty();
        assertThat(failures).singleElement().asString().startsWith("moons.d/00000000000000bb.seed: it is damaged");
    }

    @Test
    void damagedMoonsAndPeersAreSetAsideWithAMessageAndTheNodeStarts() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());
        put("moons.d/00000000000000aa.moon", "not a moon");
        store.put("moons.d/00000000000000bb.moon", SimPlanet.planet(1).toByteArray());
        put("peers.d/0000000001.peer", "garbage");

        NodeState state = load(null);

        assertThat(state.moons()).isEmpty();
        assertThat(state.peers()).isEmpty();
        assertThat(store.list("moons.d"))
                .containsExactly("moons.d/00000000000000aa.moon.damaged", "moons.d/00000000000000bb.moon.damaged");
        assertThat(store.list("peers.d")).containsExactly("peers.d/0000000001.peer.damaged");
        assertThat(failures)
                .containsExactly(
                        "moons.d/00000000000000aa.moon: it is damaged (not a moon, 10 bytes) and was set aside as"
                                + " moons.d/00000000000000aa.moon.damaged; the node goes on without it",
                        failures.get(1),
                        "peers.d/0000000001.peer: it is damaged (not the record of a peer, 7 bytes) and was set aside as"
                                + " peers.d/0000000001.peer.damaged; the node goes on without it");
        failures.clear();
        load(null);
        assertThat(failures).isEmpty();
    }

    @Test
    void aCacheThatCannotBeReadIsPassedOver() throws IOException {
        put(NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString());
        put("peers.d/0000000001.peer", "garbage");
        StateStore failing = new StateStore() {
            @Override
            public Optional<byte[]> get(String key) throws IOException {
                if (key.startsWith("peers.d")) {
                    throw new AccessDeniedException(key);
                }
                return store.get(key);
            }

            @Override
            public void put(String key, byte[] value) {
                store.put(key, value);
            }

            @Override
            public void delete(String key) {
                store.delete(key);
            }

            @Override
            public List<String> list(String directory) throws IOException {
                if (directory.equals("moons.d")) {
                    throw new AccessDeniedException(directory);
                }
                return store.list(directory);
            }
        };

        NodeState.load(failing, random, null, 1, (key, e) -> failures.add(key));

        assertThat(failures).containsExactly("moons.d", "peers.d/0000000001.peer");
        assertThat(text("peers.d/0000000001.peer")).isEqualTo("garbage");
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

    private NodeConfig config(SimNet net) throws IOException {
        return NodeConfig.builder(load(SimPlanet.planet(1)), net.random())
                .store(store)
                .build();
    }

    private NodeState load(World planet) throws IOException {
        return NodeState.load(store, random, planet, 1, (key, e) -> failures.add(key + ": " + e.getMessage()));
    }

    private void put(String key, String value) {
        store.put(key, value.getBytes(StandardCharsets.US_ASCII));
    }

    private String text(String key) {
        return new String(store.get(key).orElseThrow(), StandardCharsets.US_ASCII);
    }
}
