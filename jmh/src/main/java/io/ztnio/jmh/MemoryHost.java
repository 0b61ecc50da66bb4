package io.ztnio.jmh;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.network.NetworkListener;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.link.Route;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.stack.StackConfig;
import java.net.InetSocketAddress;
import java.util.Random;

/** A node with VL2 and a TCP/IP stack, as an engine wires them, whose datagrams go into the inboxes of others. */
final class MemoryHost implements Link, NetworkListener {
    private static final int DATAGRAM_LENGTH = 1500;

    final SerialGate gate = new SerialGate();
    final PacketQueue inbox = new PacketQueue(DATAGRAM_LENGTH);
    final InetSocketAddress endpoint;
    final Node node;
    final Networks networks;
    final IpStack stack;
    final LinkPort port;
    private final MemoryPlanet planet;
    private VirtualNetwork network;

    /** Bytes of datagrams sent. */
    long sentBytes;

    /** Frames that reached the stack. */
    long frames;

    private long pollMillis;
    private long stackNanos;

    MemoryHost(MemoryPlanet planet, InetSocketAddress endpoint, NodeConfig config) {
        this.planet = planet;
        this.endpoint = endpoint;
        node = new Node(config, this::emit, (event, now) -> {});
        networks = new Networks(node.vl1(), NetworkStore.NONE, this);
        node.handler(networks);
        node.localAddresses(java.util.List.of(endpoint), planet.nowMillis());
        stack = new IpStack(gate, StackConfig.defaults(), new Random(endpoint.getPort()));
        port = stack.attach(this);
    }

    void join(long networkId) {
        network = networks.join(networkId, planet.nowMillis());
    }

    boolean isConfigured() {
        return network != null
                && network.status() == NetworkStatus.OK
                && network.config().isPresent();
    }

    VirtualNetwork network() {
        return network;
    }

    private void emit(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        sentBytes += length;
        planet.carry(endpoint, to, buffer, offset, length);
    }

    /** Takes in what has come, without answering. */
    void receiveAll() {
        long millis = planet.nowMillis();
        while (!inbox.isEmpty()) {
            InetSocketAddress from = planet.endpoint(inbox.tag());
            node.onDatagram(0, from, inbox.buffer(), 0, inbox.length(), millis, planet.nowNanos());
            inbox.remove();
        }
    }

    /** Ends a turn: what follows from what came in or was written. */
    void turn() {
        gate.nowNanos(planet.nowNanos());
        gate.run(now -> stackNanos = stack.turn(now));
        if (pollMillis <= planet.nowMillis()) {
            pollMillis = node.poll(planet.nowMillis());
        }
    }

    /** When this host has something to do without being asked, on the virtual clock. */
    long deadlineNanos() {
        return stackNanos;
    }

    @Override
    public long mac() {
        return network == null ? 0 : network.mac();
    }

    @Override
    public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        network.sendFrame(destinationMac, etherType, buffer, offset, length, planet.nowMillis());
    }

    @Override
    public long derivedMac(byte[] ipv6, int offset) {
        return network.derivedMac(ipv6, offset);
    }

    @Override
    public void subscribe(long groupMac, int distinguisher) {
        network.subscribe(groupMac, distinguisher);
    }

    @Override
    public void unsubscribe(long groupMac, int distinguisher) {
        network.unsubscribe(groupMac, distinguisher);
    }

    @Override
    public void onFrame(
            VirtualNetwork from,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        frames++;
        port.onFrame(sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
    }

    @Override
    public void onConfigChanged(VirtualNetwork changed, NetworkConfig config) {
        network = changed;
        LinkConfig link = new LinkConfig(
                config.addresses().stream()
                        .map(prefix -> new IpPrefix(prefix.address(), prefix.bits()))
                        .toList(),
                config.routes().stream()
                        .map(route -> new Route(
                                new IpPrefix(
                                        route.target().address(), route.target().bits()),
                                route.via()))
                        .toList(),
                config.mtuBytes());
        port.configure(link, planet.nowNanos());
    }

    @Override
    public void onStatus(VirtualNetwork changed, NetworkStatus status) {}
}
