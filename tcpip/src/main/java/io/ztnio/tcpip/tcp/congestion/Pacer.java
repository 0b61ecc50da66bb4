package io.ztnio.tcpip.tcp.congestion;

/**
 * Spreads what a connection sends over time: one quantum, the lesser of 64 KiB and what a millisecond carries but at
 * least two segments, and then nothing until the rate allows more.
 */
public final class Pacer {
    private static final long MILLISECOND = 1_000_000L;
    private static final int LARGEST_QUANTUM = 64 << 10;

    /** A round trip within a quantum's time needs no pacing. */
    private static final long LEAST_RTT_NANOS = MILLISECOND;

    private final boolean enabled;
    private final int initialSegments;
    private long releaseNanos;
    private double bytesPerNano;
    private int initialBytes;
    private int unpacedBytes;
    private int quantumBytes = LARGEST_QUANTUM;
    private boolean held;

    /**
     * Before the connection is established.
     *
     * @param enabled whether to spread at all
     * @param initialSegments the initial window (RFC 6928)
     */
    public Pacer(boolean enabled, int initialSegments) {
        this.enabled = enabled;
        this.initialSegments = initialSegments;
    }

    /** The connection is established. */
    public void onEstablished(int segmentBytes) {
        initialBytes = initialSegments * segmentBytes;
        onSilence();
    }

    /** An initial window may go out at once: what a new connection may, one that waited for an answer may too. */
    public void onSilence() {
        unpacedBytes = initialBytes;
    }

    /**
     * Sets the rate.
     *
     * @param smoothedRttNanos less than 0 before the first sample
     * @param flightBytes in recovery more may be in flight than the window says
     */
    public void update(CongestionControl congestion, long smoothedRttNanos, long flightBytes, int segmentBytes) {
        if (!enabled || smoothedRttNanos < LEAST_RTT_NANOS) {
            bytesPerNano = 0;
            quantumBytes = LARGEST_QUANTUM;
            return;
        }
        long wanted = congestion.pacingBytesPerSecond();
        if (wanted == Long.MAX_VALUE) {
            long window = Math.max(congestion.windowBytes(), flightBytes);
            boolean doubling = congestion.windowBytes() < congestion.thresholdBytes() / 2;
            bytesPerNano = (doubling ? 2.0 : 1.2) * window / smoothedRttNanos;
        } else {
            bytesPerNano = Math.max(1, wanted) / 1e9;
        }
        double perMillisecond = bytesPerNano * MILLISECOND;
        quantumBytes = Math.max(2 * segmentBytes, (int) Math.min(LARGEST_QUANTUM, perMillisecond));
    }

    /** Bytes that may go out now, 0 if they have to wait for {@link #releaseNanos()}. */
    public int allowance(long nowNanos) {
        if (bytesPerNano == 0) {
            return LARGEST_QUANTUM;
        }
        if (unpacedBytes > 0) {
            return Math.max(quantumBytes, unpacedBytes);
        }
        if (nowNanos >= releaseNanos) {
            return quantumBytes;
        }
        held = true;
        return 0;
    }

    /** Bytes went out. */
    public void onSent(int bytes, long nowNanos) {
        if (unpacedBytes > 0) {
            unpacedBytes -= bytes;
        } else if (bytes > 0 && bytesPerNano > 0) {
            // Who was held back and is called late may catch up, but not for what lies long ago.
            long start = Math.max(releaseNanos, held ? nowNanos - MILLISECOND : nowNanos);
            releaseNanos = start + (long) (bytes / bytesPerNano);
            held = false;
        }
    }

    /** When more may go out. */
    public long releaseNanos() {
        return releaseNanos;
    }

    /** Largest burst, in bytes. */
    int quantumBytes() {
        return quantumBytes;
    }

    /** The rate in force, in bytes per second; 0 for no limit. */
    double bytesPerSecond() {
        return bytesPerNano * 1e9;
    }
}
