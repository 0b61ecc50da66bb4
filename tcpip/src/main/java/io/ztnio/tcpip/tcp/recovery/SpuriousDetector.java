package io.ztnio.tcpip.tcp.recovery;

import java.util.Arrays;

/**
 * Finds out that a loss episode was none, by what the peer says about its retransmissions: each was received twice
 * (D-SACK, RFC 2883 and 3708), or the first acknowledgment is for the original (Eifel detection, RFC 3522).
 */
final class SpuriousDetector {
    /** An episode with more retransmissions than this is believed. */
    private static final int MOST = 8192;

    /** Room that is kept from one episode to the next. */
    private static final int KEPT = 64;

    private long[] left = new long[8];
    private long[] right = new long[8];
    private boolean[] reported = new boolean[8];
    private int count;
    private int unreported;
    private int cursor;
    private boolean armed;
    private boolean stamped;
    private int firstStamp;
    private long firstSequence;

    /** An episode begins. */
    void begin() {
        end();
        armed = true;
        cursor = 0;
    }

    /** The episode is undone, or its end is certain to be right. */
    void end() {
        armed = false;
        stamped = false;
        count = 0;
        unreported = 0;
        if (left.length > KEPT) {
            left = new long[KEPT];
            right = new long[KEPT];
            reported = new boolean[KEPT];
        }
    }

    /** A range was sent again, with the timestamp {@code stamp}. */
    void onRetransmitted(long from, long to, int stamp) {
        if (!armed) {
            return;
        }
        if (count == MOST) {
            end();
            return;
        }
        if (count == 0) {
            stamped = true;
            firstStamp = stamp;
            firstSequence = from;
        }
        if (count == left.length) {
            left = Arrays.copyOf(left, count * 2);
            right = Arrays.copyOf(right, count * 2);
            reported = Arrays.copyOf(reported, count * 2);
        }
        left[count] = from;
        right[count] = to;
        reported[count] = false;
        count++;
        unreported++;
    }

    /**
     * The peer received a range twice.
     *
     * @return whether a retransmission of ours is among it
     */
    boolean onDuplicate(long from, long to) {
        boolean ours = false;
        // Reports come in the order of the retransmissions, as a rule.
        for (int tried = 0; tried < count; tried++) {
            int at = (cursor + tried) % count;
            if (!reported[at] && left[at] >= from && right[at] <= to) {
                reported[at] = true;
                unreported--;
                ours = true;
                cursor = (at + 1) % count;
                tried = -1;
            } else if (ours) {
                break;
            }
        }
        return ours;
    }

    /** Whether an episode has begun and nothing was sent again since. */
    boolean isNothingSentAgain() {
        return armed && count == 0;
    }

    /** Whether all retransmissions of the episode were for nothing. */
    boolean isEveryRetransmissionDuplicate() {
        return armed && count > 0 && unreported == 0;
    }

    /**
     * Whether the first acknowledgment of what was first retransmitted names a timestamp from before that. Below, a
     * segment may wait that was sent again in an earlier episode; its acknowledgment says nothing about this one.
     */
    boolean isOriginalAcknowledged(boolean echoed, int echo, long una) {
        if (!stamped || una <= firstSequence) {
            return false;
        }
        boolean original = echoed && echo - firstStamp < 0;
        stamped = false;
        return armed && original;
    }
}
