package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.node.DamagedStateException;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.provider.config.ConfigException;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.config.ZtnioConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose roots a home calls, start after start. Nothing is sent: only the state is loaded. */
@Tag("any-jdk")
class PlanetsTest {
    private static Identity root;
    private static World ours;

    @TempDir
    private Path directory;

    @BeforeAll
    static void makePlanet() {
        root = PreparedIdentities.next();
        ours = planet(root, 7, SocketAddressField.parse("10.1.1.1/9993").orElseThrow());
    }

    private static World planet(Identity rootIdentity, long id, InetSocketAddress endpoint) {
        return World.create(
                World.Type.PLANET,
                id,
                1_700_000_000_000L,
                root,
                List.of(new WorldRoot(rootIdentity, List.of(endpoint))));
    }

    private Path home() {
        return directory.resolve("home");
    }

    private Path file(String name, World world) throws IOException {
        return Files.write(directory.resolve(name), world.toByteArray());
    }

    private ZtnioConfig config(String... settings) {
        Map<String, String> all = new HashMap<>();
        all.put("ztnio.networks", "8056c2e21c000001");
        all.put("ztnio.home", home().toString());
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new ConfigLoader(all, Map.of()).load();
    }

    /** What a node that is started so would use. */
    private Optional<World> used(String... settings) throws IOException {
        EngineConfig engine = EngineConfig.of(config(settings), false);
        return engine.loadState(new SecureRandom(), 1, (key, e) -> {}).planet();
    }

    private void keep(World world) throws IOException {
        new FileStateStore(home()).put(NodeState.PLANET, world.toByteArray());
    }

    /** A volume that is not mounted must not send a private network's node to the public roots. */
    @Test
    void aPlanetThatCannotBeLookedAtIsNotReplacedByThePublicOne() throws IOException {
        Files.createDirectories(home());
        Path planet = home().resolve(NodeState.PLANET);
        for (Path target : List.of(directory.resolve("not-mounted"), planet)) {
            Files.deleteIfExists(planet);
            Files.createSymbolicLink(planet, target);

            assertThatIOException().isThrownBy(() -> used()).withMessageContaining(planet.toString());
        }
    }

    @Test
    void aPlanetThatIsGivenIsKeptForTheNextStartWithoutTheOption() throws IOException {
        String file = file("planet", ours).toString();

        assertThat(used("ztnio.planet", file)).contains(ours);

        assertThat(used()).contains(ours);
        assertThat(used("ztnio.public.planet", "forbid")).contains(ours);
    }

    @Test
    void aHomeWithoutAPlanetUsesThePublicOneAndSaysSoInTheHome() throws IOException {
        assertThat(used()).contains(World.earth());

        assertThat(Files.readAllBytes(home().resolve("planet")))
                .isEqualTo(World.earth().toByteArray());
        assertThat(used("ztnio.planet", "earth")).contains(World.earth());
    }

    @Test
    void aHomeOfAPrivatePlanetNeverGoesToThePublicOneByItself() throws IOException {
        keep(ours);

        assertThat(used()).contains(ours);
        assertThatIOException()
                .isThrownBy(() -> used("ztnio.planet", "earth"))
                .withMessageContaining(home().resolve("planet").toString())
                .withMessageContaining("remove that file");
        Files.write(home().resolve("planet"), new byte[] {1, 2, 3});
        assertThatThrownBy(this::used)
                .isInstanceOf(DamagedStateException.class)
                .hasMessageContaining("does not hold a planet");
    }

    @Test
    void forbidRefusesWhateverWouldCallThePublicRoots() throws IOException {
        assertThatThrownBy(() -> used("ztnio.public.planet", "forbid"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("there is no planet in " + home());
        String earth = file("earth", World.earth()).toString();
        String renamed = file(
                        "renamed",
                        planet(root, 8, World.earth().roots().get(2).endpoints().get(0)))
                .toString();
        String borrowed = file(
                        "borrowed",
                        planet(
                                World.earth().roots().get(1).identity(),
                                9,
                                SocketAddressField.parse("10.1.1.1/9993").orElseThrow()))
                .toString();
        for (String file : new String[] {earth, renamed, borrowed}) {
            assertThatIOException()
                    .isThrownBy(() -> used("ztnio.public.planet", "forbid", "ztnio.planet", file))
                    .withMessageContaining("ztnio.planet=" + file + " means the public roots");
        }
        keep(World.earth());
        assertThatIOException()
                .isThrownBy(() -> used("ztnio.public.planet", "forbid"))
                .withMessageContaining(home().resolve("planet") + " means the public roots")
                .withMessageContaining("ztnio.planet");
        assertThatThrownBy(() -> used("ztnio.public.planet", "forbid", "ztnio.planet", "earth"))
                .isInstanceOf(ConfigException.class);
        String file = file("planet", ours).toString();
        assertThat(used("ztnio.public.planet", "forbid", "ztnio.planet", file)).contains(ours);
    }

    /** As who makes a private planet with the usual tool, and leaves the id as it is. */
    @Test
    void aPrivatePlanetWithThePublicOnesIdIsPrivate() throws IOException {
        World twin = planet(
                root,
                World.earth().id(),
                SocketAddressField.parse("10.1.1.1/9993").orElseThrow());
        keep(World.earth());

        assertThat(used(
                        "ztnio.public.planet",
                        "forbid",
                        "ztnio.planet",
                        file("planet", twin).toString()))
                .contains(twin);

        assertThat(used("ztnio.public.planet", "forbid")).contains(twin);
        assertThat(used()).contains(twin);
        assertThatIOException()
                .isThrownBy(() -> used("ztnio.planet", "earth"))
                .withMessageContaining("holds another planet than the public one");
    }

    @Test
    void anOlderVersionOfThePublicPlanetIsRenewedAndANewerOneKept() throws IOException {
        World earth = World.earth();
        World old = new World(
                earth.type(),
                earth.id(),
                earth.timestamp() - 1,
                earth.updateKey(),
                earth.signature(),
                earth.roots(),
                earth.attachment());
        keep(old);

        assertThat(used()).contains(earth);

        World newer = World.create(World.Type.PLANET, 7, 1_800_000_000_000L, root, ours.roots());
        keep(newer);
        assertThat(used("ztnio.planet", file("planet", ours).toString())).contains(newer);
    }

    @Test
    void aPlanetFileThatIsNoneIsNamed() throws IOException {
        Path none = directory.resolve("none");
        Path garbage = Files.write(directory.resolve("garbage"), new byte[10]);

        assertThatIOException()
                .isThrownBy(() -> used("ztnio.planet", none.toString()))
                .withMessageContaining("ztnio.planet=" + none + " does not exist");
        assertThatIOException()
                .isThrownBy(() -> used("ztnio.planet", garbage.toString()))
                .withMessageContaining("ztnio.planet=" + garbage + " is not a planet file");
        assertThatIOException()
                .isThrownBy(() -> used("ztnio.planet", directory.toString()))
                .withMessageContaining("ztnio.planet=" + directory + " is not readable");
    }
}
