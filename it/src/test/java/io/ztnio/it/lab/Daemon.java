package io.ztnio.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A stock {@code zerotier-one} on a host, with the kernel's TCP/IP over its TAP.
 *
 * <p>Thread: confined to the test.
 */
public final class Daemon extends ControlledNode {
    private static final String LOCAL_CONF =
            "{\"settings\":{%s\"portMappingEnabled\":false,\"softwareUpdate\":\"disable\"}}";

    private Daemon(Host host, Path home, RunningProcess process) {
        super(host, home, process);
    }

    /** Starts a daemon with a new identity and waits until it is online. */
    public static Daemon member(Host host, Planet planet) {
        return member(host, planet, "");
    }

    /**
     * As {@link #member(Host, Planet)}.
     *
     * @param settings of its {@code local.conf}, each with a comma behind it
     */
    public static Daemon member(Host host, Planet planet, String settings) {
        Daemon daemon = start(host, host.lab().newDirectory("zerotier-" + host.name()), planet, settings);
        daemon.awaitInfo("ONLINE");
        return daemon;
    }

    /** Starts a daemon that is the planet's root and has a network controller. */
    public static Daemon root(Host host, Planet planet) {
        Path home = host.lab().newDirectory("zerotier-root");
        copy(planet.rootSecret(), home.resolve("identity.secret"));
        copy(planet.rootPublic(), home.resolve("identity.public"));
        return restarted(host, home, planet);
    }

    /** Starts a daemon on a home that there is: of one that has ended, or of a node of ours. */
    public static Daemon restarted(Host host, Path home, Planet planet) {
        Daemon daemon = start(host, home, planet, "");
        daemon.awaitInfo("200 info");
        return daemon;
    }

    private static Daemon start(Host host, Path home, Planet planet, String settings) {
        copy(planet.file(), home.resolve("planet"));
        try {
            Files.writeString(home.resolve("local.conf"), LOCAL_CONF.formatted(settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String executable = RealDaemonCondition.executable().orElseThrow();
        return new Daemon(host, home, host.start(List.of(executable, "-U", home.toString()), ""));
    }
}
