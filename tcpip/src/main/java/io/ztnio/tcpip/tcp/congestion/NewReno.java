package io.ztnio.tcpip.tcp.congestion;

/** Slow start, congestion avoidance and the window cuts of RFC 5681 and 6582, by bytes. */
final class NewReno implements CongestionControl {
    private final int initialSegments;
    private final boolean restartsIdle;
    private final WindowUsage usage = new WindowUsage();
    private long windowBytes;
    private long thresholdBytes = Long.MAX_VALUE;
    private long ackedInAvoidance;
    private long windowBefore;
    private long thresholdBefore;
    private int segmentBytes = 1;

    /** @param restartsIdle whether a connection that was idle starts with its initial window again (RFC 5681 4.1) */
    NewReno(int initialSegments, boolean restartsIdle) {
        this.initialSegments = initialSegments;
        this.restartsIdle = restartsIdle;
    }

    @Override
    public void onEstablished(int bytes) {
        segmentBytes = bytes;
        windowBytes = (long) initialSegments * bytes;
    }

    @Override
    public long windowBytes() {
        return windowBytes;
    }

    @Override
    public long thresholdBytes() {
        return thresholdBytes;
    }

    @Override
    public void onAcknowledged(AckSample ack) {
        usage.onAcknowledged(ack);
        if (ack.recovering) {
            return;
        }
        long left = ack.ackedBytes;
        if (windowBytes < thresholdBytes) {
            // RFC 7661: a window that was not used says nothing about the path.
            if (!usage.isHalfUsed(windowBytes)) {
                return;
            }
            long growth = Math.min(left, thresholdBytes - windowBytes);
            windowBytes += growth;
            left -= growth;
        } else if (!usage.isLimited()) {
            return;
        }
        if (left > 0 && windowBytes >= thresholdBytes) {
            ackedInAvoidance += left;
            while (ackedInAvoidance >= windowBytes) {
                ackedInAvoidance -= windowBytes;
                windowBytes += segmentBytes;
            }
        }
    }

    @Override
    public void onLoss(long flightBytes, long nowNanos) {
        reduce(flightBytes);
        windowBytes = thresholdBytes;
    }

    private void reduce(long flightBytes) {
        windowBefore = windowBytes;
        thresholdBefore = thresholdBytes;
        thresholdBytes = Math.max(flightBytes / 2, 2L * segmentBytes);
        ackedInAvoidance = 0;
    }

    @Override
    public void onRecovered(long nowNanos) {
        windowBytes = thresholdBytes;
    }

    @Override
    public void onTimeout(long flightBytes, boolean first, long nowNanos) {
        if (first) {
            reduce(flightBytes);
        }
        windowBytes = segmentBytes;
        ackedInAvoidance = 0;
    }

    @Override
    public void undo(long nowNanos) {
        windowBytes = Math.max(windowBytes, windowBefore);
        thresholdBytes = Math.max(thresholdBytes, thresholdBefore);
    }

    @Override
    public void onIdle(long nowNanos) {
        if (restartsIdle) {
            windowBytes = Math.min(windowBytes, (long) initialSegments * segmentBytes);
        }
    }
}
