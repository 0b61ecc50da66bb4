package io.ztnio.overlay.runtime;

import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.loop.EventLoop;
import io.ztnio.overlay.node.Membership;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.node.NodeCore;
import io.ztnio.overlay.node.NodeSettings;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A node with its stack: each network is a link. Thread: confined to the gate, except the stack's endpoints. */
final class StackedNode {
    private final Gate gate;
    private final EventLoop loop;
    private final IpStack stack;
    private final NodeCore core;
    private final Map<Long, NetworkLink> links = new TreeMap<>();
    private NetworkLink lastUsed;

    StackedNode(
            Gate gate,
            NodeSettings settings,
            Identity identity,
            StateStore store,
            StackConfig stackConfig,
            RandomGenerator random,
            DatagramSender sender,
            OverlayListener listener,
            Consumer<RuntimeException> onFailure,
            long nowNanos) {
        this.gate = gate;
        this.loop = new EventLoop(onFailure);
        this.stack = new IpStack(gate, stackConfig, random);
        this.core = new NodeCore(settings, identity, store, loop, random, sender, this::onEthernet, listener, nowNanos);
    }

    NodeCore core() {
        return core;
    }

    IpStack stack() {
        return stack;
    }

    EventLoop loop() {
        return loop;
    }

    private void onEthernet(
            long networkId,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long nowNanos) {
        NetworkLink link = lastUsed;
        if (link == null || link.network().id() != networkId) {
            link = links.get(networkId);
            lastUsed = link;
        }
        if (link != null) {
            link.onFrame(sourceMac, destinationMac, etherType, buffer, offset, length, nowNanos);
        }
    }

    void onDatagram(int socket, InetSocketAddress from, byte[] buffer, int offset, int length, long nowNanos) {
        core.onDatagram(socket, from, buffer, offset, length, nowNanos);
    }

    void join(long networkId, NetworkAccess access, long nowNanos) throws IOException {
        detach(networkId, nowNanos);
        Membership network = core.join(networkId, access, nowNanos);
        links.put(networkId, new NetworkLink(network, core.id(), stack, gate, nowNanos));
    }

    void leave(long networkId, long nowNanos) throws IOException {
        detach(networkId, nowNanos);
        core.leave(networkId, nowNanos);
    }

    private void detach(long networkId, long nowNanos) {
        NetworkLink link = links.remove(networkId);
        lastUsed = null;
        if (link != null) {
            link.detach(nowNanos);
        }
    }

    /** Ends a turn: what is due, then what the stack has to send. Returns when to come again. */
    long turn(long nowNanos) {
        long loopDeadline = loop.turn(nowNanos);
        long stackDeadline = stack.turn(nowNanos);
        return Math.min(stackDeadline, Math.min(loopDeadline, loop.nextNanos(nowNanos)));
    }
}
