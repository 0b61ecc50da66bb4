package io.ztnio.it.lab;

import java.time.Duration;
import java.util.List;

/**
 * A lab with a planet whose root and controller is of either kind, and in its network a stock daemon and a node of ours.
 *
 * <p>Thread: confined to the test.
 */
public final class TwoMembers implements AutoCloseable {
    private static final Duration REACH_TIMEOUT = Duration.ofSeconds(60);

    private final Lab lab = new Lab();
    private final NodeKind kind;
    private final Planet planet;
    private final Daemon daemon;
    private final OwnNode own;
    private final long firstContactNanos;
    private ControlledNode root;

    /** Starts all three, lets both members in, and waits until they reach each other. */
    public TwoMembers(NodeKind controller, boolean isPrivate) {
        kind = controller;
        try {
            planet = Planet.ofResources(lab.newDirectory("planet"));
            root = controller.root(lab.root(), planet);
            root.createNetwork(network(), isPrivate);
            daemon = Daemon.member(lab.member(), planet);
            own = OwnNode.member(lab.java1(), planet);
            admit(daemon);
            admit(own);
            String address = ipv4(own);
            firstContactNanos = System.nanoTime();
            lab.member().awaitPing(address, REACH_TIMEOUT);
        } catch (RuntimeException | AssertionError e) {
            lab.close();
            throw e;
        }
    }

    /** Lets a node into the network and waits until it has its addresses. */
    public void admit(ControlledNode member) {
        root.authorize(network(), member.address(), true);
        member.join(network());
        member.awaitAddresses(network(), 3);
    }

    /** When the daemon first sent something to our node, by {@link System#nanoTime}. */
    public long firstContactNanos() {
        return firstContactNanos;
    }

    public Lab lab() {
        return lab;
    }

    public Planet planet() {
        return planet;
    }

    /** The root and controller. */
    public ControlledNode root() {
        return root;
    }

    /** The stock member. */
    public Daemon daemon() {
        return daemon;
    }

    /** Our member. */
    public OwnNode own() {
        return own;
    }

    /** The network, 16 hexadecimal digits. */
    public String network() {
        return planet.network();
    }

    /** A member's IPv4 address in the network. */
    public String ipv4(ControlledNode member) {
        return addresses(member).get(0);
    }

    /** A member's addresses in the network, IPv4 first. */
    public List<String> addresses(ControlledNode member) {
        return member.awaitAddresses(network(), 3);
    }

    /** Changes the network and waits until both members have the change. */
    public void configure(String fields) {
        long revision = root.configure(network(), fields);
        daemon.awaitRevision(network(), revision);
        own.awaitRevision(network(), revision);
    }

    /** Ends the root at once. */
    public void killRoot() {
        root.stop();
    }

    /** Starts the root that was killed again. */
    public void restartRoot() {
        root = kind.again(root, planet);
    }

    @Override
    public void close() {
        lab.close();
    }
}
