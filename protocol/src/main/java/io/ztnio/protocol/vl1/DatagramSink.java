package io.ztnio.protocol.vl1;

import java.net.InetSocketAddress;

/** Where a node's datagrams go. Thread: called on the node's thread. */
@FunctionalInterface
public interface DatagramSink {
    /** As socket: every socket that can reach the destination. */
    int ALL_SOCKETS = -1;

    /**
     * Sends one datagram, now or never. The buffer is the caller's again on return. Must not throw for a network
     * that does not take it, nor call back into the node.
     *
     * @param socket number of the local socket, or {@link #ALL_SOCKETS}
     * @param ttl time to live in hops, 0 for the system's own
     */
    void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length, int ttl);
}
