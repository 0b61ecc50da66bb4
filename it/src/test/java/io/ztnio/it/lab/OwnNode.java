package io.ztnio.it.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Our own {@code node} command on a host.
 *
 * <p>Thread: confined to the test.
 */
public final class OwnNode extends ControlledNode {
    private OwnNode(Host host, Path home, RunningProcess process) {
        super(host, home, process);
    }

    /** Starts a node with a new home and waits until it is online. */
    public static OwnNode member(Host host, Planet planet, String... options) {
        return member(host, planet, host.lab().newDirectory("node-" + host.name()), options);
    }

    /** Starts a node and waits until it is online. */
    public static OwnNode member(Host host, Planet planet, Path home, String... options) {
        PreparedIdentities.into(home);
        OwnNode node = start(host, planet, home, options);
        node.awaitInfo("ONLINE");
        return node;
    }

    /** The node of a program, which must have been started with {@code ztnio.api=on}, as soon as it can be asked. */
    public static OwnNode of(JavaNode program) {
        OwnNode node = new OwnNode(program.host(), program.settings().home(), program.process());
        node.awaitInfo("200 info");
        return node;
    }

    /** Starts a node that is the planet's root and has a network controller. */
    public static OwnNode root(Host host, Planet planet, String... options) {
        Path home = host.lab().newDirectory("node-root");
        copy(planet.rootSecret(), home.resolve("identity.secret"));
        copy(planet.rootPublic(), home.resolve("identity.public"));
        return restarted(host, home, planet, options);
    }

    /** Starts a root and controller on a home that there is: of one that has ended, or of a daemon. */
    public static OwnNode restarted(Host host, Path home, Planet planet, String... options) {
        List<String> all = new ArrayList<>(List.of("--root", "--controller"));
        all.addAll(List.of(options));
        OwnNode node = start(host, planet, home, all.toArray(String[]::new));
        node.awaitInfo("200 info");
        return node;
    }

    private static OwnNode start(Host host, Planet planet, Path home, String... options) {
        RunningProcess process = JavaProgram.cli("node", "--port", "9993")
                .with("--home", home.toString())
                .with("--planet", planet.file().toString())
                .with(options)
                .start(host);
        return new OwnNode(host, home, process);
    }
}
