package io.ztnio.it.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A lab whose planet has two roots: a stock daemon, which is the network's controller too, and our own node.
 *
 * <p>Thread: confined to the test.
 */
public final class TwoRoots implements AutoCloseable {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

    private final Lab lab = new Lab();
    private final Path key;
    private final Path ownHome;
    private final Planet planet;
    private Daemon daemon;
    private OwnNode own;

    /** Makes the planet with our tools and starts both roots. */
    public TwoRoots() {
        try {
            Path directory = lab.newDirectory("planet");
            key = directory.resolve("planet.key");
            Planet identity = Planet.ofResources(lab.newDirectory("identity"));
            planet = new Planet(directory.resolve("two"), identity.rootSecret(), identity.rootPublic());
            ownHome = lab.newDirectory("node-root");
            PreparedIdentities.into(ownHome);
            make(lab.java2());
            daemon = Daemon.root(lab.root(), planet);
            own = OwnNode.restarted(lab.java2(), ownHome, planet);
            daemon.createNetwork(network(), false);
        } catch (RuntimeException | AssertionError e) {
            lab.close();
            throw e;
        }
    }

    private void make(Host ownRoot) {
        List<String> arguments =
                new ArrayList<>(List.of("planet", "make", planet.file().toString()));
        arguments.addAll(List.of("--key", key.toString()));
        arguments.addAll(List.of("--root", planet.rootPublic() + ",10.77.0.1/9993"));
        arguments.addAll(List.of("--root", ownHome.resolve("identity.public") + "," + ownRoot.address() + "/9993"));
        JavaProgram.cli(arguments.toArray(String[]::new))
                .start()
                .awaitExit(COMMAND_TIMEOUT)
                .orThrow();
    }

    public Lab lab() {
        return lab;
    }

    public Planet planet() {
        return planet;
    }

    /** The network, 16 hexadecimal digits. */
    public String network() {
        return planet.network();
    }

    /** One of the roots. */
    public ControlledNode root(NodeKind kind) {
        return kind == NodeKind.DAEMON ? daemon : own;
    }

    /** Starts a member and waits until it has its addresses. */
    public ControlledNode member(NodeKind kind, Host host) {
        ControlledNode member = kind.member(host, planet);
        member.join(network());
        member.awaitAddresses(network(), 3);
        return member;
    }

    /** Moves our root to another host, by an update of the planet that at first both roots alone have. */
    public void moveOwnRoot(Host to) {
        own.stop();
        daemon.stop();
        make(to);
        own = OwnNode.restarted(to, ownHome, planet);
        daemon = Daemon.restarted(lab.root(), daemon.home(), planet);
    }

    @Override
    public void close() {
        lab.close();
    }
}
