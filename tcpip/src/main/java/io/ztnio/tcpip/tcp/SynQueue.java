package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.ip.IpPath;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a listener has on one TCP layer: the half-open connections there, and cookies that may come back.
 *
 * <p>Thread: confined to the layer's gate.
 */
final class SynQueue implements Published {
    private final TcpListener listener;
    private final TcpLayer layer;
    private final Set<HalfOpen> halfOpen = new LinkedHashSet<>();
    private boolean publishing;

    /** Until then there are cookies that may come back. */
    private long cookiesUntilNanos = Long.MIN_VALUE;

    SynQueue(TcpListener listener, TcpLayer layer) {
        this.listener = listener;
        this.layer = layer;
    }

    StreamOptions options() {
        return listener.options;
    }

    /** A SYN for this listener. */
    void onSyn(InetAddress local, InetAddress remote, TcpSegment syn, OptionalLong leastIss, long nowNanos) {
        if (listener.isFull()) {
            layer.counters.drop(TcpDropReason.BACKLOG_FULL);
            return;
        }
        IpPath path = layer.ip.path(local, remote).orElse(null);
        if (path == null) {
            return;
        }
        // Who comes out of TIME-WAIT has shown before that it is there.
        if (leastIss.isEmpty() && halfOpen.size() >= layer.group.part(layer.config.maximumHalfOpen)) {
            if (layer.config.synCookies) {
                sendCookie(path, syn, nowNanos);
                return;
            }
            HalfOpen oldest = halfOpen.iterator().next();
            layer.counters.drop(TcpDropReason.TOO_MANY_HALF_OPEN);
            if (!oldest.isOverdue()) {
                return;
            }
            oldest.drop();
        }
        long iss = layer.firstSequence(local, syn.destinationPort, remote, syn.sourcePort, nowNanos);
        if (leastIss.isPresent()) {
            // RFC 6191: beyond everything that the previous connection of these addresses has sent.
            long least = leastIss.getAsLong();
            iss = Math.max(least, SequenceNumbers.extend(least, (int) iss));
        }
        HalfOpen made = HalfOpen.ofSyn(this, layer, path, syn, iss);
        halfOpen.add(made);
        layer.flows.add(made);
        made.start(nowNanos);
    }

    private void sendCookie(IpPath path, TcpSegment syn, long nowNanos) {
        int defaultMss = TcpConnection.defaultSegmentBytes(path);
        int cookie = layer.cookies.make(path.local(), path.remote(), syn, defaultMss, nowNanos);
        cookiesUntilNanos = nowNanos + 2 * SynCookies.PERIOD_NANOS;
        layer.counters.cookiesSent++;
        HalfOpen.ofSyn(this, layer, path, syn, SequenceNumbers.initial(cookie)).sendCookie(nowNanos);
    }

    /**
     * A segment that belongs to no connection: perhaps the answer to a cookie.
     *
     * @return false if it is not
     */
    boolean onCookie(InetAddress local, InetAddress remote, TcpSegment ack, long nowNanos) {
        if (nowNanos >= cookiesUntilNanos) {
            return false;
        }
        int mss = layer.cookies.segmentBytes(local, remote, ack, nowNanos);
        IpPath path = mss == 0 ? null : layer.ip.path(local, remote).orElse(null);
        if (path == null) {
            return false;
        }
        layer.counters.cookiesAccepted++;
        onHandshakeComplete(HalfOpen.ofCookie(this, layer, path, ack, mss, nowNanos), ack, nowNanos);
        return true;
    }

    void onHalfOpenGone(HalfOpen gone) {
        halfOpen.remove(gone);
    }

    /** The last acknowledgment of a handshake, perhaps with data. */
    void onHandshakeComplete(HalfOpen half, TcpSegment segment, long nowNanos) {
        if (!listener.admit()) {
            // The SYN-ACK will be repeated; by then there may be room.
            layer.counters.drop(TcpDropReason.BACKLOG_FULL);
            return;
        }
        half.drop();
        TcpStream stream = new TcpStream(layer, new StreamOptions(listener.options));
        TcpConnection made = TcpConnection.accepted(half, stream, segment, nowNanos);
        stream.accepted(made);
        layer.flows.add(made);
        layer.counters.connectionsAccepted++;
        listener.add(stream);
        publishLater();
        made.onSegment(segment, nowNanos);
    }

    /** Asks, from outside the gate, for a look at what the application has not accepted yet. */
    void lookAgain() {
        layer.gate.post(nowNanos -> publishLater());
    }

    /** The listener is closed. From outside the gate. */
    void closeLater() {
        layer.gate.post(nowNanos -> {
            halfOpen.forEach(HalfOpen::refuse);
            halfOpen.clear();
            listener.abandon(layer, nowNanos);
            publishLater();
        });
    }

    private void publishLater() {
        if (!publishing) {
            publishing = true;
            layer.addPublishing(this);
        }
    }

    @Override
    public void publish() {
        publishing = false;
        listener.publishConditions();
    }
}
