package io.ztnio.protocol.transport;

import java.net.InetSocketAddress;

/**
 * What is known of datagrams that wait to leave in one piece: of the same length, but for the last, and to one destination. Their bytes
 * lie one behind the other wherever the sender keeps them. Thread: one at a time.
 */
final class DatagramRun {
    /** With headers, a run must stay below 64 KiB. */
    static final int MAX_BYTES = 65_000;

    /** What kernels before 6.9 take. */
    private static final int MAX_DATAGRAMS = 64;

    private int socket;
    private InetSocketAddress to;
    private int datagrams;
    private int bytes;
    private int segment;
    private boolean ended;

    /** Whether a datagram may go in one piece with those that wait. */
    boolean takes(int toSocket, InetSocketAddress destination, int length) {
        return datagrams > 0
                && !ended
                && toSocket == socket
                && length <= segment
                && length > 0
                && datagrams < MAX_DATAGRAMS
                && bytes + length <= MAX_BYTES
                && destination.equals(to);
    }

    /**
     * Begins another run, of datagrams of a length; none waits any more.
     *
     * @param lone whether it gets no company
     */
    void begin(int fromSocket, InetSocketAddress destination, int length, boolean lone) {
        clear();
        socket = fromSocket;
        to = destination;
        segment = length;
        ended = lone || length == 0 || fromSocket < 0;
    }

    /** Adds one that it takes, or its first. */
    void add(int length) {
        bytes += length;
        datagrams++;
        ended |= length < segment;
    }

    void clear() {
        datagrams = 0;
        bytes = 0;
    }

    /** Number of the local socket, or {@link DatagramSender#ALL_SOCKETS}. */
    int socket() {
        return socket;
    }

    InetSocketAddress to() {
        return to;
    }

    int datagrams() {
        return datagrams;
    }

    /** Of all datagrams. */
    int bytes() {
        return bytes;
    }

    /** The length of each but the last, which may be shorter. */
    int segment() {
        return segment;
    }

    /** The length of the one that begins at {@code offset}. */
    int lengthAt(int offset) {
        return Math.min(segment, bytes - offset);
    }
}
