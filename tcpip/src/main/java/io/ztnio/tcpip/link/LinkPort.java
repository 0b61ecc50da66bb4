package io.ztnio.tcpip.link;

/**
 * The stack's side of an attached {@link Link}.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack.
 */
public interface LinkPort {
    /**
     * Replaces the addresses, routes and MTU of the link. Connections on addresses that stay are not disturbed;
     * those on addresses that went are reset.
     */
    void configure(LinkConfig config, long nowNanos);

    /**
     * Takes in one frame. The bytes are only read, and only until this method returns. Not to be called from within
     * {@link Link#send}.
     *
     * @param ingressNanos when the datagram that carried it was received (not when it was processed)
     */
    void onFrame(
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos);

    /**
     * The neighbour may be another than before under the same address, a process that was started again, or it has not been
     * heard of for long: every TCP connection that leads to it is probed, so that it ends at once if the neighbour knows
     * nothing of it (RFC 9293 3.5.1).
     *
     * @param neighborMac the peer of those connections, or the router that they lead through
     * @return whether there was a connection to probe
     */
    boolean probe(long neighborMac, long nowNanos);

    /**
     * The neighbour has left: who sends to one of its addresses asks for it again, and is told "No route to host" if nobody
     * answers. Connections with it are left alone.
     */
    void left(long neighborMac, long nowNanos);

    /** As {@link #left}, and every TCP connection that leads to the neighbour ends with "Connection timed out". */
    void lost(long neighborMac, long nowNanos);

    /** Takes the link off the stack: its connections are aborted with "Network is unreachable", and what to do. */
    void detach(long nowNanos);
}
