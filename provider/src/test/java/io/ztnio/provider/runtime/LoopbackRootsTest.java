package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoopbackRootsTest {
    private static final Identity ROOT = PreparedIdentities.next();

    private static World world(World.Type type, String... hosts) {
        List<InetSocketAddress> endpoints = Arrays.stream(hosts)
                .map(host -> new InetSocketAddress(host, 9993))
                .toList();
        return World.create(type, 1, 1, ROOT, List.of(new WorldRoot(ROOT, endpoints)));
    }

    private static NodeState state(World planet, World... moons) {
        return new NodeState(ROOT, Optional.of(planet), List.of(moons), List.of());
    }

    @Test
    void rootsThatCouldNeverBeReachedAreRefusedWithWhatToDo() {
        NodeState state = state(world(World.Type.PLANET, "127.0.0.1", "::1"));

        assertThatIOException()
                .isThrownBy(() -> LoopbackRoots.check(state, false))
                .withMessageContaining("127.0.0.1/9993, ::1/9993")
                .withMessageContaining("ztnio.loopback=true")
                .withMessageContaining("--loopback");
        assertThatCode(() -> LoopbackRoots.check(state, true)).doesNotThrowAnyException();
    }

    @Test
    void oneRootElsewhereIsEnough() {
        assertThatCode(() -> LoopbackRoots.check(state(world(World.Type.PLANET, "127.0.0.1", "10.0.0.1")), false))
                .doesNotThrowAnyException();
        assertThatCode(() -> LoopbackRoots.check(
                        state(world(World.Type.PLANET, "127.0.0.1"), world(World.Type.MOON, "10.0.0.1")), false))
                .doesNotThrowAnyException();
        assertThatCode(() -> LoopbackRoots.check(state(world(World.Type.PLANET)), false))
                .doesNotThrowAnyException();
    }
}
