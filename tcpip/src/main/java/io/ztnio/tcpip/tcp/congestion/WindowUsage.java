package io.ztnio.tcpip.tcp.congestion;

/**
 * Whether a connection makes use of its congestion window: a window that was not used says nothing about the path and
 * must not grow (RFC 9438 5.8, 7661). Judged over the round trip that has ended and the one under way, since paced and
 * stretched acknowledgments fill the window only now and then.
 */
final class WindowUsage {
    private long roundEnd;
    private long largestFlightBytes;
    private long largestFlightBefore;
    private boolean limited;
    private boolean limitedBefore;
    private boolean started;

    /** Takes an acknowledgment into account. */
    void onAcknowledged(AckSample ack) {
        if (!started || ack.una >= roundEnd) {
            started = true;
            roundEnd = ack.nxt;
            limitedBefore = limited;
            largestFlightBefore = largestFlightBytes;
            limited = false;
            largestFlightBytes = 0;
        }
        limited |= ack.windowLimited;
        largestFlightBytes = Math.max(largestFlightBytes, ack.flightBeforeBytes);
    }

    /** Whether the window held the sender back. */
    boolean isLimited() {
        return limited || limitedBefore;
    }

    /** Whether at least half of the window was in flight, which is enough in slow start: it doubles in a round trip. */
    boolean isHalfUsed(long windowBytes) {
        return isLimited() || 2 * Math.max(largestFlightBytes, largestFlightBefore) > windowBytes;
    }
}
