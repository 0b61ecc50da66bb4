package io.ztnio.provider.contract;

import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.runtime.LoopbackPlanet.Member;
import io.ztnio.provider.runtime.OverlayNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.provider.socket.JavaNetSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;

/** The sockets of {@code java.net} and the addresses that the contract tests run with; the JDK's say what is right. */
@SuppressWarnings("ImmutableEnumChecker") // networks keep no state that tests see
enum TestedSockets {
    JDK(null, loopback(), loopback()),
    OS_ADDRESS(new FakeNetworks(), loopback(), loopback()),
    VIRTUAL_ADDRESS(new FakeNetworks(), FakeNetworks.OWN, FakeNetworks.OWN),
    WILDCARD_FROM_OS(new FakeNetworks(), wildcard(), loopback()),
    WILDCARD_FROM_VIRTUAL(new FakeNetworks(), wildcard(), FakeNetworks.OWN),
    OVERLAY_ADDRESS(overlay("sockets"), own(), own()),
    WILDCARD_FROM_OVERLAY(overlay("socket-wildcard"), wildcard(), own()),
    CAPTURE(CapturedLoopback.ADDRESSES, loopback(), loopback()),
    CAPTURED_WILDCARD(CapturedLoopback.ALL, wildcard(), loopback()),
    ZEROTIER_PEERS(ZeroTierPeers.CLIENT, ZeroTierPeers.SERVER);

    /** Of what connects. */
    private final JavaNetSockets sockets;
    /** Of what is bound to {@link #bindAddress}: another node's where there are two, else the same. */
    private final JavaNetSockets peer;

    private final InetAddress bindTo;
    private final InetAddress connectTo;
    private final InetAddress connectFrom;

    TestedSockets(VirtualNetworks networks, InetAddress bindTo, InetAddress connectTo) {
        this.sockets = networks == null ? null : new JavaNetSockets(networks);
        this.peer = sockets;
        this.bindTo = bindTo;
        this.connectTo = connectTo;
        this.connectFrom = connectTo;
    }

    TestedSockets(Member client, Member server) {
        this.sockets = new JavaNetSockets(client.networks());
        this.peer = new JavaNetSockets(server.networks());
        this.bindTo = server.ipv4();
        this.connectTo = server.ipv4();
        this.connectFrom = client.ipv4();
    }

    private static VirtualNetworks overlay(String hub) {
        return new OverlayNetworks(new ConfigLoader(
                        Map.of(
                                "ztnio.networks", "00000000cafe2001",
                                "ztnio.transport", "overlay-memory",
                                "ztnio.overlay.hub", hub,
                                "ztnio.overlay.addresses", "10.93.0.1/24"),
                        Map.of())
                .load());
    }

    private static InetAddress own() {
        return TestedStack.ipv4(10, 93, 0, 1);
    }

    private static InetAddress loopback() {
        return TestedStack.ipv4(127, 0, 0, 1);
    }

    private static InetAddress wildcard() {
        return new InetSocketAddress(0).getAddress();
    }

    Socket client() throws IOException {
        return sockets == null ? new Socket() : sockets.client();
    }

    /** Not bound. */
    ServerSocket listener() throws IOException {
        return peer == null ? new ServerSocket() : peer.listener();
    }

    ServerSocket listen() throws IOException {
        ServerSocket listener = listener();
        listener.bind(bindAddress());
        return listener;
    }

    /** Not bound. */
    MulticastSocket datagrams() throws IOException {
        return sockets == null ? JavaNetSockets.datagramsOfTheJdk() : sockets.datagrams();
    }

    MulticastSocket boundDatagrams() throws IOException {
        MulticastSocket socket = peer == null ? JavaNetSockets.datagramsOfTheJdk() : peer.datagrams();
        socket.bind(bindAddress());
        return socket;
    }

    boolean isWildcard() {
        return bindTo.isAnyLocalAddress();
    }

    InetSocketAddress bindAddress() {
        return new InetSocketAddress(bindTo, 0);
    }

    /** What a client may bind to. */
    InetSocketAddress clientAddress() {
        return isWildcard() ? bindAddress() : clientAddress(0);
    }

    /** By which others reach what a client has bound. */
    InetSocketAddress clientAddress(int port) {
        return new InetSocketAddress(connectFrom, port);
    }

    /** By which others reach what is bound. */
    InetSocketAddress reachable(ServerSocket listener) {
        return address(listener.getLocalPort());
    }

    InetSocketAddress address(int port) {
        return new InetSocketAddress(connectTo, port);
    }

    /** An address that refuses connections. */
    InetSocketAddress refusing() throws IOException {
        try (ServerSocket listener = listen()) {
            return reachable(listener);
        }
    }

    Pair connect() throws IOException {
        try (ServerSocket listener = listen()) {
            Socket client = client();
            client.connect(reachable(listener));
            return new Pair(client, listener.accept());
        }
    }

    /** Both ends of a connection. */
    record Pair(Socket client, Socket server) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }
}
