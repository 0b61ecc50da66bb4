package io.ztnio.jmh;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A root that is a controller too, and two members of its network, in memory and on virtual time. */
final class MemoryPlanet {
    private static final long START_MILLIS = 1_767_225_600_000L;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int FIRST_PORT = 9993;
    private static final int ROUNDS = 60_000;

    final MemoryHost a;
    final MemoryHost b;
    final MemoryHost root;
    private final List<MemoryHost> hosts = new ArrayList<>();
    private long nowNanos = NANOS_PER_MILLI;

    /**
     * Starts the nodes, and waits until both members reach each other directly.
     *
     * @param protocolVersion of the members: 12 for cipher suite 3, 11 for suite 1
     */
    MemoryPlanet(int protocolVersion) throws IOException {
        Identity rootIdentity = Identity.generate(new Random(1));
        InetSocketAddress rootEndpoint = address(0);
        World world = World.create(
                World.Type.PLANET,
                1,
                1,
                rootIdentity,
                List.of(new WorldRoot(rootIdentity.withoutSecret(), List.of(rootEndpoint))));
        root = host(rootIdentity, world, 12);
        a = host(Identity.generate(new Random(2)), world, protocolVersion);
        b = host(Identity.generate(new Random(3)), world, protocolVersion);
        Controller controller = new Controller(root.node.vl1(), NetworkStore.NONE, root.networks);
        root.networks.attach(controller);
        long networkId = rootIdentity.address() << 24 | 1;
        controller.put(
                NetworkDefinition.builder(networkId)
                        .name("benchmark")
                        .isPrivate(false)
                        .routes(List.of(new Route(InetPrefix.parse("10.7.0.0/16"))))
                        .pools(List.of(new AddressPool(
                                InetPrefix.parse("10.7.0.1").address(),
                                InetPrefix.parse("10.7.0.250").address())))
                        .build(),
                nowMillis());
        a.join(networkId);
        b.join(networkId);
        runUntil(() -> a.isConfigured() && b.isConfigured());
        connectOnce();
        run(2000);
    }

    private MemoryHost host(Identity identity, World world, int protocolVersion) {
        NodeConfig config = NodeConfig.builder(identity, world, new Random(4))
                .pathPolicy(PathPolicy.withLoopback())
                .protocolVersion(protocolVersion)
                .build();
        MemoryHost host = new MemoryHost(this, address(hosts.size()), config);
        hosts.add(host);
        return host;
    }

    private static InetSocketAddress address(int index) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), FIRST_PORT + index);
    }

    /** The first packets are relayed; they make the members find their direct path. */
    private void connectOnce() throws IOException {
        StreamEndpoint[] ends = connect(1);
        ends[0].close();
        ends[1].close();
    }

    /** A connection from {@link #a} to {@link #b}. */
    StreamEndpoint[] connect(int port) throws IOException {
        ListenerEndpoint listener = b.stack.openListener();
        listener.bind(new InetSocketAddress(ipv4(b), port));
        listener.listen(1);
        StreamEndpoint client = a.stack.openStream();
        client.connect(listener.localAddress());
        StreamEndpoint[] accepted = new StreamEndpoint[1];
        runUntil(() -> {
            try {
                accepted[0] = listener.accept();
                return accepted[0] != null && client.finishConnect();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        listener.close();
        return new StreamEndpoint[] {client, accepted[0]};
    }

    private static InetAddress ipv4(MemoryHost host) {
        return host.network().config().orElseThrow().addresses().stream()
                .map(InetPrefix::address)
                .filter(Inet4Address.class::isInstance)
                .findFirst()
                .orElseThrow();
    }

    long nowNanos() {
        return nowNanos;
    }

    long nowMillis() {
        return START_MILLIS + nowNanos / NANOS_PER_MILLI;
    }

    InetSocketAddress endpoint(long index) {
        return hosts.get((int) index).endpoint;
    }

    void carry(InetSocketAddress from, InetSocketAddress to, byte[] buffer, int offset, int length) {
        int target = to.getPort() - FIRST_PORT;
        if (target >= 0 && target < hosts.size()) {
            hosts.get(target).inbox.add(buffer, offset, length, from.getPort() - FIRST_PORT);
        }
    }

    /** Lets time pass to the next thing that the member waits for, or a millisecond. */
    void tick(MemoryHost member) {
        long step = Math.max(1, Math.min(NANOS_PER_MILLI, member.deadlineNanos() - nowNanos));
        nowNanos += step;
    }

    /** One millisecond of everybody's life. */
    void step() {
        for (MemoryHost host : hosts) {
            host.receiveAll();
            host.turn();
        }
        nowNanos += NANOS_PER_MILLI;
    }

    void run(int millis) {
        for (int i = 0; i < millis; i++) {
            step();
        }
    }

    void runUntil(BooleanSupplier condition) {
        for (int round = 0; round < ROUNDS; round++) {
            if (condition.getAsBoolean()) {
                return;
            }
            step();
        }
        throw new IllegalStateException("not within a minute of virtual time");
    }
}
