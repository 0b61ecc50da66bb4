package io.ztnio.tcpip.tcp.congestion;

/**
 * CUBIC (RFC 9438) with {@link HyStart} in the first slow start. The window is counted in bytes, the cubic function in
 * segments and seconds as in the RFC.
 */
final class CubicCongestionControl implements CongestionControl {
    /** C: segments per second cubed (RFC 9438 5.1). */
    private static final double GROWTH = 0.4;

    /** Multiplicative decrease (RFC 9438 4.6). */
    private static final double BETA = 0.7;

    /** Additive increase that gives Reno's average window with that decrease (RFC 9438 4.3). */
    private static final double FRIENDLY_GROWTH = 3 * (1 - BETA) / (1 + BETA);

    private static final long NO_EPOCH = Long.MIN_VALUE;

    private final int initialSegments;
    private final boolean restartsIdle;
    private final WindowUsage usage = new WindowUsage();
    private HyStart hyStart = new HyStart();
    private final Snapshot before = new Snapshot();
    private int segmentBytes = 1;
    private double windowBytes;
    private double thresholdBytes = Double.POSITIVE_INFINITY;

    /** W_max and cwnd_prior, in segments; 0 before the first loss. */
    private double plateauSegments;

    private double priorSegments;

    private long epochNanos = NO_EPOCH;
    private long lastNanos;
    private double originSegments;
    private double periodSeconds;
    private double friendlySegments;
    private double rttSeconds;

    /** What {@link #undo} brings back. */
    private static final class Snapshot {
        double windowBytes;
        double thresholdBytes;
        double plateauSegments;
        double priorSegments;
    }

    /**
     * Before the connection is established.
     *
     * @param restartsIdle whether a connection that was idle starts with its initial window again (RFC 5681 4.1)
     */
    CubicCongestionControl(int initialSegments, boolean restartsIdle) {
        this.initialSegments = initialSegments;
        this.restartsIdle = restartsIdle;
    }

    @Override
    public void onEstablished(int bytes) {
        segmentBytes = bytes;
        windowBytes = (double) initialSegments * bytes;
    }

    @Override
    public long windowBytes() {
        return (long) windowBytes;
    }

    @Override
    public long thresholdBytes() {
        // The cast saturates: infinity is Long.MAX_VALUE.
        return (long) thresholdBytes;
    }

    @Override
    public void onAcknowledged(AckSample ack) {
        usage.onAcknowledged(ack);
        if (ack.rttNanos != AckSample.NONE) {
            double rtt = ack.rttNanos / 1e9;
            rttSeconds = rttSeconds == 0 ? rtt : rttSeconds + (rtt - rttSeconds) / 8;
        }
        long elapsed = ack.nowNanos - lastNanos;
        lastNanos = ack.nowNanos;
        if (ack.recovering || ack.ackedBytes <= 0) {
            return;
        }
        double left = ack.ackedBytes;
        if (windowBytes < thresholdBytes) {
            left = slowStart(ack);
        }
        if (left > 0) {
            if (usage.isLimited()) {
                avoid(left, ack.nowNanos);
            } else if (epochNanos != NO_EPOCH) {
                // RFC 9438 5.8: time in which the window was not used does not count.
                epochNanos += elapsed;
            }
        }
    }

    /** Grows up to the threshold; returns the acknowledged bytes that were not used for it. */
    private double slowStart(AckSample ack) {
        boolean first = thresholdBytes == Double.POSITIVE_INFINITY;
        double growth = first ? hyStart.growthBytes(ack) : ack.ackedBytes;
        if (!usage.isHalfUsed((long) windowBytes)) {
            return 0;
        }
        if (first && hyStart.isDone()) {
            thresholdBytes = windowBytes;
            return ack.ackedBytes;
        }
        double used = Math.min(growth, thresholdBytes - windowBytes);
        windowBytes += used;
        return growth - used;
    }

    /** RFC 9438 4.2 to 4.5. */
    private void avoid(double ackedBytes, long nowNanos) {
        double window = windowBytes / segmentBytes;
        if (epochNanos == NO_EPOCH) {
            beginEpoch(window, nowNanos);
        }
        double acked = ackedBytes / segmentBytes;
        double friendlyGrowth = friendlySegments < priorSegments ? FRIENDLY_GROWTH : 1;
        friendlySegments += friendlyGrowth * acked / window;
        double time = (nowNanos - epochNanos) / 1e9;
        if (cubicSegments(time) < friendlySegments) {
            window = Math.max(window, friendlySegments);
        } else {
            double target = Math.max(window, Math.min(1.5 * window, cubicSegments(time + rttSeconds)));
            // A stretch acknowledgment must not overshoot the target.
            window = Math.min(target, window + (target - window) / window * acked);
        }
        windowBytes = window * segmentBytes;
    }

    private void beginEpoch(double window, long nowNanos) {
        epochNanos = nowNanos;
        friendlySegments = window;
        if (window < plateauSegments) {
            originSegments = plateauSegments;
            periodSeconds = Math.cbrt((plateauSegments - window) / GROWTH);
        } else {
            originSegments = window;
            periodSeconds = 0;
        }
    }

    /** W_cubic(t): the window that the cubic function aims at, in segments. */
    double cubicSegments(double seconds) {
        double offset = seconds - periodSeconds;
        return GROWTH * offset * offset * offset + originSegments;
    }

    /** W_max, in segments. */
    double plateauSegments() {
        return plateauSegments;
    }

    /** K, in seconds. */
    double periodSeconds() {
        return periodSeconds;
    }

    @Override
    public void onLoss(long flightBytes, long nowNanos) {
        reduce();
        windowBytes = thresholdBytes;
    }

    private void reduce() {
        before.windowBytes = windowBytes;
        before.thresholdBytes = thresholdBytes;
        before.plateauSegments = plateauSegments;
        before.priorSegments = priorSegments;
        double window = windowBytes / segmentBytes;
        priorSegments = window;
        // Fast convergence (RFC 9438 4.7): a flow whose plateau falls gives way to newer ones.
        plateauSegments = window < plateauSegments ? window * (1 + BETA) / 2 : window;
        thresholdBytes = Math.max(windowBytes * BETA, 2.0 * segmentBytes);
        epochNanos = NO_EPOCH;
    }

    @Override
    public void onRecovered(long nowNanos) {
        windowBytes = thresholdBytes;
        epochNanos = NO_EPOCH;
    }

    @Override
    public void onTimeout(long flightBytes, boolean first, long nowNanos) {
        if (first) {
            reduce();
        }
        // RFC 9438 4.8: the avoidance after a timeout starts at its plateau.
        plateauSegments = 0;
        epochNanos = NO_EPOCH;
        windowBytes = segmentBytes;
    }

    @Override
    public void undo(long nowNanos) {
        windowBytes = Math.max(windowBytes, before.windowBytes);
        thresholdBytes = Math.max(thresholdBytes, before.thresholdBytes);
        plateauSegments = before.plateauSegments;
        priorSegments = before.priorSegments;
        epochNanos = NO_EPOCH;
        if (thresholdBytes == Double.POSITIVE_INFINITY) {
            hyStart = new HyStart();
        }
    }

    @Override
    public void onIdle(long nowNanos) {
        double restart = (double) initialSegments * segmentBytes;
        if (restartsIdle && windowBytes > restart) {
            // What the path could carry is remembered, but has to be found again (RFC 5681 4.1).
            if (thresholdBytes != Double.POSITIVE_INFINITY) {
                thresholdBytes = Math.max(thresholdBytes, windowBytes * 3 / 4);
            }
            windowBytes = restart;
        }
        epochNanos = NO_EPOCH;
    }
}
