package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.TurnFailures;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.lock.RobustLock;
import io.ztnio.tcpip.share.SourceShares;
import io.ztnio.tcpip.share.TrafficSource;
import io.ztnio.tcpip.tcp.config.StreamOptions;
import io.ztnio.tcpip.tcp.table.PortTable;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * LISTEN: the connections that wait to be accepted, in the order in which they were established, whichever layer of the
 * group they are on. What is not established yet is in the {@link ListenerPart} of each layer.
 *
 * <p>The backlog is what one source may fill, alone. Whoever has filled it leaves others places of their own: half as many to
 * the next, and so on, twice the backlog in all.
 */
public final class TcpListener extends TcpEndpoint implements ListenerEndpoint {
    private static final int MOST_PLACES = 1 << 20;

    private final ListenerPart[] parts;
    private final ConcurrentLinkedQueue<Established> established = new ConcurrentLinkedQueue<>();

    /** Of connections that wait, and of those that are about to. */
    private final SourceShares waiting = new SourceShares();

    private final RobustLock waitingLock = new RobustLock();
    private volatile int backlog;

    private record Established(TcpStream stream, TrafficSource source) {}

    TcpListener(TcpGroup group, StreamOptions options) {
        super(group.layer(0), options);
        parts = new ListenerPart[group.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new ListenerPart(this, group.layer(i));
        }
    }

    /** What it has on a layer. */
    ListenerPart part(int index) {
        return parts[index];
    }

    @Override
    public void listen(int connections) throws IOException {
        checkOpen();
        backlog = Math.max(1, connections);
        PortTable<TcpListener> ports = layer().group.ports;
        ports.lock();
        try {
            if (binding == null) {
                throw new SocketException("Socket is not bound");
            }
            ports.listen(binding, this);
        } finally {
            ports.unlock();
        }
    }

    @Override
    public StreamEndpoint accept() throws IOException {
        checkOpen();
        Established next = established.poll();
        if (next != null) {
            dismiss(next.source());
        }
        if (established.isEmpty()) {
            clear(ACCEPTABLE);
            if (!established.isEmpty()) {
                parts[0].lookAgain();
            }
        }
        return next == null ? null : next.stream();
    }

    @Override
    int conditions() {
        return established.isEmpty() ? 0 : ACCEPTABLE;
    }

    /** Whether as many connections of a source wait as may: as on Linux, one more than the backlog says. */
    boolean isFull(TrafficSource source) {
        waitingLock.lock();
        try {
            return !waiting.mayAdd(source, places());
        } finally {
            waitingLock.unlock();
        }
    }

    /** Takes one of the places of connections that wait; false if there is none for the source. */
    boolean admit(TrafficSource source) {
        waitingLock.lock();
        try {
            boolean may = waiting.mayAdd(source, places());
            if (may) {
                waiting.add(source);
            }
            return may;
        } finally {
            waitingLock.unlock();
        }
    }

    /** Of which one source gets half at most. */
    private int places() {
        return 2 * (Math.min(backlog, MOST_PLACES) + 1);
    }

    /** A connection that was {@linkplain #admit admitted} waits no more, or has come to nothing. */
    void dismiss(TrafficSource source) {
        waitingLock.lock();
        try {
            waiting.remove(source);
        } finally {
            waitingLock.unlock();
        }
    }

    /** Offers a connection that was {@linkplain #admit admitted}. */
    void add(TcpStream stream, TrafficSource source) {
        established.add(new Established(stream, source));
    }

    /** Ends the connections of a layer that nobody has accepted. Inside its gate. */
    void abandon(TcpLayer itsLayer, long nowNanos) {
        TurnFailures failures = new TurnFailures();
        for (Established each : established) {
            if (each.stream().layer() == itsLayer && established.remove(each)) {
                try {
                    each.stream().abandon(nowNanos);
                } catch (Throwable e) {
                    failures.add(e);
                }
            }
        }
        failures.rethrow();
    }

    @Override
    void closeInGate(long nowNanos) {
        unbind();
        parts[0].close(nowNanos);
    }

    @Override
    void onClosed() {
        // At once: no layer finds it from here on, and what each has of it goes in its own time.
        unbind();
        TurnFailures failures = new TurnFailures();
        for (ListenerPart part : parts) {
            try {
                part.closeLater();
            } catch (Throwable e) {
                failures.add(e);
            }
        }
        failures.rethrow();
    }
}
