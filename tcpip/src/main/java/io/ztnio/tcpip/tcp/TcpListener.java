package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.ip.IpPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** LISTEN: half-open connections and those that wait to be accepted. */
final class TcpListener extends TcpEndpoint implements ListenerEndpoint {
    private final Set<HalfOpen> halfOpen = new LinkedHashSet<>();
    private final ConcurrentLinkedQueue<TcpStream> established = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private int backlog;

    /** Until then there are cookies that may come back. */
    private long cookiesUntilNanos = Long.MIN_VALUE;

    TcpListener(TcpLayer layer, StreamOptions options) {
        super(layer, options);
    }

    @Override
    public void listen(int connections) throws IOException {
        checkOpen();
        IOException[] thrown = new IOException[1];
        layer.gate.run(nowNanos -> {
            try {
                if (binding == null) {
                    throw new SocketException("Socket is not bound");
                }
                layer.ports.listen(binding, this);
                backlog = Math.max(1, connections);
            } catch (IOException e) {
                thrown[0] = e;
            }
        });
        if (thrown[0] != null) {
            throw thrown[0];
        }
    }

    @Override
    public StreamEndpoint accept() throws IOException {
        checkOpen();
        TcpStream next = established.poll();
        if (next != null) {
            waiting.decrementAndGet();
        }
        if (established.isEmpty()) {
            clear(ACCEPTABLE);
            if (!established.isEmpty()) {
                layer.gate.post(nowNanos -> publishLater());
            }
        }
        return next;
    }

    @Override
    int conditions() {
        return established.isEmpty() ? 0 : ACCEPTABLE;
    }

    /** A SYN for this listener. Inside the gate, like everything below. */
    void onSyn(InetAddress local, InetAddress remote, TcpSegment syn, long leastIss, long nowNanos) {
        if (waiting.get() >= backlog) {
            layer.counters.drop(TcpDropReason.BACKLOG_FULL);
            return;
        }
        IpPath path = layer.ip.path(local, remote).orElse(null);
        if (path == null) {
            return;
        }
        // Who comes out of TIME-WAIT has shown before that it is there.
        if (leastIss == TcpLayer.ANY_SEQUENCE && halfOpen.size() >= layer.config.maximumHalfOpen) {
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
        long iss = layer.initialSequence(local, syn.destinationPort, remote, syn.sourcePort, nowNanos);
        if (leastIss != TcpLayer.ANY_SEQUENCE) {
            // RFC 6191: beyond everything that the previous connection of these addresses has sent.
            long near = SequenceNumbers.extend(leastIss, (int) iss);
            iss = near < leastIss ? leastIss : near;
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
        HalfOpen.ofSyn(this, layer, path, syn, cookie & 0xffff_ffffL).sendCookie(nowNanos);
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
        onHandshakeComplete(HalfOpen.ofCookie(this, layer, path, ack, mss), ack, nowNanos);
        return true;
    }

    void onHalfOpenGone(HalfOpen gone) {
        halfOpen.remove(gone);
    }

    /** The last acknowledgment of a handshake, perhaps with data. */
    void onHandshakeComplete(HalfOpen half, TcpSegment segment, long nowNanos) {
        if (waiting.get() >= backlog) {
            // The SYN-ACK will be repeated; by then there may be room.
            layer.counters.drop(TcpDropReason.BACKLOG_FULL);
            return;
        }
        half.drop();
        TcpStream stream = new TcpStream(layer, new StreamOptions(options));
        TcpConnection made = TcpConnection.accepted(half, stream, segment, nowNanos);
        stream.accepted(made);
        layer.flows.add(made);
        layer.counters.connectionsAccepted++;
        established.add(stream);
        waiting.incrementAndGet();
        publishLater();
        made.onSegment(segment, nowNanos);
    }

    @Override
    void onClose(long nowNanos) {
        unbind();
        for (HalfOpen half : halfOpen) {
            half.refuse();
        }
        halfOpen.clear();
        for (TcpStream stream = established.poll(); stream != null; stream = established.poll()) {
            stream.abandon(nowNanos);
        }
    }
}
