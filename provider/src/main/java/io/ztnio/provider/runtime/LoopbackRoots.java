package io.ztnio.provider.runtime;

import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.provider.config.ConfigKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Refuses roots that are on the loopback interface alone where that may not carry the protocol: the node would wait for
 * them in silence, for ever.
 */
final class LoopbackRoots {
    private LoopbackRoots() {}

    /**
     * Looks at the roots of a node's planet and moons.
     *
     * @param allowed whether the loopback interface may carry the protocol
     * @throws IOException saying what to do, if none of them could be reached
     */
    static void check(NodeState state, boolean allowed) throws IOException {
        List<InetSocketAddress> endpoints = Stream.concat(state.planet().stream(), state.moons().stream())
                .flatMap(world -> world.roots().stream())
                .flatMap(root -> root.endpoints().stream())
                .toList();
        if (!allowed
                && !endpoints.isEmpty()
                && endpoints.stream().allMatch(endpoint -> endpoint.getAddress().isLoopbackAddress())) {
            throw new PlanetException(
                    PlanetException.Kind.OUT_OF_REACH,
                    "every root of the planet is on the loopback interface ("
                            + endpoints.stream().map(SocketAddressField::format).collect(Collectors.joining(", "))
                            + "), which may not carry the protocol: set " + ConfigKey.LOOPBACK.key()
                            + "=true (on the command line: --loopback)");
        }
    }
}
