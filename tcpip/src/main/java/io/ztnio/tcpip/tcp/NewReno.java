package io.ztnio.tcpip.tcp;

/**
 * Slow start, congestion avoidance and the window cuts of RFC 5681 and 6582, by bytes. In fast recovery the window is
 * the threshold; that duplicate acknowledgments let new data out is the pipe's matter ({@link LossRecovery}).
 */
final class NewReno implements CongestionControl {
    private final int initialSegments;
    private long windowBytes;
    private long thresholdBytes = Long.MAX_VALUE;
    private long ackedInAvoidance;
    private int segmentBytes = 1;

    NewReno(int initialSegments) {
        this.initialSegments = initialSegments;
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
    public void onAcknowledged(long ackedBytes, long flightBytes, long nowNanos) {
        long left = ackedBytes;
        if (windowBytes < thresholdBytes) {
            // RFC 7661: a window that was not used says nothing about the path.
            if (flightBytes * 2 <= windowBytes) {
                return;
            }
            long growth = Math.min(left, thresholdBytes - windowBytes);
            windowBytes += growth;
            left -= growth;
        } else if (flightBytes + segmentBytes < windowBytes) {
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
        thresholdBytes = Math.max(flightBytes / 2, 2L * segmentBytes);
        windowBytes = thresholdBytes;
        ackedInAvoidance = 0;
    }

    @Override
    public void onRecovered() {
        windowBytes = thresholdBytes;
    }

    @Override
    public void onTimeout(long flightBytes, boolean first, long nowNanos) {
        if (first) {
            thresholdBytes = Math.max(flightBytes / 2, 2L * segmentBytes);
        }
        windowBytes = segmentBytes;
        ackedInAvoidance = 0;
    }

    @Override
    public void onIdle() {
        windowBytes = Math.min(windowBytes, (long) initialSegments * segmentBytes);
    }
}
