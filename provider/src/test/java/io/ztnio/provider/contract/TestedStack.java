package io.ztnio.provider.contract;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.LoopbackPlanet.Member;
import io.ztnio.provider.runtime.OverlayNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.NetworkChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Map;

/** The providers and addresses that every contract test runs with; the JDK's own provider says what is right. */
@SuppressWarnings("ImmutableEnumChecker") // providers keep no state that tests see
enum TestedStack {
    JDK(OsProvider.get(), loopback(), loopback()),
    PASS_THROUGH(new ZeroTierSelectorProvider(VirtualNetworks.NONE), loopback(), loopback()),
    OS_ADDRESS(new ZeroTierSelectorProvider(new FakeNetworks()), loopback(), loopback()),
    VIRTUAL_ADDRESS(new ZeroTierSelectorProvider(new FakeNetworks()), FakeNetworks.OWN, FakeNetworks.OWN),
    WILDCARD_FROM_OS(new ZeroTierSelectorProvider(new FakeNetworks()), wildcard(), loopback()),
    WILDCARD_FROM_VIRTUAL(new ZeroTierSelectorProvider(new FakeNetworks()), wildcard(), FakeNetworks.OWN),
    OVERLAY_ADDRESS(new ZeroTierSelectorProvider(overlay("contract")), ipv4(10, 93, 0, 1), ipv4(10, 93, 0, 1)),
    WILDCARD_FROM_OVERLAY(new ZeroTierSelectorProvider(overlay("wildcard")), wildcard(), ipv4(10, 93, 0, 1)),
    CAPTURE(new ZeroTierSelectorProvider(CapturedLoopback.ADDRESSES), loopback(), loopback()),
    CAPTURED_WILDCARD(new ZeroTierSelectorProvider(CapturedLoopback.ALL), wildcard(), loopback()),
    ZEROTIER_PEERS(ZeroTierPeers.CLIENT, ZeroTierPeers.SERVER);

    /** Of what connects. */
    final SelectorProvider provider;
    /** Of what is bound to {@link #bindAddress}: another node's where there are two, else the same. */
    final SelectorProvider peer;

    private final InetAddress bindTo;
    private final InetAddress connectTo;
    private final InetAddress connectFrom;

    TestedStack(SelectorProvider provider, InetAddress bindTo, InetAddress connectTo) {
        this.provider = provider;
        this.peer = provider;
        this.bindTo = bindTo;
        this.connectTo = connectTo;
        this.connectFrom = connectTo;
    }

    TestedStack(Member client, Member server) {
        this.provider = client.provider();
        this.peer = server.provider();
        this.bindTo = server.ipv4();
        this.connectTo = server.ipv4();
        this.connectFrom = client.ipv4();
    }

    /** A node that is alone on an overlay in memory: the real stack, and what the channels make of it. */
    static VirtualNetworks overlay(String hub) {
        return new OverlayNetworks(new ConfigLoader(
                        Map.of(
                                "ztnio.networks", "00000000cafe2001",
                                "ztnio.transport", "overlay-memory",
                                "ztnio.overlay.hub", hub,
                                "ztnio.overlay.addresses", "10.93.0.1/24"),
                        Map.of())
                .load());
    }

    static InetAddress loopback() {
        return ipv4(127, 0, 0, 1);
    }

    static InetAddress ipv4(int... bytes) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {(byte) bytes[0], (byte) bytes[1], (byte) bytes[2], (byte) bytes[3]});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static InetAddress wildcard() {
        return new InetSocketAddress(0).getAddress();
    }

    boolean isVirtual() {
        return !connectTo.isLoopbackAddress() || name().startsWith("CAPTURE");
    }

    InetSocketAddress bindAddress() {
        return new InetSocketAddress(bindTo, 0);
    }

    InetSocketAddress address(int port) {
        return new InetSocketAddress(connectTo, port);
    }

    /** An address that refuses connections. */
    InetSocketAddress refusing() throws IOException {
        try (ServerSocketChannel listener = listen()) {
            return reachable(listener);
        }
    }

    ServerSocketChannel listen() throws IOException {
        return peer.openServerSocketChannel().bind(bindAddress());
    }

    /** By which others reach what is bound. */
    <C extends AbstractSelectableChannel & NetworkChannel> InetSocketAddress reachable(C channel) throws IOException {
        int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        return new InetSocketAddress(channel.provider() == peer ? connectTo : connectFrom, port);
    }

    Selector selector() throws IOException {
        return provider.openSelector();
    }

    Pair connect() throws IOException {
        try (ServerSocketChannel listener = listen()) {
            SocketChannel client = provider.openSocketChannel();
            client.connect(reachable(listener));
            return new Pair(client, listener.accept());
        }
    }

    /** Both ends of a connection. */
    record Pair(SocketChannel client, SocketChannel server) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    static ByteBuffer bytes(int size) {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        for (int i = 0; i < size; i++) {
            buffer.put((byte) (i * 31 + (i >> 8)));
        }
        return buffer.flip();
    }
}
