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

    /** Takes the link off the stack: its connections are aborted with "Network is unreachable". */
    void detach(long nowNanos);
}
