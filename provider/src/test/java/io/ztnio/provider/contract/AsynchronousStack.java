package io.ztnio.provider.contract;

import static io.ztnio.provider.contract.TestedStack.ipv4;
import static io.ztnio.provider.contract.TestedStack.loopback;
import static io.ztnio.provider.contract.TestedStack.overlay;
import static io.ztnio.provider.contract.TestedStack.wildcard;

import io.ztnio.provider.ZeroTierAsynchronousChannelProvider;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.os.OsAsynchronousProvider;
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
    CAPTURED_WILDCARD(ours(CapturedLoopback.ALL), wildcard(), loopback());

    final AsynchronousChannelProvider provider;
    private final InetAddress bindTo;
    private final InetAddress connectTo;

    AsynchronousStack(AsynchronousChannelProvider provider, InetAddress bindTo, InetAddress connectTo) {
        this.provider = provider;
        this.bindTo = bindTo;
        this.connectTo = connectTo;
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

    AsynchronousSocketChannel open() throws IOException {
        return provider.openAsynchronousSocketChannel(null);
    }

    AsynchronousServerSocketChannel listen() throws IOException {
        return listen(null);
    }

    AsynchronousServerSocketChannel listen(AsynchronousChannelGroup group) throws IOException {
        return provider.openAsynchronousServerSocketChannel(group).bind(bindAddress(), 0);
    }

    InetSocketAddress reachable(AsynchronousServerSocketChannel listener) throws IOException {
        return new InetSocketAddress(connectTo, ((InetSocketAddress) listener.getLocalAddress()).getPort());
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
