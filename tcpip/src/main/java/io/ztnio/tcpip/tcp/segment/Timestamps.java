package io.ztnio.tcpip.tcp.segment;

/**
 * The timestamps of a connection (RFC 7323 3 to 5): what we send, what we echo, and what an echo of ours says.
 *
 * <p>Thread: confined to the gate.
 */
public final class Timestamps {
    /** What our timestamps are ahead of the clock (RFC 7323 5.4), in milliseconds. */
    private final int offset;

    /** When the connection began: the first of its segments was not sent before. */
    private final long openedNanos;

    private boolean agreed;
    private int recent;
    private long recentNanos;

    /**
     * Not agreed yet.
     *
     * @param offset what ours are ahead of the clock, in milliseconds
     * @param openedNanos when the connection began
     */
    public Timestamps(int offset, long openedNanos) {
        this.offset = offset;
        this.openedNanos = openedNanos;
    }

    /** Both SYNs have offered them, or not. */
    public void agree(boolean both) {
        agreed = both;
    }

    /** Whether segments carry them. */
    public boolean isAgreed() {
        return agreed;
    }

    /** What ours are ahead of the clock, in milliseconds. */
    public int offset() {
        return offset;
    }

    /** TSval of a segment that is sent now. */
    public int value(long nowNanos) {
        return offset + (int) (nowNanos / 1_000_000);
    }

    /** TS.Recent, which the next segment echoes. */
    public int recent() {
        return recent;
    }

    /** When {@link #recent} was taken. */
    public long recentNanos() {
        return recentNanos;
    }

    /** Takes a TSval of the peer as TS.Recent. */
    public void remember(int value, long nowNanos) {
        recent = value;
        recentNanos = nowNanos;
    }

    /**
     * Whether a segment says when that was sent which it answers (RFC 7323 3.2): a timestamp of ours, so one since the
     * connection began. Any number may be one, 0 too, and peers that have none to echo write what they like.
     */
    public boolean echoes(TcpSegment segment) {
        if (!agreed || !segment.hasTimestamps || !segment.has(TcpFlags.ACK)) {
            return false;
        }
        int elapsedMillis = echoMillis(segment);
        return elapsedMillis >= 0 && elapsedMillis <= (segment.ingressNanos - openedNanos) / 1_000_000 + 1;
    }

    /** By a segment that {@link #echoes}: how long ago, at its arrival, that was sent which it answers. */
    public int echoMillis(TcpSegment segment) {
        return value(segment.ingressNanos) - segment.timestampEcho;
    }
}
