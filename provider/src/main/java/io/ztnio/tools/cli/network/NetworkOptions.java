package io.ztnio.tools.cli.network;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.provider.config.ConfigKey;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.config.Transport;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.NodeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that say which network and how. Each is short for a setting of its name, which applies where the option is
 * absent.
 */
final class NetworkOptions {
    @Option(
            names = "--stack",
            paramLabel = "STACK",
            description =
                    "What carries the network: overlay or zerotier (default: ztnio.transport, which is zerotier).")
    private Stack stack;

    @Option(
            names = {"-n", "--network"},
            paramLabel = "NETWORK",
            description = "Network id (ztnio.networks). May be repeated.")
    private List<String> networks = new ArrayList<>();

    @Mixin
    private NodeOptions node;

    @Option(
            names = "--join-timeout",
            paramLabel = "DURATION",
            description = "How long joining may take (ztnio.join.timeout).")
    private String joinTimeout;

    @Option(
            names = "--routes",
            paramLabel = "PREFIX,...",
            description = "Destinations that go to the network although a local one claims them (ztnio.routes).")
    private String routes;

    @Option(names = "--tcp-congestion", paramLabel = "NAME", description = "cubic, reno or bbr (ztnio.tcp.congestion).")
    private String tcpCongestion;

    @Option(
            names = "--peer",
            paramLabel = "HOST:PORT",
            description = "Overlay: a node to ask for the others (ztnio.overlay.peers). May be repeated.")
    private List<String> peers = new ArrayList<>();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "Overlay: the network's key (ztnio.overlay.key). Others can see a command line: prefer --key-file.")
    private String key;

    @Option(names = "--key-file", paramLabel = "FILE", description = "Overlay: file with it (ztnio.overlay.key.file).")
    private String keyFile;

    @Option(
            names = "--allow",
            paramLabel = "ID:KEY",
            description = "Overlay: public identity to let in, and nobody else (ztnio.overlay.allow). May be repeated.")
    private List<String> allow = new ArrayList<>();

    @Option(
            names = "--own",
            paramLabel = "ADDRESS/BITS",
            description = "Overlay: own address besides the derived one (ztnio.overlay.addresses). May be repeated.")
    private List<String> own = new ArrayList<>();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Overlay: name for others to use (ztnio.overlay.name).")
    private String name;

    @Option(
            names = "--insecure",
            description = "Overlay: do not encrypt, to debug (ztnio.overlay.insecure).",
            arity = "0")
    private boolean insecure;

    /**
     * A node for these options; it does not run yet.
     *
     * @param more networks that the command names besides
     * @param wildcard where wildcard binds of the command listen: in one stack, and never in the other by accident
     * @param warnings gets a line for each oddity of the settings that is no error
     */
    CommandNode node(List<String> more, WildcardScope wildcard, Consumer<String> warnings) {
        ZtnioConfig config = config(more, wildcard, warnings);
        if (!config.hasNetworks()) {
            throw CommandFailure.wrongArguments("no network: name one with --network");
        }
        if (config.transport() != Transport.ZEROTIER) {
            return new OverlayCommandNode(config);
        }
        NodeOptions.checkPlanet(config);
        List<String> ids = ids(more);
        return new ZeroTierNode(config, ids.isEmpty() ? config.networks() : named(config, ids));
    }

    /** The networks that the command line names, by this option or otherwise. */
    List<String> ids(List<String> more) {
        List<String> ids = new ArrayList<>(more);
        ids.addAll(networks);
        return ids;
    }

    /** The settings with these options. */
    ZtnioConfig config(List<String> more, WildcardScope wildcard, Consumer<String> warnings) {
        ConfigLoader loader = ConfigLoader.ofProcess(warnings);
        List<String> ids = ids(more);
        if (!ids.isEmpty()) {
            loader.override(ConfigKey.NETWORKS, String.join(",", ids), more.isEmpty() ? "--network" : "command line");
        }
        node.apply(loader);
        NodeOptions.override(loader, ConfigKey.JOIN_TIMEOUT, "--join-timeout", joinTimeout);
        NodeOptions.override(loader, ConfigKey.ROUTES, "--routes", routes);
        NodeOptions.override(loader, ConfigKey.TCP_CONGESTION, "--tcp-congestion", tcpCongestion);
        if (stack != null) {
            loader.override(ConfigKey.TRANSPORT, stack == Stack.OVERLAY ? "overlay-udp" : "zerotier", "--stack");
        }
        NodeOptions.override(loader, ConfigKey.OVERLAY_PEERS, "--peer", joined(peers));
        NodeOptions.override(loader, ConfigKey.OVERLAY_KEY, "--key", key);
        NodeOptions.override(loader, ConfigKey.OVERLAY_KEY_FILE, "--key-file", keyFile);
        NodeOptions.override(loader, ConfigKey.OVERLAY_ALLOW, "--allow", joined(allow));
        NodeOptions.override(loader, ConfigKey.OVERLAY_ADDRESSES, "--own", joined(own));
        NodeOptions.override(loader, ConfigKey.OVERLAY_NAME, "--name", name);
        NodeOptions.override(loader, ConfigKey.OVERLAY_INSECURE, "--insecure", insecure ? "true" : null);
        loader.override(ConfigKey.WILDCARD, wildcard.name().toLowerCase(Locale.ROOT), "command");
        return loader.load();
    }

    /** Those named here, of which the command waits; not those that the home is a member of besides. */
    private static List<Long> named(ZtnioConfig config, List<String> ids) {
        return config.networks().stream()
                .filter(id -> ids.stream()
                        .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(NetworkId.format(id))))
                .toList();
    }

    private static String joined(List<String> values) {
        return values.isEmpty() ? null : String.join(",", values);
    }
}
