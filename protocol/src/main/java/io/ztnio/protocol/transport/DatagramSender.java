package io.ztnio.protocol.transport;

import java.net.InetSocketAddress;

/**
 * One way out of a node's UDP sockets.
 *
 * <p>Thread: one at a time. After the transport is closed it does nothing.
 */
public interface DatagramSender {
    /**
     * Sends one datagram, at the latest with the next {@link #flush}, or drops it when the system has no room or no way
     * for it: as UDP does. Datagrams leave in the order of the calls; the buffer is the caller's again on return.
     *
     * @param socket number of the local socket; -1 sends from each
     */
    void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length);

    /** Sends what waits for company. Whoever sends calls this before it turns to something else. */
    void flush();
}
