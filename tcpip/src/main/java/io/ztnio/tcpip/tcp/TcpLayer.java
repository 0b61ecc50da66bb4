package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.TurnFailures;
import io.ztnio.tcpip.buffer.MemoryBudget;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.IpInterface;
import io.ztnio.tcpip.ip.IpLayer;
import io.ztnio.tcpip.ip.IpPath;
import io.ztnio.tcpip.ip.TransportInput;
import io.ztnio.tcpip.tcp.config.StreamOptions;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.connection.ConnectionTurns;
import io.ztnio.tcpip.tcp.connection.Failure;
import io.ztnio.tcpip.tcp.connection.TcpConnection;
import io.ztnio.tcpip.tcp.connection.TurnQueue;
import io.ztnio.tcpip.tcp.listen.HalfOpen;
import io.ztnio.tcpip.tcp.listen.SynCookies;
import io.ztnio.tcpip.tcp.listen.SynQueue;
import io.ztnio.tcpip.tcp.segment.SegmentWriter;
import io.ztnio.tcpip.tcp.segment.TcpCounters;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.table.Flow;
import io.ztnio.tcpip.tcp.table.FlowGround;
import io.ztnio.tcpip.tcp.table.FlowTable;
import io.ztnio.tcpip.tcp.table.InitialNumbers;
import io.ztnio.tcpip.tcp.table.PortTable;
import io.ztnio.tcpip.tcp.table.SynInput;
import io.ztnio.tcpip.tcp.table.TupleHash;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * TCP of one stack: finds the flow of each segment, and gives every connection that has something to do its part of each
 * turn. {@link #onPacket}, {@link #onError} and endpoint calls only note what is to be done; {@link #turn} does it, once
 * for a whole batch.
 *
 * <p>Thread: confined to the gate, except {@link #openStream} and {@link #openListener}.
 */
public final class TcpLayer implements TransportInput, IpCore.NeighborListener, SynInput {
    /** Both bits of the ECN field (RFC 3168 5). */
    private static final int CONGESTION_EXPERIENCED = 3;

    final Gate gate;
    final IpLayer ip;
    final TcpGroup group;
    final int index;
    final FlowGround ground;
    final ConnectionTurns turns;
    final SynCookies cookies;
    final TupleHash hash;

    private final TcpConfig config;
    private final TcpCounters counters;
    private final FlowTable flows;
    private final PortTable<TcpListener> ports;
    private final SegmentWriter writer;
    private final TcpSegment segment = new TcpSegment();

    /** Endpoints with news, and those whose listener has thrown when it was told. */
    final TurnQueue<Published> publishing = new TurnQueue<>();

    final TurnQueue<Published> untold = new TurnQueue<>();
    final Unclosed unclosed = new Unclosed();
    private final TurnFailures failures = new TurnFailures();

    /** @param random cryptographically strong: initial sequence numbers depend on it (RFC 6528) */
    public TcpLayer(Gate gate, IpLayer ip, TcpConfig config, RandomGenerator random) {
        this(gate, ip, new TcpGroup(config, 1, random), random);
    }

    /** The next layer of a group. */
    public TcpLayer(Gate gate, IpLayer ip, TcpGroup group, RandomGenerator random) {
        this.gate = gate;
        this.ip = ip;
        this.group = group;
        this.index = group.add(this);
        this.config = group.config;
        this.ports = group.ports;
        this.flows = new FlowTable(new TupleHash(random), group.portUse);
        TupleHash timestampHash;
        if (config.continuous) {
            this.hash = new TupleHash(config.key0, config.key1);
            timestampHash = new TupleHash(config.key1, config.key0);
        } else {
            this.hash = new TupleHash(random);
            timestampHash = new TupleHash(random);
        }
        this.cookies = new SynCookies(random);
        InitialNumbers numbers = new InitialNumbers(config, hash, timestampHash);
        this.ground = new FlowGround(gate, ip, config, group.budget, flows, numbers, this, group.size());
        this.counters = ground.counters;
        this.writer = ground.writer;
        this.turns = new ConnectionTurns(writer);
    }

    /** An unconnected stream. Thread: any. */
    public StreamEndpoint openStream() {
        return new TcpStream(this, new StreamOptions(config));
    }

    /** An unbound listener, on every layer of the group. Thread: any. */
    public ListenerEndpoint openListener() {
        return group.openListener();
    }

    /** What has been counted. Thread: any. */
    public TcpCounters counters() {
        return counters;
    }

    /** Connections, half-open ones and those in TIME-WAIT included. */
    public int flowCount() {
        return flows.size();
    }

    /**
     * Ends a turn: runs due timers, sends what connections have to send, acknowledges, publishes readiness. What any of that
     * throws costs the connection or endpoint that it is about; the first of it is thrown at the end.
     *
     * @return when to call again at the latest: {@code nowNanos} if there is more to send, {@code Long.MAX_VALUE} if
     *     nothing waits for time to pass
     */
    public long turn(long nowNanos) {
        for (TcpEndpoint left = unclosed.poll(); left != null; left = unclosed.poll()) {
            try {
                left.closeInGate(nowNanos);
            } catch (Throwable e) {
                failures.add(e);
            }
        }
        try {
            ground.wheel.advance(nowNanos);
        } catch (Throwable e) {
            failures.add(e);
        }
        try {
            turns.flush(nowNanos);
        } catch (Throwable e) {
            failures.add(e);
        }
        try {
            ground.relieve(nowNanos);
        } catch (Throwable e) {
            failures.add(e);
        }
        publish();
        failures.rethrow();
        return turns.hasMore() ? nowNanos : Math.min(ground.wheel.nextDeadlineNanos(), turns.nextPacedNanos());
    }

    private void publish() {
        for (Published ready = publishing.poll(); ready != null; ready = publishing.poll()) {
            try {
                ready.publish();
            } catch (Throwable e) {
                failures.add(e);
            }
        }
        // Not in this turn: it might never end.
        TurnQueue.moveAll(untold, publishing);
    }

    /** A link that was congested takes more: the next turn goes on with the connections that it held back. */
    public void resume() {
        turns.resume();
    }

    /** Whether a flow is this layer's. */
    boolean owns(InetAddress local, int localPort, InetAddress remote, int remotePort) {
        return group.owner(local, localPort, remote, remotePort) == this;
    }

    /**
     * For a process that ends: closes every connection as its application would, and has what is left sent soon. What
     * listens goes on to wait, but peers are refused.
     */
    public void closeAll(long nowNanos) {
        ports.refuse();
        eachFlow(nowNanos, flow -> {
            if (flow instanceof TcpConnection connection) {
                connection.closeWithNode();
                connection.hasten(nowNanos);
            } else if (flow instanceof HalfOpen half) {
                half.reset(nowNanos);
            }
        });
    }

    /** For a node that ends: closes every listener of the group. */
    public void closeListeners() {
        group.closeListeners();
    }

    /** Connections that are closed, and whose last bytes or FIN a peer that answers has not acknowledged. */
    public int unfinished(long nowNanos) {
        int[] count = new int[1];
        flows.forEach(flow -> {
            if (flow instanceof TcpConnection connection && connection.isOwed(nowNanos)) {
                count[0]++;
            }
        });
        return count[0];
    }

    /** Whether something is sent again unless a peer acknowledges it. */
    public boolean awaitsAcknowledgment() {
        boolean[] any = new boolean[1];
        flows.forEach(flow -> any[0] |= flow.awaitsAcknowledgment());
        return any[0];
    }

    /**
     * Resets what is left of connections.
     *
     * @return how many of them owed a peer that answers something
     */
    public int abortAll(long nowNanos) {
        int[] count = new int[1];
        eachFlow(nowNanos, flow -> {
            if (flow instanceof TcpConnection connection) {
                count[0] += connection.isOwed(nowNanos) ? 1 : 0;
                connection.abort(nowNanos);
            }
        });
        return count[0];
    }

    /** Addresses, routes or links have changed: moves connections to their new path, and aborts those without one. */
    public void onAddressesChanged(long nowNanos) {
        eachFlow(nowNanos, flow -> {
            if (flow.path.isValid()) {
                return;
            }
            Optional<IpPath> other = ip.path(flow.local, flow.remote).filter(IpPath::isUnicast);
            if (other.isPresent()) {
                flow.onPath(other.get());
            } else {
                flow.onUnreachable(nowNanos);
            }
        });
    }

    @Override
    public boolean onProbe(IpInterface link, long neighborMac) {
        boolean[] any = new boolean[1];
        flows.forEach(flow -> {
            if (leadsTo(flow, link, neighborMac) && ((TcpConnection) flow).probe()) {
                any[0] = true;
            }
        });
        return any[0];
    }

    @Override
    public void onLost(IpInterface link, long neighborMac, long nowNanos) {
        eachFlow(nowNanos, flow -> {
            if (leadsTo(flow, link, neighborMac)) {
                ((TcpConnection) flow).fail(Failure.TIMED_OUT, true, nowNanos);
            }
        });
    }

    /** Whatever it throws for one of them costs that one, and the others have theirs. */
    private void eachFlow(long nowNanos, Consumer<Flow> action) {
        TurnFailures thrown = new TurnFailures();
        flows.forEach(flow -> {
            try {
                action.accept(flow);
            } catch (Throwable e) {
                flow.breakOff(nowNanos);
                thrown.add(e);
            }
        });
        thrown.rethrow();
    }

    private static boolean leadsTo(Flow flow, IpInterface link, long neighborMac) {
        return flow instanceof TcpConnection && flow.path.leadsTo(link, neighborMac);
    }

    @Override
    public void onPacket(
            InetAddress source,
            InetAddress destination,
            boolean unicast,
            int trafficClass,
            byte[] buffer,
            int offset,
            int length,
            long pseudoHeaderSum,
            long ingressNanos,
            long nowNanos) {
        counters.segmentsReceived++;
        if (!unicast || source.isMulticastAddress() || source.isAnyLocalAddress()) {
            counters.drop(TcpDropReason.NOT_UNICAST);
            return;
        }
        TcpSegment arrived = segment;
        if (!arrived.parse(buffer, offset, length, ingressNanos)) {
            counters.drop(TcpDropReason.MALFORMED_HEADER);
            return;
        }
        if (config.verifyChecksums
                && InternetChecksum.fold(pseudoHeaderSum + InternetChecksum.sum(buffer, offset, length)) != 0xffff) {
            counters.drop(TcpDropReason.BAD_CHECKSUM);
            return;
        }
        arrived.congestionExperienced = (trafficClass & CONGESTION_EXPERIENCED) == CONGESTION_EXPERIENCED;
        Flow flow = flows.find(destination, arrived.destinationPort, source, arrived.sourcePort);
        if (flow != null) {
            hand(flow, arrived, nowNanos);
        } else if (!arrived.has(TcpFlags.ACK | TcpFlags.RST) && listening(destination, source, arrived) != null) {
            onListening(destination, source, arrived, nowNanos);
        } else if (!mayCompleteCookie(destination, source, arrived, nowNanos)) {
            counters.drop(TcpDropReason.NO_CONNECTION);
            writer.refuse(destination, source, arrived, nowNanos);
        }
    }

    /** LISTEN (RFC 9293 3.10.7.2): a SYN, or nothing that anybody would send. */
    private void onListening(InetAddress local, InetAddress remote, TcpSegment arrived, long nowNanos) {
        if (!arrived.has(TcpFlags.SYN)) {
            counters.drop(TcpDropReason.NO_FLAGS);
        } else if (arrived.has(TcpFlags.FIN)) {
            counters.drop(TcpDropReason.SYN_WITH_FIN);
        } else {
            onSyn(local, remote, arrived, OptionalLong.empty(), nowNanos);
        }
    }

    private static void hand(Flow flow, TcpSegment arrived, long nowNanos) {
        try {
            flow.onSegment(arrived, nowNanos);
        } catch (Throwable e) {
            flow.breakOff(nowNanos);
            throw e;
        }
    }

    /** What the rings of connections may take, and take. Thread: any. */
    public MemoryBudget budget() {
        return ground.budget;
    }

    @Override
    public void onSyn(InetAddress local, InetAddress remote, TcpSegment syn, OptionalLong leastIss, long nowNanos) {
        SynQueue listening = listening(local, remote, syn);
        if (listening != null) {
            listening.onSyn(local, remote, syn, leastIss, nowNanos);
        } else {
            counters.drop(TcpDropReason.NO_CONNECTION);
            writer.refuse(local, remote, syn, nowNanos);
        }
    }

    @Override
    public boolean mayRevive(Flow over, TcpSegment syn) {
        SynQueue listening = listening(over.local, over.remote, syn);
        return listening != null && listening.mayRevive(over.source());
    }

    /** Whether the segment ends a handshake of which we remember nothing. */
    private boolean mayCompleteCookie(InetAddress local, InetAddress remote, TcpSegment segment, long nowNanos) {
        if (!segment.has(TcpFlags.ACK) || segment.has(TcpFlags.SYN | TcpFlags.RST)) {
            return false;
        }
        SynQueue listening = listening(local, remote, segment);
        return listening != null && listening.onCookie(local, remote, segment, nowNanos);
    }

    private SynQueue listening(InetAddress local, InetAddress remote, TcpSegment segment) {
        long spread = ports.isShared(segment.destinationPort)
                ? hash.hash(local, segment.destinationPort, remote, segment.sourcePort)
                : 0;
        TcpListener listener = ports.listener(local, segment.destinationPort, spread);
        return listener == null ? null : listener.part(index).syns();
    }

    @Override
    public void onError(
            IcmpError error,
            InetAddress local,
            InetAddress remote,
            byte[] buffer,
            int offset,
            int length,
            int mtuBytes,
            long nowNanos) {
        int localPort = (buffer[offset] & 0xff) << 8 | (buffer[offset + 1] & 0xff);
        int remotePort = (buffer[offset + 2] & 0xff) << 8 | (buffer[offset + 3] & 0xff);
        int sequence = (buffer[offset + 4] & 0xff) << 24
                | (buffer[offset + 5] & 0xff) << 16
                | (buffer[offset + 6] & 0xff) << 8
                | (buffer[offset + 7] & 0xff);
        Flow flow = flows.find(local, localPort, remote, remotePort);
        if (flow == null) {
            counters.drop(TcpDropReason.UNRELATED_ICMP);
        } else {
            try {
                flow.onError(error, sequence, mtuBytes, nowNanos);
            } catch (Throwable e) {
                flow.breakOff(nowNanos);
                throw e;
            }
        }
    }
}
