package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.TurnFailures;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.tcp.config.StreamOptions;
import io.ztnio.tcpip.tcp.table.PortTable;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * LISTEN: the connections that wait to be accepted, in the order in which they were established, whichever layer of the
 * group they are on. What is not established yet is in the {@link ListenerPart} of each layer.
 */
public final class TcpListener extends TcpEndpoint implements ListenerEndpoint {
    private final ListenerPart[] parts;
    private final ConcurrentLinkedQueue<TcpStream> established = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile int backlog;

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
        TcpStream next = established.poll();
        if (next != null) {
            waiting.decrementAndGet();
        }
        if (established.isEmpty()) {
            clear(ACCEPTABLE);
            if (!established.isEmpty()) {
                parts[0].lookAgain();
            }
        }
        return next;
    }

    @Override
    int conditions() {
        return established.isEmpty() ? 0 : ACCEPTABLE;
    }

    /** Whether as many connections wait as may: as on Linux, one more than the backlog says. */
    boolean isFull() {
        return waiting.get() > backlog;
    }

    /** Takes one of the places of connections that wait; false if there is none. */
    boolean admit() {
        int most = backlog;
        return waiting.getAndUpdate(count -> count <= most ? count + 1 : count) <= most;
    }

    /** A connection that was {@linkplain #admit admitted} has come to nothing. */
    void dismiss() {
        waiting.decrementAndGet();
    }

    /** Offers a connection that was {@linkplain #admit admitted}. */
    void add(TcpStream stream) {
        established.add(stream);
    }

    /** Ends the connections of a layer that nobody has accepted. Inside its gate. */
    void abandon(TcpLayer itsLayer, long nowNanos) {
        TurnFailures failures = new TurnFailures();
        for (TcpStream stream : established) {
            if (stream.layer() == itsLayer && established.remove(stream)) {
                try {
                    stream.abandon(nowNanos);
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
