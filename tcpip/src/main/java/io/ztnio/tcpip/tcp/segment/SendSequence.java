package io.ztnio.tcpip.tcp.segment;

/**
 * The send sequence variables of a connection (RFC 9293 3.3.1): what is under way, what the peer takes, and up to where it
 * is urgent.
 *
 * <p>Thread: confined to the gate.
 */
public final class SendSequence {
    /** ISS, the initial sequence number. */
    public final long iss;

    /** SND.UNA, the oldest unacknowledged sequence number. */
    public long una;

    /** SND.NXT, the next sequence number to send. */
    public long nxt;

    /** SND.WND, the peer's window in bytes, from {@link #una} on, and the largest it ever was. */
    public long windowBytes;

    public long largestWindowBytes;

    /** How the peer scales its window. */
    private int windowShift;

    /** SND.WL1 and SND.WL2: sequence and acknowledgment number of the segment that the window is of. */
    private long windowSequence;

    private long windowAcknowledgment;

    /** SND.UP: behind the last byte sent as urgent; not right of {@link #una} if it has arrived. */
    private long urgentEnd;

    /** Before the SYN is sent, at its number. */
    public SendSequence(long iss) {
        this.iss = iss;
        this.una = iss;
        this.nxt = iss;
        this.urgentEnd = iss;
    }

    /** The peer's SYN has been answered or its answer has come. */
    public void onEstablished(TcpSegment segment, long sequence, int shift) {
        windowShift = shift;
        windowSequence = sequence;
        windowAcknowledgment = una;
        // RFC 7323 2.2: the window of a SYN is not scaled.
        windowBytes = segment.has(TcpFlags.SYN) ? segment.window : offeredBytes(segment);
        largestWindowBytes = windowBytes;
    }

    /** The window that a segment of an established connection offers, in bytes. */
    public long offeredBytes(TcpSegment segment) {
        return (long) segment.window << windowShift;
    }

    /** The right edge of the peer's window; left of {@link #nxt} if the peer has taken back what it had offered. */
    public long rightEdge() {
        return una + windowBytes;
    }

    /**
     * RFC 9293 3.10.7.4: SND.WL1 and SND.WL2 keep an older segment from bringing back an older window. But what
     * acknowledges more than any before was sent after them all, be it a retransmission: without its window, the right edge
     * would move with {@link #una} to where the peer never said.
     *
     * @return whether the window was taken
     */
    public boolean takeWindow(long sequence, long acknowledgment, long offeredBytes) {
        boolean older =
                sequence < windowSequence || (sequence == windowSequence && acknowledgment < windowAcknowledgment);
        if (older && acknowledgment <= una) {
            return false;
        }
        windowSequence = sequence;
        windowAcknowledgment = acknowledgment;
        windowBytes = offeredBytes;
        largestWindowBytes = Math.max(largestWindowBytes, offeredBytes);
        return true;
    }

    /** What lies before {@code end} is urgent. */
    public void markUrgent(long end) {
        urgentEnd = end;
    }

    /** Whether the peer has not acknowledged the urgent byte: until then nothing waits for company, as in Linux. */
    public boolean isUrgent() {
        return una < urgentEnd;
    }

    /** The urgent pointer of a segment; 0 if it has none. What is further ahead than 16 bits say has none yet. */
    public int urgentPointer(long sequence) {
        long ahead = urgentEnd - sequence;
        return isUrgent() && ahead > 0 && ahead <= 0xffff ? (int) ahead : 0;
    }
}
