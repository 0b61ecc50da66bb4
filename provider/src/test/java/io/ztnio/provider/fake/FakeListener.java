package io.ztnio.provider.fake;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** Accepts the connections of {@link FakeStream}s. */
final class FakeListener extends FakeEndpoint implements ListenerEndpoint {
    private final Deque<FakeStream> waiting = new ArrayDeque<>();
    private int backlog;

    FakeListener(FakeNetworks networks) {
        super(networks);
    }

    @Override
    int compute() {
        return waiting.isEmpty() ? 0 : ACCEPTABLE;
    }

    @Override
    void bound() {
        networks.listeners.put(local.getPort(), this);
    }

    @Override
    Map<Integer, FakeListener> ports() {
        return networks.listeners;
    }

    @Override
    void closed() {
        if (local != null) {
            networks.listeners.remove(local.getPort(), this);
        }
        while (!waiting.isEmpty()) {
            waiting.remove().close();
        }
    }

    /** In the gate: a connection to accept. */
    void offer(FakeStream accepted) {
        accepted.option(StandardSocketOptions.SO_REUSEADDR, option(StandardSocketOptions.SO_REUSEADDR));
        waiting.add(accepted);
        update();
    }

    boolean hasRoom() {
        return waiting.size() < backlog;
    }

    @Override
    public void listen(int connections) throws IOException {
        networks.gate.lock();
        try {
            ensureOpen();
            backlog = connections;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public StreamEndpoint accept() throws IOException {
        networks.gate.lock();
        try {
            ensureOpen();
            FakeStream accepted = waiting.poll();
            update();
            return accepted;
        } finally {
            networks.gate.unlock();
        }
    }
}
