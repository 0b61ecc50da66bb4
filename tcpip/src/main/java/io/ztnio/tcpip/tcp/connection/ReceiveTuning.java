package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.segment.Timestamps;

/**
 * Dynamic right-sizing of a receive buffer: an application that reads half a buffer per round trip gets a larger one, twice
 * what it read, or four times while that doubles: a sender in slow start is a round trip ahead of what is measured here.
 *
 * <p>Thread: confined to the gate.
 */
final class ReceiveTuning {
    private static final long ECHO_PERIOD_NANOS = 1_000_000_000L;

    private final Timestamps timestamps;
    private final int maximumBytes;
    private boolean measuring;
    private long sinceNanos;
    private long sincePosition;
    private long copiedBefore;
    private int leastEchoMillis = Integer.MAX_VALUE;
    private int leastEchoMillisBefore = Integer.MAX_VALUE;
    private boolean echoed;
    private long echoPeriodNanos;

    /** @param maximumBytes what a buffer may grow to */
    ReceiveTuning(Timestamps timestamps, int maximumBytes) {
        this.timestamps = timestamps;
        this.maximumBytes = maximumBytes;
    }

    /** Notes how long ago the acknowledgment was sent that a data segment answers. */
    void sampleEcho(TcpSegment segment) {
        if (timestamps.echoes(segment)) {
            if (!echoed || segment.ingressNanos - echoPeriodNanos >= ECHO_PERIOD_NANOS) {
                echoed = true;
                echoPeriodNanos = segment.ingressNanos;
                leastEchoMillisBefore = leastEchoMillis;
                leastEchoMillis = Integer.MAX_VALUE;
            }
            leastEchoMillis = Math.min(leastEchoMillis, timestamps.echoMillis(segment));
        }
    }

    /**
     * Looks at how much was read.
     *
     * @param limitBytes the buffer as it is
     * @param readPosition up to where the application has read
     * @param mayGrow whether the buffer may grow
     * @param smoothedRttNanos of our own data, less than 0 before the first sample
     * @return the buffer as it should be
     */
    int limitBytes(int limitBytes, long readPosition, boolean mayGrow, long smoothedRttNanos, long nowNanos) {
        long rtt = roundTripNanos(smoothedRttNanos);
        if (rtt < 0 || nowNanos - sinceNanos < rtt) {
            return limitBytes;
        }
        long copied = readPosition - sincePosition;
        int wanted = limitBytes;
        if (measuring && nowNanos - sinceNanos < 2 * rtt && copied * 2 > limitBytes && mayGrow) {
            boolean doubling = copied >= copiedBefore + copiedBefore / 2;
            wanted = (int) Math.min(maximumBytes, Math.max(limitBytes, copied * (doubling ? 4 : 2)));
        }
        measuring = true;
        sinceNanos = nowNanos;
        copiedBefore = copied;
        sincePosition = readPosition;
        return wanted;
    }

    /**
     * The least of the last one to two periods, as the peer's data echoes our acknowledgments; our own data may have
     * been sent long ago, on another path. The least, so that the window does not grow with the queue that it fills.
     */
    private long roundTripNanos(long smoothedNanos) {
        int least = Math.min(leastEchoMillis, leastEchoMillisBefore);
        if (least != Integer.MAX_VALUE) {
            return Math.max(1, least) * 1_000_000L;
        }
        return smoothedNanos < 0 ? -1 : Math.max(smoothedNanos, 1_000_000);
    }
}
