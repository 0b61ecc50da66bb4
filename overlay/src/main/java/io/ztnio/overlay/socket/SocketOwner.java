package io.ztnio.overlay.socket;

import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/**
 * The network that sockets belong to: it knows which node has an address, and closes them when it ends. Thread: thread-safe.
 */
public final class SocketOwner {
    private final ToLongFunction<InetAddress> nodes;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /** @param nodes the id of the node that has an address, or -1 if nobody is known to have it */
    public SocketOwner(ToLongFunction<InetAddress> nodes) {
        this.nodes = nodes;
    }

    long nodeOf(InetAddress address) {
        return nodes.applyAsLong(address);
    }

    void opened(AutoCloseable socket) {
        open.add(socket);
        if (ended) {
            close(socket);
        }
    }

    void closed(AutoCloseable socket) {
        open.remove(socket);
    }

    /** Closes every socket, which ends what waits on them. */
    public void end() {
        ended = true;
        open.forEach(SocketOwner::close);
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException("closing a socket does not fail", e);
        }
    }

    /** Sockets that are not closed. */
    public int size() {
        return open.size();
    }
}
