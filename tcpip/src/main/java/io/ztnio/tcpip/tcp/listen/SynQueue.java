package io.ztnio.tcpip.tcp.listen;

import io.ztnio.tcpip.ip.IpPath;
import io.ztnio.tcpip.share.SourceShares;
import io.ztnio.tcpip.share.TrafficSource;
import io.ztnio.tcpip.tcp.segment.SegmentSize;
import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.table.FlowGround;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The half-open connections of a listener on one TCP layer, and cookies that may come back.
 *
 * <p>Thread: confined to the layer's gate.
 */
public final class SynQueue {
    private final FlowGround ground;
    private final SynCookies cookies;
    private final Acceptor listener;
    private final Set<HalfOpen> halfOpen = new LinkedHashSet<>();

    /** How many of them each source has. */
    private final SourceShares shares = new SourceShares();

    /** Until then there are cookies that may come back. */
    private long cookiesUntilNanos = Long.MIN_VALUE;

    /** @param listener takes the connections that come of it */
    public SynQueue(FlowGround ground, SynCookies cookies, Acceptor listener) {
        this.ground = ground;
        this.cookies = cookies;
        this.listener = listener;
    }

    /** Receive buffer of a connection to come, in bytes. */
    int receiveBufferBytes() {
        return listener.receiveBufferBytes();
    }

    /** Whether a SYN that comes out of TIME-WAIT would be taken: its peer has shown before that it is there. */
    public boolean mayRevive(TrafficSource source) {
        return !listener.isFull(source) && halfOpen.size() < 2 * ground.part(ground.config.maximumHalfOpen);
    }

    /** A SYN for this listener. */
    public void onSyn(InetAddress local, InetAddress remote, TcpSegment syn, OptionalLong leastIss, long nowNanos) {
        IpPath path = ground.ip.path(local, remote).orElse(null);
        if (path == null || !path.isUnicast()) {
            return;
        }
        TrafficSource source = path.source();
        if (listener.isFull(source)) {
            ground.counters.drop(TcpDropReason.BACKLOG_FULL);
            return;
        }
        int most = ground.part(ground.config.maximumHalfOpen);
        if (leastIss.isEmpty() && !shares.mayAdd(source, most)) {
            if (ground.config.synCookies) {
                sendCookie(path, syn, nowNanos);
                return;
            }
            HalfOpen oldest = halfOpen.iterator().next();
            ground.counters.drop(TcpDropReason.TOO_MANY_HALF_OPEN);
            if (halfOpen.size() < most || !oldest.isOverdue()) {
                return;
            }
            oldest.drop();
        }
        long iss = ground.numbers.firstSequence(local, syn.destinationPort, remote, syn.sourcePort, nowNanos);
        if (leastIss.isPresent()) {
            // RFC 6191: beyond everything that the previous connection of these addresses has sent.
            long least = leastIss.getAsLong();
            iss = Math.max(least, SequenceNumbers.extend(least, (int) iss));
        }
        HalfOpen made = HalfOpen.ofSyn(this, ground, path, syn, iss);
        try {
            halfOpen.add(made);
            shares.add(source);
            ground.flows.add(made);
            made.start(nowNanos);
        } catch (Throwable e) {
            made.drop();
            throw e;
        }
    }

    private void sendCookie(IpPath path, TcpSegment syn, long nowNanos) {
        int defaultMss = SegmentSize.defaultBytes(path);
        int cookie = cookies.make(path.local(), path.remote(), syn, defaultMss, nowNanos);
        cookiesUntilNanos = nowNanos + 2 * SynCookies.PERIOD_NANOS;
        ground.counters.cookiesSent++;
        HalfOpen.ofSyn(this, ground, path, syn, SequenceNumbers.initial(cookie)).sendCookie(nowNanos);
    }

    /**
     * A segment that belongs to no connection: perhaps the answer to a cookie.
     *
     * @return false if it is not
     */
    public boolean onCookie(InetAddress local, InetAddress remote, TcpSegment ack, long nowNanos) {
        if (nowNanos >= cookiesUntilNanos) {
            return false;
        }
        int mss = cookies.segmentBytes(local, remote, ack, nowNanos);
        IpPath path = mss == 0 ? null : ground.ip.path(local, remote).orElse(null);
        if (path == null) {
            return false;
        }
        ground.counters.cookiesAccepted++;
        onHandshakeComplete(HalfOpen.ofCookie(this, ground, path, ack, mss, nowNanos), ack, nowNanos);
        return true;
    }

    void onHalfOpenGone(HalfOpen gone) {
        if (halfOpen.remove(gone)) {
            shares.remove(gone.source());
        }
    }

    /** The last acknowledgment of a handshake, perhaps with data. */
    void onHandshakeComplete(HalfOpen half, TcpSegment segment, long nowNanos) {
        if (!listener.admit(half.source())) {
            // The SYN-ACK will be repeated; by then there may be room.
            ground.counters.drop(TcpDropReason.BACKLOG_FULL);
            return;
        }
        half.drop();
        listener.accept(half, segment, nowNanos);
    }

    /** The listener is closed: so are these. */
    public void refuseAll() {
        halfOpen.forEach(HalfOpen::refuse);
        halfOpen.clear();
        shares.clear();
    }
}
