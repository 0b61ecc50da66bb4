package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.TurnFailures;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.ip.IpInterface;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.tcp.TcpGroup;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.IpProtocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.ObjLongConsumer;
import java.util.random.RandomGenerator;

/**
 * Several stacks behind one node, so that TCP connections run in parallel. The <i>home</i> stack is inside the node's gate
 * and has everything but TCP: UDP, ping, fragments, and the answers to those who ask for our addresses. Each
 * {@linkplain StackShard shard} has a gate of its own and the TCP connections whose addresses hash to it, without
 * exception: an unbound connect takes a port that suits, a bound one goes where its port says.
 *
 * <p>Shared: local ports, buffer memory, listeners with their backlog. Divided: the limits on half-open connections,
 * orphans and TIME-WAIT. Each shard has its own neighbours, path MTUs and SYN cookies.
 *
 * <p>Thread: as for {@link Stack}, whose gate is the node's. Who is inside the node's gate may enter a shard's, one at a
 * time; who is inside a shard's gate enters no other and waits for nobody. So a shard's turn leaves what it sends in a ring
 * (see {@link StackShard#hasOutbound}), and {@link #turn} takes it from there.
 */
public final class StackShards implements Stack {
    private final IpHost home;
    private final TcpGroup tcp;
    private final List<StackShard> shards = new ArrayList<>();
    private final List<SharedLink> links = new ArrayList<>();
    private final FlowDispatcher dispatcher;
    private final IntConsumer wake;
    private final TurnFailures failures = new TurnFailures();

    /** Something done inside the gate of each shard. */
    @FunctionalInterface
    interface ShardTask {
        void run(int index, long nowNanos);
    }

    /**
     * A home stack and a shard per gate.
     *
     * @param gate the node's
     * @param gates one per shard
     * @param wake told, inside the node's gate, the index of a shard that has frames to take in: somebody has to run a turn
     * @param random cryptographically strong
     */
    public StackShards(Gate gate, StackConfig config, List<Gate> gates, IntConsumer wake, RandomGenerator random) {
        this.wake = wake;
        this.home = new IpHost(gate, true, config.ephemeralPorts(), random);
        this.tcp = new TcpGroup(config.tcp(), gates.size(), random);
        for (int i = 0; i < gates.size(); i++) {
            shards.add(new StackShard(i, gates.get(i), tcp, random));
        }
        this.dispatcher = new FlowDispatcher(tcp.hash());
        home.ip.register(IpProtocol.TCP, new TcpHandOver(this, home.ip, tcp.hash()));
    }

    /** The shards, in the order of their gates. */
    public List<StackShard> shards() {
        return List.copyOf(shards);
    }

    @Override
    public LinkPort attach(Link link) {
        SharedLink shared = new SharedLink(this, link, home.ip.attach(link), shards);
        links.add(shared);
        return shared;
    }

    @Override
    public StreamEndpoint openStream() {
        return tcp.openStream();
    }

    @Override
    public ListenerEndpoint openListener() {
        return tcp.openListener();
    }

    @Override
    public DatagramEndpoint openDatagram() {
        return home.udp.open();
    }

    @Override
    public boolean isLocal(InetAddress address) {
        return home.ip.isLocal(address);
    }

    @Override
    public boolean isReachable(InetAddress address) {
        return home.ip.route(null, address) != null;
    }

    @Override
    public boolean ping(InetAddress remote, int length, long timeoutNanos, PingListener listener, long nowNanos) {
        return home.ping(remote, length, timeoutNanos, listener, nowNanos);
    }

    @Override
    public void ping(InetAddress remote, int length, long timeoutNanos, PingListener listener) {
        home.ping(remote, length, timeoutNanos, listener);
    }

    /** As {@link Stack#turn}, and sends what the shards left. */
    @Override
    public long turn(long nowNanos) {
        for (int i = 0; i < shards.size(); i++) {
            transmit(shards.get(i), nowNanos);
        }
        long next = Long.MAX_VALUE;
        try {
            next = home.turn(nowNanos, now -> Long.MAX_VALUE);
        } catch (Throwable e) {
            failures.add(e);
        }
        for (int i = 0; i < shards.size(); i++) {
            wakeIfHandedOver(i);
        }
        failures.rethrow();
        return next;
    }

    private void wakeIfHandedOver(int index) {
        StackShard shard = shards.get(index);
        if (shard.handedOver) {
            try {
                wake.accept(index);
                shard.handedOver = false;
            } catch (Throwable e) {
                failures.add(e);
            }
        }
    }

    /** While a link is congested, a shard's frames stay in its ring, which soon ends the shard's turns. */
    private void transmit(StackShard shard, long nowNanos) {
        FrameRing ring = shard.outbound;
        for (int left = ring.size(); left > 0 && !ring.link().isCongested(ring); left--) {
            try {
                ring.link().transmit(ring, nowNanos);
            } catch (Throwable e) {
                failures.add(e);
            }
            ring.remove();
        }
        if (shard.stalled && !ring.isCrowded()) {
            shard.stalled = false;
            shard.handedOver = true;
        }
    }

    /** The next turn goes on with the rings. */
    @Override
    public void resume(long nowNanos) {
        home.udp.resume(nowNanos);
    }

    @Override
    public void closeConnections(long nowNanos) {
        inEachGate((index, now) -> shards.get(index).stack.closeConnections(now));
    }

    @Override
    public int unfinishedConnections(long nowNanos) {
        int[] sum = new int[1];
        inEachGate((index, now) -> sum[0] += shards.get(index).stack.unfinishedConnections(now));
        return sum[0];
    }

    @Override
    public boolean awaitsNeighbors() {
        return home.ip.awaitsNeighbors();
    }

    @Override
    public boolean awaitsAcknowledgment() {
        boolean[] any = new boolean[1];
        inEachGate((index, now) -> any[0] |= shards.get(index).stack.awaitsAcknowledgment());
        return any[0];
    }

    @Override
    public int abortConnections(long nowNanos) {
        int[] sum = new int[1];
        inEachGate((index, now) -> sum[0] += shards.get(index).stack.abortConnections(now));
        return sum[0];
    }

    @Override
    public void closeEndpoints(long nowNanos) {
        tcp.closeListeners();
        home.udp.closeAll(nowNanos);
    }

    @Override
    public long drops(DropReason reason) {
        long sum = home.drops.value(reason);
        for (StackShard shard : shards) {
            sum += shard.stack.drops(reason);
        }
        return sum;
    }

    @Override
    public void forEachDrop(ObjLongConsumer<? super Enum<?>> action) {
        for (DropReason reason : DropReason.values()) {
            action.accept(reason, drops(reason));
        }
        for (TcpDropReason reason : TcpDropReason.values()) {
            long sum = 0;
            for (StackShard shard : shards) {
                sum += shard.stack.drops(reason);
            }
            action.accept(reason, sum);
        }
    }

    /** What the buffers of all connections take now. */
    long usedBufferBytes() {
        return tcp.budget().usedBytes();
    }

    /** One after the other, waiting for each gate. */
    void inEachGate(ShardTask task) {
        TurnFailures thrown = new TurnFailures();
        for (int i = 0; i < shards.size(); i++) {
            int index = i;
            try {
                shards.get(i).gate.run(nowNanos -> task.run(index, nowNanos));
            } catch (Throwable e) {
                thrown.add(e);
            }
        }
        thrown.rethrow();
    }

    /** The link that the home stack knows by an interface, or {@code null}. */
    SharedLink link(IpInterface known) {
        for (SharedLink link : links) {
            if (link.home() == known) {
                return link;
            }
        }
        return null;
    }

    void forget(SharedLink link) {
        links.remove(link);
    }

    /** Takes a frame in. Inside the node's gate, as everything below. */
    void dispatch(
            SharedLink link,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        int target = dispatcher.target(etherType, buffer, offset, length);
        if (target >= 0) {
            offer(target, link, sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
            return;
        }
        if (target == FlowDispatcher.EVERYWHERE) {
            for (int i = 0; i < shards.size(); i++) {
                offer(i, link, sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
            }
        }
        link.home().onFrame(sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
    }

    /** Hands an IP packet to a shard. */
    void handOver(
            int owner,
            SharedLink link,
            long sourceMac,
            long destinationMac,
            boolean v6,
            byte[] packet,
            int offset,
            int length,
            long ingressNanos) {
        int etherType = v6 ? EtherType.IPV6 : EtherType.IPV4;
        offer(owner, link, sourceMac, destinationMac, etherType, packet, offset, length, ingressNanos);
    }

    private void offer(
            int index,
            SharedLink link,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        StackShard shard = shards.get(index);
        shard.handedOver = true;
        if (!shard.inbound.offer(link, sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos)) {
            home.drops.count(DropReason.HAND_OVER_FULL);
        }
    }
}
