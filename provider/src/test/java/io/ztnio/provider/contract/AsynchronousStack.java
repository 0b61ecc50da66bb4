package io.ztnio.provider.contract;

import static io.ztnio.provider.contract.TestedStack.ipv4;
import static io.ztnio.provider.contract.TestedStack.loopback;
import static io.ztnio.provider.contract.TestedStack.overlay;
import static io.ztnio.provider.contract.TestedStack.wildcard;

import io.ztnio.provider.ZeroTierAsynchronousChannelProvider;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.os.OsAsynchronousProvider;
import io.ztnio.provider.runtime.LoopbackPlanet.Member;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.Future;

/** As {@link TestedStack}, for asynchronous channels. */
@SuppressWarnings("ImmutableEnumChecker") // providers keep no state that tests see
enum AsynchronousStack {
    JDK(jdk(), loopback(), loopback()),
    PASS_THROUGH(ours(VirtualNetworks.NONE), loopback(), loopback()),
    OS_ADDRESS(ours(new FakeNetworks()), loopback(), loopback()),
    VIRTUAL_ADDRESS(ours(new FakeNetworks()), FakeNetworks.OWN, FakeNetworks.OWN),
    WILDCARD_FROM_OS(ours(new FakeNetworks()), wildcard(), loopback()),
    WILDCARD_FROM_VIRTUAL(ours(new FakeNetworks()), wildcard(), FakeNetworks.OWN),
    OVERLAY_ADDRESS(ours(overlay("asynchronous")), ipv4(10, 93, 0, 1), ipv4(10, 93, 0, 1)),
    WILDCARD_FROM_OVERLAY(ours(overlay("asynchronous-wildcard")), wildcard(), ipv4(10, 93, 0, 1)),
    CAPTURE(ours(CapturedLoopback.ADDRESSES), loopback(), loopback()),
    CAPTURED_WILDCARD(ours(CapturedLoopback.ALL), wildcard(), loopback()),
    ZEROTIER_PEERS(ZeroTierPeers.CLIENT, ZeroTierPeers.SERVER);

    /** Of what connects, and of every group. */
    final AsynchronousChannelProvider provider;
    /** Of what is bound to {@link #bindAddress} and in no group: another node's where there are two, else the same. */
    final AsynchronousChannelProvider peer;

    private final InetAddress bindTo;
    private final InetAddress connectTo;
    private final InetAddress connectFrom;

    AsynchronousStack(AsynchronousChannelProvider provider, InetAddress bindTo, InetAddress connectTo) {
        this.provider = provider;
        this.peer = provider;
        this.bindTo = bindTo;
        this.connectTo = connectTo;
        this.connectFrom = connectTo;
    }

    AsynchronousStack(Member client, Member server) {
        this.provider = ours(client.networks());
        this.peer = ours(server.networks());
        this.bindTo = server.ipv4();
        this.connectTo = server.ipv4();
        this.connectFrom = client.ipv4();
    }

    private static AsynchronousChannelProvider jdk() {
        try {
            return OsAsynchronousProvider.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AsynchronousChannelProvider ours(VirtualNetworks networks) {
        return new ZeroTierAsynchronousChannelProvider(networks);
    }

    InetSocketAddress bindAddress() {
        return new InetSocketAddress(bindTo, 0);
    }

    /** What a client may bind to. */
    InetSocketAddress clientAddress() {
        return provider == peer ? bindAddress() : new InetSocketAddress(connectFrom, 0);
    }

    AsynchronousSocketChannel open() throws IOException {
        return provider.openAsynchronousSocketChannel(null);
    }

    AsynchronousServerSocketChannel listen() throws IOException {
        return listen(null);
    }

    /** A listener of the other node has no group: all are of this one. */
    AsynchronousServerSocketChannel listen(AsynchronousChannelGroup group) throws IOException {
        if (group == null) {
            return peer.openAsynchronousServerSocketChannel(null).bind(bindAddress(), 0);
        }
        InetAddress local = provider == peer ? bindTo : connectFrom;
        return provider.openAsynchronousServerSocketChannel(group).bind(new InetSocketAddress(local, 0), 0);
    }

    InetSocketAddress reachable(AsynchronousServerSocketChannel listener) throws IOException {
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        return new InetSocketAddress(listener.provider() == peer ? connectTo : connectFrom, port);
    }

    /** An address that refuses connections. */
    InetSocketAddress refusing() throws IOException {
        try (AsynchronousServerSocketChannel listener = listen()) {
            return reachable(listener);
        }
    }

    Pair connect() throws Exception {
        return connect(null);
    }

    /** Both ends of a connection, in one group. */
    Pair connect(AsynchronousChannelGroup group) throws Exception {
        try (AsynchronousServerSocketChannel listener = listen(group)) {
            Future<AsynchronousSocketChannel> accepting = listener.accept();
            AsynchronousSocketChannel client = provider.openAsynchronousSocketChannel(group);
            client.connect(reachable(listener)).get();
            return new Pair(client, accepting.get());
        }
    }

    record Pair(AsynchronousSocketChannel client, AsynchronousSocketChannel server) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }
}
