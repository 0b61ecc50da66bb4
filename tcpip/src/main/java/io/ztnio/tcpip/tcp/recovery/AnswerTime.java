package io.ztnio.tcpip.tcp.recovery;

/**
 * How long the peer takes to acknowledge the end of a flight, the way there and back included: learnt from flights that
 * were acknowledged whole and without a retransmission. It tells whether the peer delays its acknowledgments, or
 * answers at once as most do that are asked something.
 *
 * <p>It is known after eight answers, and is the longest of the last 8 to 16. If more than one probe in sixteen flights
 * turns out to have been needless, that number doubles, up to 1024, and learning starts anew. Fewer may be due to lost
 * acknowledgments, and cost one segment each.
 */
final class AnswerTime {
    private static final int FEWEST = 8;
    private static final int MOST = 1024;

    /** Answers that make up for one needless probe, and how many may be saved up. */
    private static final int PRICE = 16;

    private static final int MOST_CREDIT = 64;

    private int credit;
    private int needed = FEWEST;
    private int count;
    private long longestNanos;
    private long longestBeforeNanos;

    /** A flight was acknowledged whole, so long after its last segment was sent. */
    void onAnswer(long nanos) {
        credit = Math.min(MOST_CREDIT, credit + 1);
        longestNanos = Math.max(longestNanos, Math.max(1, nanos));
        if (++count >= needed) {
            count = 0;
            longestBeforeNanos = longestNanos;
            longestNanos = 0;
        }
    }

    /** What had been probed for had arrived: it was late, or its acknowledgment was lost. */
    void onNeedlessProbe() {
        if (credit >= PRICE) {
            credit -= PRICE;
            return;
        }
        needed = Math.min(MOST, 2 * needed);
        count = 0;
        longestNanos = 0;
        longestBeforeNanos = 0;
    }

    boolean isKnown() {
        return longestBeforeNanos > 0;
    }

    /** The longest lately. */
    long longestNanos() {
        return Math.max(longestNanos, longestBeforeNanos);
    }
}
