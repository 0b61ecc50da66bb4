package io.ztnio.tools.cli.node;

import io.ztnio.provider.config.ConfigKey;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.tools.cli.command.Console;
import io.ztnio.tools.cli.command.JsonOption;
import io.ztnio.tools.cli.command.NodeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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
    private static final int MAX_PORT = 0xffff;

    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Option(names = "--root", description = "Be a root of the planet, which must name this node's identity.")
    private boolean root;

    @Option(
            names = "--controller",
            description = "Serve the networks of the home's controller.d, and those given by --network.")
    private boolean controller;

    @Option(
            names = "--network",
            paramLabel = "FILE",
            description =
                    "JSON definition of a network of this controller; changes of the file take effect at once. May be repeated.")
    private List<Path> networks = new ArrayList<>();

    @Option(
            names = "--tcp-relay-port",
            paramLabel = "PORT",
            description =
                    "With --root: relay for nodes that cannot send UDP, on this TCP port (see ztnio.tcp.relay); it reaches the roots only.")
    private Integer tcpRelayPort;

    @Option(names = "--join", paramLabel = "NETWORK", description = "Network id to join. May be repeated.")
    private List<String> join = new ArrayList<>();

    @Option(
            names = "--no-api",
            description = "Do not serve the local API, by which info, join, leave and zerotier-cli control this node.",
            arity = "0")
    private boolean noApi;

    @Mixin
    private NodeOptions node;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!networks.isEmpty() && !controller) {
            throw new ParameterException(spec.commandLine(), "--network needs --controller");
        }
        if (tcpRelayPort != null && (!root || tcpRelayPort < 0 || tcpRelayPort > MAX_PORT)) {
            throw new ParameterException(
                    spec.commandLine(), "--tcp-relay-port is a port from 0 to 65535, and needs --root");
        }
        ZtnioConfig config = config();
        if (networks.isEmpty()
                && controller
                && noApi
                && !Files.isDirectory(config.home().resolve("controller.d"))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--controller needs --network FILE, the definition of the network to serve, a home with controller.d,"
                            + " or the local API, which makes networks");
        }
        NodeOptions.checkPlanet(config);
        for (Path file : networks) {
            NetworkFile.read(file);
        }
        Console console = json.console();
        NodeSettings settings = new NodeSettings(
                config,
                root,
                controller,
                networks,
                tcpRelayPort == null ? OptionalInt.empty() : OptionalInt.of(tcpRelayPort),
                !noApi);
        new NodeRunner(settings, line -> console.print(line, Map.of("event", line))).run();
        return 0;
    }

    private ZtnioConfig config() {
        ConfigLoader loader = ConfigLoader.ofProcess(json.console()::info);
        if (!join.isEmpty()) {
            loader.override(ConfigKey.NETWORKS, String.join(",", join), "--join");
        }
        node.apply(loader);
        return loader.loadForNode();
    }
}
