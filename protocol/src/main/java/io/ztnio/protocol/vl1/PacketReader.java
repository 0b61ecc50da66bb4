package io.ztnio.protocol.vl1;

import java.net.InetSocketAddress;

/**
 * The part of receiving that needs nothing of the node but its peers' keys: puts packets together and opens them. What comes of it is
 * the node's to accept: it alone knows copies, and what is to be done.
 *
 * <p>Thread: each method says.
 */
public interface PacketReader {
    /** What became of a batch of datagrams. Thread: one at a time; handing over needs a happens-before edge. */
    interface Packets {
        /** Datagrams read, whatever became of them. */
        int size();

        /** Forgets them; their buffers are free. */
        void clear();
    }

    /** Room for a batch. Any thread. */
    Packets packets();

    /**
     * Takes a datagram, which may complete a packet. The order of the datagrams is the order of what comes of them. Thread: one at a time.
     *
     * @param socket number of the local socket it came by, 0 or more
     * @param buffer in use until {@link Packets#clear}, and may be changed
     * @param ingressNanos when it came, on the driver's own clock
     */
    void read(
            Packets into, int socket, InetSocketAddress from, byte[] buffer, int offset, int length, long ingressNanos);

    /**
     * Opens what can be opened: packets from known peers, in the suites that have keys. Thread: each opener's number is one
     * thread's at a time, and so is each batch.
     *
     * @param opener from 0, less than the number of openers that the reader was made for
     */
    void open(Packets packets, int opener);
}
