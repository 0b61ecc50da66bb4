package io.ztnio.tools.cli.perf;

/** Loss, order and jitter of a numbered stream. Thread: one receiver's. */
final class DatagramStatistics {
    private static final int JITTER_GAIN = 16;

    private final PerfRequest request;
    private long datagrams;
    private long measuredDatagrams;
    private long bytes;
    private long highest = -1;
    private long reordered;
    private long firstNanos;
    private long measureFromNanos;
    private long lastNanos;
    private long lastTransitNanos;
    private double jitterNanos;

    DatagramStatistics(PerfRequest request) {
        this.request = request;
    }

    boolean isEmpty() {
        return datagrams == 0;
    }

    /**
     * Counts a datagram.
     *
     * @param sentNanos by the sender's clock, whose offset from ours does not matter
     */
    void add(long sequence, long sentNanos, long receivedNanos, int length) {
        if (sequence < 0) {
            return;
        }
        long transitNanos = receivedNanos - sentNanos;
        if (datagrams == 0) {
            firstNanos = receivedNanos;
            measureFromNanos = receivedNanos;
        } else {
            // RFC 3550 6.4.1.
            jitterNanos += (Math.abs(transitNanos - lastTransitNanos) - jitterNanos) / JITTER_GAIN;
        }
        lastTransitNanos = transitNanos;
        datagrams++;
        if (receivedNanos - firstNanos >= request.warmUp().toNanos()) {
            if (measuredDatagrams++ == 0) {
                measureFromNanos = receivedNanos;
            }
            bytes += length;
        }
        if (sequence < highest) {
            reordered++;
        }
        highest = Math.max(highest, sequence);
        lastNanos = receivedNanos;
    }

    /** Loss is that of the whole stream, warm-up included, because it cannot be told when a lost datagram was due. */
    Measurement measurement(long sent) {
        long lost = Math.max(0, Math.max(sent, highest + 1) - datagrams);
        return new Measurement(
                bytes, lastNanos - measureFromNanos, measuredDatagrams, lost, reordered, (long) jitterNanos, sent);
    }
}
