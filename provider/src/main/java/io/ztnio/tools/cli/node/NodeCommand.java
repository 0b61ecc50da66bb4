package io.ztnio.tools.cli.node;

import io.ztnio.provider.config.ConfigKey;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.Console;
import io.ztnio.tools.cli.command.JsonOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code node}: its options are short for settings, which apply as well. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description =
                "Run a node in the foreground: a member, a root, a controller, or all of them. The ztnio.* settings "
                        + "apply too.")
public final class NodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Option(names = "--root", description = "Be a root of the planet, which must name this node's identity.")
    private boolean root;

    @Option(names = "--controller", description = "Serve the networks given by --network.")
    private boolean controller;

    @Option(
            names = "--network",
            paramLabel = "FILE",
            description =
                    "JSON definition of a network of this controller; changes of the file take effect at once. May be repeated.")
    private List<Path> networks = new ArrayList<>();

    @Option(names = "--join", paramLabel = "NETWORK", description = "Network id to join. May be repeated.")
    private List<String> join = new ArrayList<>();

    @Option(names = "--home", paramLabel = "DIRECTORY", description = "State directory (ztnio.home).")
    private String home;

    @Option(names = "--port", paramLabel = "PORT", description = "UDP port (ztnio.port).")
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

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!networks.isEmpty() && !controller) {
            throw new ParameterException(spec.commandLine(), "--network needs --controller");
        }
        if (networks.isEmpty() && controller) {
            throw new ParameterException(
                    spec.commandLine(), "--controller needs --network FILE, the definition of the network to serve");
        }
        ZtnioConfig config = config();
        if (config.planetFile().isPresent()
                && !Files.isReadable(config.planetFile().get())) {
            throw new CommandFailure(config.planetFile().get() + " is not readable; make it with: planet make");
        }
        for (Path file : networks) {
            NetworkFile.read(file);
        }
        Console console = json.console();
        NodeSettings settings = new NodeSettings(config, root, controller, networks);
        new NodeRunner(settings, line -> console.print(line, Map.of("event", line))).run();
        return 0;
    }

    private ZtnioConfig config() {
        ConfigLoader loader = ConfigLoader.ofProcess();
        if (!join.isEmpty()) {
            loader.override(ConfigKey.NETWORKS, String.join(",", join), "--join");
        }
        override(loader, ConfigKey.HOME, home, "--home");
        override(loader, ConfigKey.PORT, port, "--port");
        override(loader, ConfigKey.BIND, bind, "--bind");
        override(loader, ConfigKey.LOOPBACK, loopback ? "true" : null, "--loopback");
        override(loader, ConfigKey.PLANET, planet, "--planet");
        override(loader, ConfigKey.STATUS_FILE, statusFile, "--status-file");
        return loader.loadForNode();
    }

    private static void override(ConfigLoader loader, ConfigKey key, String value, String option) {
        if (value != null) {
            loader.override(key, value, option);
        }
    }
}
