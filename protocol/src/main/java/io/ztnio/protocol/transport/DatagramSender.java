package io.ztnio.protocol.transport;

import java.net.InetSocketAddress;

/**
 * Where a node's datagrams go: sockets, a sender of theirs for a thread of its own, a hub within the process, a test.
 *
 * <p>Thread: one at a time. After the transport is closed it does nothing.
 */
@FunctionalInterface
public interface DatagramSender {
    /** As socket: every socket that can reach the destination. */
    int ALL_SOCKETS = -1;

    /**
     * Sends one datagram, at the latest with the next {@link #flush}, or drops it when the system has no room or no way
     * for it: as UDP does, without an exception. Datagrams leave in the order of the calls; the buffer is the caller's
     * again on return. Does not call back into the node.
     *
     * @param socket number of the local socket, or {@link #ALL_SOCKETS}
     */
    void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length);

    /**
     * Sends one datagram by IPv4 that so few routers pass on that it arrives nowhere, but opens the NATs on our side of the way
     * ({@code protocol.md} 4.6). Where the platform sets no TTL nothing is sent.
     *
     * @param socket as in {@link #send}
     * @param ttl 1 to 255
     */
    default void sendShort(int socket, InetSocketAddress to, byte[] bytes, int ttl) {
        // The JDK has no option for the TTL of unicast datagrams.
    }

    /** Whether {@link #sendWhole} can be used. */
    default boolean canSendWhole() {
        return false;
    }

    /**
     * Sends one datagram at once, behind those that wait, that nobody may fragment on its way: to find out whether it arrives. Other
     * datagrams are left to the system, which fragments what is too long for it.
     *
     * @param socket number of the local socket
     * @return false if it is too long to leave this machine
     */
    default boolean sendWhole(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        return false;
    }

    /** Sends what waits for company. Whoever sends calls this before it turns to something else. */
    default void flush() {
        // Nothing waits where every datagram is sent at once.
    }
}
