package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.segment.Timestamps;

/**
 * What RACK (RFC 8985 6) remembers: the newest segment that is known to have arrived, and how much reordering the path
 * shows. The segments themselves are in {@link SegmentScoreboard}.
 */
final class RackDetector {
    /** A timer cannot tell less: a reordering window that is not zero is at least as long. */
    private static final long LEAST_WINDOW_NANOS = 1_000_000;

    private static final int DUPLICATE_THRESHOLD = 3;

    /** Recoveries after which a widened window is narrowed again (RFC 8985 6.2 step 4). */
    private static final int WIDE_RECOVERIES = 16;

    private final Timestamps timestamps;
    private final RttEstimator rtt;
    private long sentNanos = SegmentScoreboard.NO_TIME;
    private long endSequence;
    private long rttNanos;
    private boolean delivered;
    private long highestDelivered;
    private boolean reorderingSeen;
    private int windowMultiplier = 1;
    private int wideRecoveriesLeft;
    private boolean duplicateSeen;
    private long duplicateRoundEnd;

    private boolean echoed;
    private int echo;
    private long sampleSentNanos;

    RackDetector(Timestamps timestamps, RttEstimator rtt) {
        this.timestamps = timestamps;
        this.rtt = rtt;
    }

    void beginAcknowledgment(TcpSegment segment) {
        echoed = timestamps.echoes(segment);
        echo = segment.timestampEcho;
        sampleSentNanos = SegmentScoreboard.NO_TIME;
    }

    /** A segment has arrived (RFC 8985 6.2 steps 1 to 3). */
    void onDelivered(long end, long sent, boolean retransmitted, long nowNanos) {
        if (!delivered || end >= highestDelivered) {
            delivered = true;
            highestDelivered = end;
        } else if (!retransmitted) {
            reorderingSeen = true;
        }
        long elapsed = nowNanos - sent;
        if (retransmitted) {
            boolean ofOriginal = echoed && echo - timestamps.value(sent) < 0;
            if (ofOriginal || elapsed < rtt.minimumNanos()) {
                return;
            }
        } else {
            sampleSentNanos = Math.max(sampleSentNanos, sent);
        }
        if (isAfter(sent, end)) {
            return;
        }
        sentNanos = sent;
        endSequence = end;
        rttNanos = elapsed;
    }

    /** Whether the newest segment delivered was sent after this one. */
    boolean isAfter(long sent, long end) {
        return sentNanos > sent || (sentNanos == sent && endSequence > end);
    }

    /** When the newest segment was sent that this acknowledgment delivers and that was sent once, or no time. */
    long sampleSentNanos() {
        return sampleSentNanos;
    }

    /**
     * After which time a segment should have arrived, the reordering window not counted: the round-trip time of the
     * newest segment delivered. On a path that reorders at least the smoothed one: while a queue empties, the newest has
     * had a shorter way than those before it, and by its measure those that it has overtaken would be lost.
     */
    long rttNanos() {
        return reorderingSeen ? Math.max(rttNanos, rtt.smoothedNanos()) : rttNanos;
    }

    boolean isReorderingSeen() {
        return reorderingSeen;
    }

    /** How long a segment may be late before it is lost (RFC 8985 6.2 step 4). */
    long reorderingWindowNanos(boolean recovering, int sackedSegments) {
        if (!reorderingSeen && (recovering || sackedSegments >= DUPLICATE_THRESHOLD)) {
            return 0;
        }
        long smoothed = rtt.smoothedNanos();
        long window = rtt.minimumNanos() / 4 * windowMultiplier;
        return Math.max(LEAST_WINDOW_NANOS, smoothed < 0 ? window : Math.min(window, smoothed));
    }

    /** A retransmission of ours was reported as received twice: the window was too narrow, at most once per round. */
    void onSpuriousRetransmission(long una, long nxt) {
        if (duplicateSeen && una < duplicateRoundEnd) {
            return;
        }
        duplicateSeen = true;
        duplicateRoundEnd = nxt;
        windowMultiplier++;
        wideRecoveriesLeft = WIDE_RECOVERIES;
    }

    int windowMultiplier() {
        return windowMultiplier;
    }

    void onRecovered() {
        if (wideRecoveriesLeft > 0 && --wideRecoveriesLeft == 0) {
            windowMultiplier = 1;
        }
    }
}
