package io.ztnio.tcpip.tcp;

/** Round-trip time and retransmission timeout (RFC 6298). */
final class RttEstimator {
    private final long minimumRtoNanos;
    private final long maximumRtoNanos;
    private long smoothedNanos = -1;
    private long variationNanos;
    private long baseRtoNanos;
    private int backoff;

    RttEstimator(TcpConfig config) {
        minimumRtoNanos = config.minimumRtoNanos;
        maximumRtoNanos = config.maximumRtoNanos;
        baseRtoNanos = config.initialRtoNanos;
    }

    /** Takes a sample of a segment that was sent once (or is told apart by its timestamp: Karn's rule). */
    void sample(long nanos) {
        long rtt = Math.max(0, nanos);
        if (smoothedNanos < 0) {
            smoothedNanos = rtt;
            variationNanos = rtt / 2;
        } else {
            variationNanos += (Math.abs(smoothedNanos - rtt) - variationNanos) / 4;
            smoothedNanos += (rtt - smoothedNanos) / 8;
        }
        baseRtoNanos = smoothedNanos + 4 * variationNanos;
    }

    /** The timeout with the backoff in force. */
    long rtoNanos() {
        return backedOff(backoff);
    }

    /** The timeout after so many doublings. */
    long backedOff(int doublings) {
        long rto = Math.min(maximumRtoNanos, Math.max(minimumRtoNanos, baseRtoNanos));
        for (int i = 0; i < doublings && rto < maximumRtoNanos; i++) {
            rto *= 2;
        }
        return Math.min(rto, maximumRtoNanos);
    }

    /** A timeout has fired (RFC 6298 5.5). */
    void backOff() {
        backoff++;
    }

    /** New data was acknowledged. */
    void endBackoff() {
        backoff = 0;
    }

    /** RFC 6298 5.7: a SYN was retransmitted and there is no sample. */
    void afterRetransmittedSyn() {
        if (smoothedNanos < 0) {
            baseRtoNanos = Math.max(baseRtoNanos, 3_000_000_000L);
        }
    }

    /** Smoothed round-trip time, or -1 before the first sample. */
    long smoothedNanos() {
        return smoothedNanos;
    }

    long variationNanos() {
        return variationNanos;
    }
}
