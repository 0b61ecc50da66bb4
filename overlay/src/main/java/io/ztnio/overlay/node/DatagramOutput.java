package io.ztnio.overlay.node;

import java.net.InetSocketAddress;

/** Where a node's datagrams go. Thread: called inside the gate. */
@FunctionalInterface
public interface DatagramOutput {
    /**
     * Sends one datagram, best effort; the buffer is the caller's again on return.
     *
     * @param socket number of the local socket; -1 sends from each
     */
    void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length);
}
