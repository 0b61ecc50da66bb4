package io.ztnio.tcpip.tcp.recovery;

/** What loss recovery asks of the connection. Thread: inside the gate. */
public interface RecoveryOutput {
    /** Payload of the largest segment with the options that it would carry now, in bytes. */
    int payloadBytes();

    /** Whether a new segment could follow: there is data, and the peer has room. */
    boolean canSendNew();

    /**
     * Sends one new segment whatever the congestion window says (RFC 8985 7.3).
     *
     * @return whether there was one to send
     */
    boolean sendOneNew(long nowNanos);

    /** Sends a segment of which {@code payload} bytes begin at {@code sequence}. */
    void emit(long sequence, int flags, int payload, long nowNanos);

    /** Whether the link is behind. */
    boolean isCongested();

    /** The peer has left too much unanswered: the connection ends. */
    void giveUp(long nowNanos);
}
