package io.ztnio.tools.cli.node;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.node.NodeEvent;
import io.ztnio.provider.config.ConfigKey;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.exit.ProcessExit;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.Engine;
import io.ztnio.provider.runtime.EngineConfig;
import io.ztnio.provider.runtime.EngineListener;
import io.ztnio.provider.runtime.NetworkView;
import io.ztnio.tools.cli.command.CommandFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs a node in the foreground. Thread: confined to the command's thread; events come from the engine's. */
final class NodeRunner {
    private final NodeSettings settings;
    private final Consumer<String> events;

    /** What was said of each network: it is said once. */
    private final Set<String> said = new HashSet<>();

    /**
     * Makes a runner.
     *
     * @param events receives a line for whatever a person in front of the terminal wants to know: online, joined ...
     */
    NodeRunner(NodeSettings settings, Consumer<String> events) {
        this.settings = settings;
        this.events = events;
    }

    /**
     * Runs until the calling thread is interrupted or the process is told to end.
     *
     * @throws IOException if the node cannot start
     */
    void run() throws IOException, InterruptedException {
        ZtnioConfig config = settings.config();
        try (Engine engine = Engine.start(EngineConfig.of(config, settings.controller()), OsProvider.get())) {
            if (settings.root() && !engine.isRoot()) {
                throw new CommandFailure("--root: " + Address.format(engine.address())
                        + " is not a root of this planet. Make a planet that names it with: planet make");
            }
            events.accept("node " + Address.format(engine.address()) + (engine.isRoot() ? ", a root," : "") + " on UDP "
                    + engine.localAddresses().stream().map(NodeRunner::text).collect(Collectors.joining(" ")));
            engine.addListener(new Narrator());
            ControlledNetworks controlled = new ControlledNetworks(engine, events);
            for (Path network : settings.networks()) {
                controlled.add(network);
            }
            config.networks().forEach(engine::join);
            config.statusFile().ifPresent(engine::writeStatusTo);
            ProcessExit.add(engine::close, config.exitTimeout());
            CountDownLatch never = new CountDownLatch(1);
            while (!never.await(1, TimeUnit.SECONDS)) {
                controlled.look();
            }
        } catch (IOException e) {
            throw new IOException(
                    "the node cannot start with " + ConfigKey.HOME.key() + "=" + config.home() + ": " + e.getMessage(),
                    e);
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + "/" + address.getPort();
    }

    /** Says what happens. Thread: inside the engine's gate. */
    private final class Narrator implements EngineListener {
        @Override
        public void onNodeEvent(NodeEvent event) {
            if (event instanceof NodeEvent.Online) {
                events.accept("online: a root answers");
            } else if (event instanceof NodeEvent.Offline) {
                events.accept("offline: no root answers any more");
            } else if (event instanceof NodeEvent.IdentityCollision) {
                events.accept("a root knows another node with this address: move identity.secret away and start again");
            } else if (event instanceof NodeEvent.PeerDirect direct) {
                events.accept("direct path to " + Address.format(direct.address()) + ": " + text(direct.remote()));
            }
        }

        @Override
        public void onNetwork(NetworkView network) {
            String addresses = network.config()
                    .map(config -> config.addresses().stream()
                            .map(prefix -> prefix.address().getHostAddress() + "/" + prefix.bits())
                            .collect(Collectors.joining(" ")))
                    .orElse("");
            String line = String.format("network %016x %s %s", network.id(), network.status(), addresses)
                    .strip();
            if (said.add(line)) {
                events.accept(line);
            }
        }
    }
}
