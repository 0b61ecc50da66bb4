package io.ztnio.tcpip.tcp;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Endpoints whose application has closed them and whose closing has failed on its way into the gate, for want of memory or
 * because the thread was stopped: the next turn does it. Adding allocates nothing.
 *
 * <p>Thread: thread-safe, {@link #poll} inside the gate.
 */
final class Unclosed {
    private final AtomicReference<TcpEndpoint> newest = new AtomicReference<>();

    /** An endpoint is added once in its life. */
    void add(TcpEndpoint endpoint) {
        TcpEndpoint before;
        do {
            before = newest.get();
            endpoint.nextUnclosed = before;
        } while (!newest.compareAndSet(before, endpoint));
    }

    /** One of them, or {@code null}. */
    TcpEndpoint poll() {
        TcpEndpoint first = newest.get();
        while (first != null && !newest.compareAndSet(first, first.nextUnclosed)) {
            first = newest.get();
        }
        return first;
    }
}
