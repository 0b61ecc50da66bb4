package io.ztnio.protocol.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.SocketAddressField;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorldTest {
    private static final long TIMESTAMP = 1_700_000_000_000L;
    private static final WorldRoot ROOT_A = new WorldRoot(
            Vectors.A, List.of(SocketAddressField.parse("192.0.2.1/9993").orElseThrow()));

    private static final Map<?, ?> REFERENCE =
            (Map<?, ?>) Vectors.map("vectors/credentials.json").get("worlds");

    @Test
    void readsAndWritesTheReferencesWorlds() {
        for (String name : List.of("planet", "planetUpdate", "moon")) {
            byte[] serialized = Vectors.hex(REFERENCE.get(name));

            World world = read(serialized);

            assertThat(world.toByteArray()).isEqualTo(serialized);
            assertThat(world.isSignedBy(world.updateKey())).isTrue();
        }
    }

    @Test
    void signsAsTheReferenceDoes() {
        Identity signer = Vectors.identity(
                "4e13ceece4:0:" + REFERENCE.get("signerPublic") + ":" + REFERENCE.get("signerPrivate"));
        for (String name : List.of("planet", "planetUpdate", "moon")) {
            byte[] serialized = Vectors.hex(REFERENCE.get(name));
            World world = read(serialized);

            World created = World.create(world.type(), world.id(), world.timestamp(), signer, world.roots());

            assertThat(created.toByteArray()).isEqualTo(serialized);
            assertThat(created).isEqualTo(world);
        }
    }

    @Test
    void acceptsTheReferencesUpdate() {
        World planet = read(Vectors.hex(REFERENCE.get("planet")));
        World update = read(Vectors.hex(REFERENCE.get("planetUpdate")));
        World moon = read(Vectors.hex(REFERENCE.get("moon")));

        assertThat(planet.shouldBeReplacedBy(update)).isTrue();
        assertThat(update.shouldBeReplacedBy(planet)).isFalse();
        assertThat(planet.shouldBeReplacedBy(planet)).isFalse();
        assertThat(planet.shouldBeReplacedBy(moon)).isFalse();
    }

    @Test
    void createsTheKnownMoon() {
        World moon = World.create(World.Type.MOON, 0x8e4df28b72L, TIMESTAMP, Vectors.A, List.of(ROOT_A));

        assertThat(Vectors.hex(moon.toByteArray()))
                .startsWith("7f0000008e4df28b720000018bcfe56800ac3d46abe0c21f3cfe7a6c8d6a85cfcf")
                .contains("fb38ef451230e5400c2e1d6e0734c103a654064c7a3f66e68576abc8d2eecaac")
                .endsWith("4d6350657c68200843fa2e16f9418bbd9702cae365f2af5fb4c420908b803a681d"
                        + "4daef6114d78a2d7000104c000020127090000");
        assertThat(Vectors.hex(moon.signedMessage()))
                .startsWith("7f7f7f7f7f7f7f7f7f0000008e4df28b72")
                .endsWith("000104c000020127090000f7f7f7f7f7f7f7f7");
    }

    @Test
    void knowsTheDefaultPlanet() {
        World earth = World.earth();

        assertThat(earth.toByteArray()).isEqualTo(Vectors.hexResource("vectors/planet-default.hex"));
        assertThat(earth.id()).isEqualTo(149_604_618);
        assertThat(earth.timestamp()).isEqualTo(1_644_592_324_813L);
        assertThat(earth.isSignedBy(earth.updateKey())).isTrue();
        assertThat(earth.roots())
                .extracting(root -> root.identity().address())
                .containsExactlyInAnyOrder(0xcafe9efeb9L, 0x778cde7190L, 0x62f865ae71L, 0xcafe04eba9L);
        assertThat(earth.roots()).allMatch(root -> root.endpoints().size() == 2);
    }

    @Test
    void followsAKeyThatChanges() {
        World first = World.create(World.Type.PLANET, 5, 1, Vectors.A, List.of(ROOT_A));
        World second =
                World.create(World.Type.PLANET, 5, 2, Bytes.of(Vectors.B.publicKey()), Vectors.A, List.of(ROOT_A));
        World third = World.create(World.Type.PLANET, 5, 3, Vectors.B, List.of(ROOT_A));

        assertThat(first.shouldBeReplacedBy(second)).isTrue();
        assertThat(second.shouldBeReplacedBy(third)).isTrue();
        assertThat(first.shouldBeReplacedBy(third)).isFalse();
    }

    @Test
    void refusesUpdatesOfAnotherWorldOrType() {
        World planet = World.create(World.Type.PLANET, 5, 1, Vectors.A, List.of(ROOT_A));

        assertThat(planet.shouldBeReplacedBy(World.create(World.Type.PLANET, 6, 2, Vectors.A, List.of(ROOT_A))))
                .isFalse();
        assertThat(planet.shouldBeReplacedBy(World.create(World.Type.MOON, 5, 2, Vectors.A, List.of(ROOT_A))))
                .isFalse();
    }

    @Test
    void letsANullWorldBeReplacedByAnything() {
        World nothing = World.create(World.Type.NULL, 0, 0, Vectors.A, List.of());
        World forged = World.create(World.Type.PLANET, 5, 1, Bytes.of(Vectors.B.publicKey()), Vectors.A, List.of());

        assertThat(nothing.shouldBeReplacedBy(forged)).isTrue();
        assertThat(read(nothing.toByteArray())).isEqualTo(nothing);
    }

    @Test
    void survivesMalformedInput() {
        long seed = new Random().nextLong();
        System.out.println("WorldTest seed " + seed);
        Random random = new Random(seed);
        byte[] valid = Vectors.hex(REFERENCE.get("moon"));
        for (int length = 0; length < valid.length; length++) {
            ByteReader reader = new ByteReader(valid, 0, length);
            assertThat(World.read(reader)).isEmpty();
            assertThat(reader.ok()).isFalse();
        }
        World moon = read(valid);
        for (int i = 0; i < 500; i++) {
            byte[] changed = valid.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));

            World.read(new ByteReader(changed))
                    .ifPresent(world ->
                            assertThat(world.isSignedBy(moon.updateKey())).isFalse());
        }
    }

    @Test
    void refusesTooManyRoots() {
        List<WorldRoot> five = Collections.nCopies(5, ROOT_A);

        assertThatThrownBy(() -> World.create(World.Type.PLANET, 5, 1, Vectors.A, five))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static World read(byte[] serialized) {
        ByteReader reader = new ByteReader(serialized);
        World world = World.read(reader).orElseThrow();
        assertThat(reader.remaining()).isZero();
        return world;
    }
}
