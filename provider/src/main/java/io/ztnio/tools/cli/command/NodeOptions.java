package io.ztnio.tools.cli.command;

import io.ztnio.provider.config.ConfigKey;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.config.ZtnioConfig;
import java.nio.file.Files;
import picocli.CommandLine.Option;

/**
 * The options of every command that runs a node. Each is short for a setting of its name, which applies where the option
 * is absent.
 */
public final class NodeOptions {
    @Option(
            names = {"-D", "--home"},
            paramLabel = "DIRECTORY",
            description = "State directory (ztnio.home); one for each process.")
    private String home;

    @Option(names = "--port", paramLabel = "PORT", description = "UDP port of the node (ztnio.port).")
    private String port;

    @Option(names = "--bind", paramLabel = "ADDRESS,...", description = "Local addresses for UDP (ztnio.bind).")
    private String bind;

    @Option(
            names = "--loopback",
            description = "Let the loopback interface carry the protocol: for a planet on 127.0.0.1 (ztnio.loopback).",
            arity = "0")
    private boolean loopback;

    @Option(names = "--planet", paramLabel = "FILE", description = "Planet file (ztnio.planet).")
    private String planet;

    @Option(
            names = "--status-file",
            paramLabel = "FILE",
            description = "Where the node writes its status (ztnio.status.file).")
    private String statusFile;

    /** Lets the options that were given beat the settings. */
    public void apply(ConfigLoader loader) {
        override(loader, ConfigKey.HOME, "--home", home);
        override(loader, ConfigKey.PORT, "--port", port);
        override(loader, ConfigKey.BIND, "--bind", bind);
        override(loader, ConfigKey.LOOPBACK, "--loopback", loopback ? "true" : null);
        override(loader, ConfigKey.PLANET, "--planet", planet);
        override(loader, ConfigKey.STATUS_FILE, "--status-file", statusFile);
    }

    /** Lets an option beat its setting if it was given, that is, {@code value} is not {@code null}. */
    public static void override(ConfigLoader loader, ConfigKey key, String option, String value) {
        if (value != null) {
            loader.override(key, value, option);
        }
    }

    /**
     * Looks whether the planet file that is named, if any, can be read.
     *
     * @throws CommandFailure if not
     */
    public static void checkPlanet(ZtnioConfig config) {
        config.planetFile().filter(file -> !Files.isReadable(file)).ifPresent(file -> {
            throw new CommandFailure(file + " is not readable; make a planet of your own with: planet make");
        });
    }
}
