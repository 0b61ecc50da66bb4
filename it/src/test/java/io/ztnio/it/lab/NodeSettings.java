package io.ztnio.it.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Java node is told. There is no such thing without a planet file, and the public planet is forbidden besides.
 *
 * @param planetFile the planet
 * @param home state directory
 * @param networks ids of the networks, separated by commas
 * @param more further options, {@code -Dkey=value}
 */
public record NodeSettings(Path planetFile, Path home, String networks, List<String> more) {
    /** The option that installs the provider. */
    public static final String PROVIDER =
            "-Djava.nio.channels.spi.SelectorProvider=io.ztnio.provider.ZeroTierSelectorProvider";

    /** Settings of a node in a host of a lab, with a new home. */
    public static NodeSettings in(Host host, Path planetFile, String networks) {
        return new NodeSettings(planetFile, host.lab().newDirectory("node-" + host.name()), networks, List.of());
    }

    /** This with further options. */
    public NodeSettings with(String... options) {
        List<String> longer = new ArrayList<>(more);
        longer.addAll(List.of(options));
        return new NodeSettings(planetFile, home, networks, longer);
    }

    /** Where the node writes its status. */
    Path statusFile() {
        return home.resolve("status.json");
    }

    /** The JVM's options. */
    List<String> options() {
        List<String> options = new ArrayList<>(List.of(
                PROVIDER,
                "-Dztnio.planet=" + planetFile,
                "-Dztnio.public.planet=forbid",
                "-Dztnio.home=" + home,
                "-Dztnio.networks=" + networks,
                "-Dztnio.status.file=" + statusFile()));
        options.addAll(more);
        return options;
    }
}
