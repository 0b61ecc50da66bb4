package io.ztnio.it.lab;

import java.util.List;

/**
 * A lab with a stock daemon as root and controller, and another as member of the public network it runs.
 *
 * <p>Thread: confined to the test.
 */
public final class DaemonPlanet implements AutoCloseable {
    private final Lab lab = new Lab();
    private final Planet planet;
    private final Daemon root;
    private final Daemon member;

    /** Starts both daemons and waits until the member has its addresses. */
    public DaemonPlanet() {
        try {
            planet = Planet.ofResources(lab.newDirectory("planet"));
            root = Daemon.root(lab.root(), planet);
            root.createNetwork(network(), false);
            member = Daemon.member(lab.member(), planet);
            member.join(network());
            member.awaitAddresses(network(), 3);
        } catch (RuntimeException | AssertionError e) {
            lab.close();
            throw e;
        }
    }

    public Lab lab() {
        return lab;
    }

    public Planet planet() {
        return planet;
    }

    /** The root and controller. */
    public Daemon root() {
        return root;
    }

    public Daemon member() {
        return member;
    }

    /** The network, 16 hexadecimal digits. */
    public String network() {
        return planet.network();
    }

    /** The member's addresses in the network: IPv4, then the two IPv6 ones. */
    public List<String> memberAddresses() {
        return member.addresses(network());
    }

    /** Settings of a new Java node that joins the network. */
    public NodeSettings settings(Host host) {
        return NodeSettings.in(host, planet.file(), network());
    }

    @Override
    public void close() {
        lab.close();
    }
}
