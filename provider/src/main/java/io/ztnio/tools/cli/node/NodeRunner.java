package io.ztnio.tools.cli.node;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.node.NodeEvent;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.provider.config.ConfigKey;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.exit.ProcessExit;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.Engine;
import io.ztnio.provider.runtime.EngineConfig;
import io.ztnio.provider.runtime.EngineListener;
import io.ztnio.provider.runtime.NetworkView;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.FailureText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs a node in the foreground. Thread: confined to the command's thread; events come from the engine's. */
final class NodeRunner {
    private final NodeSettings settings;
    private final Consumer<String> events;

    /** Set while the engine starts. */
    private ControlledNetworks controlled;

    /** What is said once. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

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
     * @throws CommandFailure if the node cannot start, or a network's file cannot be read
     */
    void run() throws InterruptedException {
        ZtnioConfig config = settings.config();
        try (Engine engine = start(config);
                RelayPort relay = RelayPort.open(settings, engine, events)) {
            relay.announce();
            config.networks().forEach(engine::join);
            config.statusFile().ifPresent(engine::writeStatusTo);
            boolean serving = serve(engine);
            ProcessExit.add(engine::close, config.exitTimeout());
            CountDownLatch never = new CountDownLatch(1);
            while (!never.await(1, TimeUnit.SECONDS)) {
                controlled.look();
                // Connections that a node of before has left keep its port for a minute.
                serving = serving || serve(engine);
            }
        }
    }

    /** Serves the local API, if it is wanted; false if that has to be tried again. */
    private boolean serve(Engine engine) {
        if (!settings.api()) {
            return true;
        }
        try {
            engine.serve();
            return true;
        } catch (IOException e) {
            String problem = e.getMessage() + "; it is tried again; --no-api leaves it out";
            if (said.add(problem)) {
                events.accept(problem);
            }
            return false;
        }
    }

    /** Before anything is received: nobody is served what an earlier run left. */
    private void prepare(Engine engine) {
        if (settings.root() && !engine.isRoot()) {
            throw new CommandFailure("--root: " + Address.format(engine.address())
                    + " is not a root of this planet. Make a planet that names it with: planet make");
        }
        events.accept("node " + Address.format(engine.address()) + (engine.isRoot() ? ", a root," : "") + " on UDP "
                + engine.localAddresses().stream().map(NodeRunner::text).collect(Collectors.joining(" ")));
        engine.addListener(new Narrator());
        controlled = new ControlledNetworks(engine, events);
        try {
            for (Path network : settings.networks()) {
                controlled.add(network);
            }
        } catch (IOException e) {
            throw new CommandFailure(FailureText.of(e), e);
        }
        if (settings.controller()) {
            controlled.serveNothingElse();
        }
    }

    private Engine start(ZtnioConfig config) {
        try {
            return Engine.start(EngineConfig.of(config, settings.controller()), OsProvider.get(), this::prepare);
        } catch (IOException e) {
            String home = ConfigKey.HOME.key() + "=" + config.home();
            String reason = FailureText.of(e);
            throw new CommandFailure(
                    "the node cannot start" + (reason.contains(home) ? "" : " with " + home) + ": " + reason, e);
        }
    }

    private static String text(InetSocketAddress address) {
        return SocketAddressField.format(address);
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
        public void onLeft(long networkId) {
            String network = String.format("network %016x ", networkId);
            said.removeIf(line -> line.startsWith(network));
            events.accept(network + "left");
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
