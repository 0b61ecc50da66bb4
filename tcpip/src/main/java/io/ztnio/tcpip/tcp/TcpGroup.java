package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.buffer.MemoryBudget;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.tcp.config.StreamOptions;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.table.FlowHash;
import io.ztnio.tcpip.tcp.table.PortTable;
import io.ztnio.tcpip.tcp.table.PortUse;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * The TCP layers of one node. Each has its own gate, connections and timers, and a connection belongs to the one that
 * {@link FlowHash} says, without exception. They share the local ports, the memory for buffers and the listeners; limits
 * on connections are divided among them.
 *
 * <p>Thread: thread-safe once every layer has been made. The lock of the ports is the innermost: who holds it enters no
 * gate.
 */
public final class TcpGroup {
    final TcpConfig config;
    final MemoryBudget budget;
    final PortUse portUse = new PortUse();
    final PortTable<TcpListener> ports;
    private final FlowHash hash;
    private final TcpLayer[] layers;
    private final AtomicInteger opened = new AtomicInteger();
    private int made;

    /**
     * A group without layers yet.
     *
     * @param config settings of the node: memory and numbers of connections are those of all layers together
     * @param size layers that will be made, at least 1
     * @param random cryptographically strong
     */
    public TcpGroup(TcpConfig config, int size, RandomGenerator random) {
        this.config = config;
        this.layers = new TcpLayer[size];
        this.budget = new MemoryBudget(config.memoryBytes);
        this.hash = new FlowHash(size, random);
        this.ports = new PortTable<>(portUse, config, random);
    }

    /** Ports of connections that did not bind, and of listeners that chose none. */
    public EphemeralPorts ephemeralPorts() {
        return config.ephemeralPorts;
    }

    /** An unconnected stream. */
    public StreamEndpoint openStream() {
        return layers[Math.floorMod(opened.getAndIncrement(), layers.length)].openStream();
    }

    /** An unbound listener, on every layer. */
    public ListenerEndpoint openListener() {
        return new TcpListener(this, new StreamOptions(config));
    }

    /** What the rings of connections may take, and take. */
    public MemoryBudget budget() {
        return budget;
    }

    /** Says which layer has a flow. */
    public FlowHash hash() {
        return hash;
    }

    /** The place of a new layer. */
    int add(TcpLayer layer) {
        layers[made] = layer;
        return made++;
    }

    int size() {
        return layers.length;
    }

    TcpLayer layer(int index) {
        return layers[index];
    }

    TcpLayer owner(InetAddress local, int localPort, InetAddress remote, int remotePort) {
        return layers[hash.owner(local, localPort, remote, remotePort)];
    }

    /** For a node that ends: closes every listener. */
    public void closeListeners() {
        ports.listeners().forEach(TcpEndpoint::closeWithNode);
    }

    /** Lets every layer do what has been posted to it. Outside the gates. */
    void settle() {
        for (TcpLayer layer : layers) {
            layer.gate.run(nowNanos -> {});
        }
    }
}
