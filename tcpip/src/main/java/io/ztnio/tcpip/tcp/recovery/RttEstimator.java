package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.config.TcpConfig;

/**
 * Round-trip time and retransmission timeout (RFC 6298). As in Linux the least timeout is one of the variance term: a path
 * whose round trip is steady has that much left for an acknowledgment that is late.
 */
public final class RttEstimator {
    /** RFC 8985 6.2 step 2 leaves it open; as in Linux, about five minutes in two halves. */
    private static final long MINIMUM_WINDOW_NANOS = 150_000_000_000L;

    private final long minimumRtoNanos;
    private final long maximumRtoNanos;
    private long smoothedNanos = -1;
    private long variationNanos;
    private long baseRtoNanos;
    private int backoff;
    private long minimumNanos = Long.MAX_VALUE;
    private long minimumBeforeNanos = Long.MAX_VALUE;
    private long minimumSinceNanos;

    /** Before the first sample. */
    public RttEstimator(TcpConfig config) {
        minimumRtoNanos = config.minimumRtoNanos;
        maximumRtoNanos = config.maximumRtoNanos;
        baseRtoNanos = config.initialRtoNanos;
    }

    /** Takes a sample of a segment that was sent once (or is told apart by its timestamp: Karn's rule). */
    public void sample(long nanos) {
        long rtt = Math.max(0, nanos);
        if (smoothedNanos < 0) {
            smoothedNanos = rtt;
            variationNanos = rtt / 2;
        } else {
            variationNanos += (Math.abs(smoothedNanos - rtt) - variationNanos) / 4;
            smoothedNanos += (rtt - smoothedNanos) / 8;
        }
        baseRtoNanos = smoothedNanos + Math.max(minimumRtoNanos, 4 * variationNanos);
    }

    /** Takes a sample, by whatever segment, for the least round-trip time of the last minutes. */
    public void sampleMinimum(long nanos, long nowNanos) {
        if (nowNanos - minimumSinceNanos > MINIMUM_WINDOW_NANOS) {
            minimumSinceNanos = nowNanos;
            minimumBeforeNanos = minimumNanos;
            minimumNanos = Long.MAX_VALUE;
        }
        minimumNanos = Math.min(minimumNanos, Math.max(0, nanos));
    }

    /** The least round-trip time of the last minutes, or 0 before the first sample. */
    public long minimumNanos() {
        long least = Math.min(minimumNanos, minimumBeforeNanos);
        return least == Long.MAX_VALUE ? 0 : least;
    }

    /** The timeout with the backoff in force. */
    public long rtoNanos() {
        return backedOff(backoff);
    }

    /** The timeout after so many doublings. */
    public long backedOff(int doublings) {
        long rto = Math.min(maximumRtoNanos, Math.max(minimumRtoNanos, baseRtoNanos));
        for (int i = 0; i < doublings && rto < maximumRtoNanos; i++) {
            rto *= 2;
        }
        return Math.min(rto, maximumRtoNanos);
    }

    /** A timeout has fired (RFC 6298 5.5). */
    public void backOff() {
        backoff++;
    }

    /** Takes back one {@link #backOff}. */
    void undoBackOff() {
        backoff = Math.max(0, backoff - 1);
    }

    /** New data was acknowledged. */
    public void endBackoff() {
        backoff = 0;
    }

    /** RFC 6298 5.7: a SYN was retransmitted and there is no sample. */
    public void afterRetransmittedSyn() {
        if (smoothedNanos < 0) {
            baseRtoNanos = Math.max(baseRtoNanos, 3_000_000_000L);
        }
    }

    /** Smoothed round-trip time, or -1 before the first sample. */
    public long smoothedNanos() {
        return smoothedNanos;
    }

    /** RTTVAR. */
    public long variationNanos() {
        return variationNanos;
    }
}
