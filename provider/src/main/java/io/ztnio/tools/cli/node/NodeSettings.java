package io.ztnio.tools.cli.node;

import io.ztnio.provider.config.ZtnioConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a standalone node is to be. Immutable.
 *
 * @param config home, port, planet, networks to join and the rest
 * @param root whether to relay and to answer as a root; the planet must name its identity
 * @param controller whether to serve network configurations
 * @param networks files that define the controller's networks
 * @param tcpRelayPort TCP port to relay on for nodes without UDP; empty for none
 * @param api whether to serve the local API
 */
public record NodeSettings(
        ZtnioConfig config,
        boolean root,
        boolean controller,
        List<Path> networks,
        OptionalInt tcpRelayPort,
        boolean api) {
    public NodeSettings {
        networks = List.copyOf(networks);
    }
}
