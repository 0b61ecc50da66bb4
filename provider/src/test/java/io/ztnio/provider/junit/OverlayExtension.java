package io.ztnio.provider.junit;

import io.ztnio.overlay.transport.MemoryHub;
import io.ztnio.provider.ZeroTierAsynchronousChannelProvider;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.runtime.OverlayNetworks;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test an overlay in memory: nodes that have found each other, each with a provider of its own. In a static field
 * for all tests of a class, else for each.
 */
public final class OverlayExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final String NETWORK = "00000000cafe2001";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger HUBS = new AtomicInteger();

    private final int count;
    private final String hub = "junit-" + HUBS.incrementAndGet();
    private final List<OverlayNetworks> nodes = new ArrayList<>();
    private boolean ofClass;

    private OverlayExtension(int count) {
        this.count = count;
    }

    /** An overlay of 1 to 250 nodes. */
    public static OverlayExtension withNodes(int count) {
        return new OverlayExtension(count);
    }

    /** The channels of a node, 0 being the first. */
    public SelectorProvider provider(int node) {
        return new ZeroTierSelectorProvider(nodes.get(node));
    }

    /** The asynchronous channels of a node. */
    public AsynchronousChannelProvider asynchronous(int node) {
        return new ZeroTierAsynchronousChannelProvider(nodes.get(node));
    }

    /** Ends a node before the others. */
    public void stop(int node) {
        nodes.get(node).close();
    }

    /** The networks of a node. */
    public OverlayNetworks networks(int node) {
        return nodes.get(node);
    }

    /** A node's IPv4 address. */
    public static InetAddress address(int node) throws IOException {
        return InetAddress.getByAddress(new byte[] {10, 96, 0, (byte) (node + 1)});
    }

    /** What carries everything, to put faults in. */
    public MemoryHub hub() {
        return MemoryHub.named(hub);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        ofClass = true;
        start();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (!ofClass) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!ofClass) {
            stop();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
    }

    private void start() throws IOException {
        for (int i = 0; i < count; i++) {
            OverlayNetworks networks = new OverlayNetworks(
                    new ConfigLoader(
                                    Map.of(
                                            "ztnio.networks",
                                            NETWORK,
                                            "ztnio.transport",
                                            "overlay-memory",
                                            // Nodes of one test may have the same ports.
                                            "ztnio.wildcard",
                                            "zerotier",
                                            "ztnio.exit.timeout",
                                            "2s",
                                            "ztnio.overlay.hub",
                                            hub,
                                            "ztnio.overlay.addresses",
                                            address(i).getHostAddress() + "/24"),
                                    Map.of())
                            .load(),
                    false);
            nodes.add(networks);
            networks.awaitReady();
        }
        for (OverlayNetworks networks : nodes) {
            if (!networks.node()
                    .network(Long.parseUnsignedLong(NETWORK, 16))
                    .orElseThrow()
                    .awaitPeers(count - 1, PATIENCE)) {
                throw new IOException(
                        "not all found each other: " + networks.node().networks());
            }
        }
    }

    private void stop() {
        nodes.forEach(OverlayNetworks::close);
        nodes.clear();
    }
}
