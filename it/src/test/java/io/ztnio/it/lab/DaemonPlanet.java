package io.ztnio.it.lab;

import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.HttpFileClient;
import io.ztnio.it.programs.HttpFileServer;
import java.time.Duration;
import java.util.List;

/**
 * A lab with a stock daemon as root and controller, and another as member of the public network it runs.
 *
 * <p>Thread: confined to the test.
 */
public final class DaemonPlanet implements AutoCloseable {
    /** Where the servers of the tests listen. */
    public static final int HTTP_PORT = 8080;

    private static final Duration LISTEN_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration TRANSFER_TIMEOUT = Duration.ofMinutes(5);

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

    /** Starts the HTTP server on a new Java node and waits until it listens. */
    public JavaNode startHttpServer(Host host) {
        return startHttpServer(host, settings(host));
    }

    /** Starts the HTTP server on a Java node with given settings and waits until it listens. */
    public JavaNode startHttpServer(Host host, NodeSettings settings) {
        JavaNode node = JavaNode.start(host, settings, HttpFileServer.class, "0.0.0.0", "" + HTTP_PORT);
        node.process().awaitLine("listening on", LISTEN_TIMEOUT);
        return node;
    }

    /** Starts the HTTP server over the kernel's TCP/IP on the member and waits until it listens. */
    public RunningProcess startHttpServerOnMember() {
        RunningProcess server = JavaProgram.kernel(HttpFileServer.class)
                .with("0.0.0.0", "" + HTTP_PORT)
                .start(lab.member());
        server.awaitLine("listening on", LISTEN_TIMEOUT);
        return server;
    }

    /** Downloads and uploads a body, over the member's kernel, to the server at an address. */
    public Finished transferFromMember(String serverAddress, long lengthBytes) {
        return transfer(lab.member(), serverAddress, lengthBytes);
    }

    /** Downloads and uploads a body, over a host's kernel, to the server at an address. */
    public Finished transfer(Host host, String serverAddress, long lengthBytes) {
        return JavaProgram.kernel(HttpFileClient.class)
                .with(uri(serverAddress), "" + lengthBytes)
                .start(host)
                .awaitExit(TRANSFER_TIMEOUT);
    }

    /** Downloads and uploads a body, in a JVM with a node, to the server at an address. */
    public Finished transferFromNode(Host host, NodeSettings settings, String serverAddress, long lengthBytes) {
        return JavaNode.start(host, settings, HttpFileClient.class, uri(serverAddress), "" + lengthBytes)
                .process()
                .awaitExit(TRANSFER_TIMEOUT);
    }

    private static String uri(String address) {
        return "http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + HTTP_PORT + "/";
    }

    @Override
    public void close() {
        lab.close();
    }
}
