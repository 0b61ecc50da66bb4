package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.buffer.MemoryShare;
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

    private static final int FIRST_ROOM = 8;

    /** What a range takes in all arrays. */
    private static final int RANGE_BYTES = 17;

    private final MemoryShare memory;
    private long[] left = {};
    private long[] right = {};
    private boolean[] reported = {};
    private int count;
    private int unreported;
    private int cursor;
    private boolean armed;
    private boolean stamped;
    private int firstStamp;
    private long firstSequence;

    /** @param memory what its memory is charged to */
    SpuriousDetector(MemoryShare memory) {
        this.memory = memory;
    }

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
            giveBack();
        }
    }

    /** Gives all memory back; the episode is believed. */
    void drop() {
        end();
        giveBack();
    }

    private void giveBack() {
        memory.giveBack(heldBytes());
        left = new long[0];
        right = new long[0];
        reported = new boolean[0];
    }

    /** Memory that it holds, in bytes. */
    int heldBytes() {
        return reported.length * RANGE_BYTES;
    }

    /** A range was sent again, with the timestamp {@code stamp}. */
    void onRetransmitted(long from, long to, int stamp) {
        if (!armed) {
            return;
        }
        if (count == reported.length && !makeRoom()) {
            end();
            return;
        }
        if (count == 0) {
            stamped = true;
            firstStamp = stamp;
            firstSequence = from;
        }
        left[count] = from;
        right[count] = to;
        reported[count] = false;
        count++;
        unreported++;
    }

    private boolean makeRoom() {
        int room = Math.max(FIRST_ROOM, 2 * count);
        if (room > MOST || !memory.mayGrow(heldBytes(), room * RANGE_BYTES)) {
            return false;
        }
        boolean grown = false;
        try {
            long[] moreLeft = Arrays.copyOf(left, room);
            long[] moreRight = Arrays.copyOf(right, room);
            boolean[] moreReported = Arrays.copyOf(reported, room);
            left = moreLeft;
            right = moreRight;
            reported = moreReported;
            grown = true;
        } finally {
            if (!grown) {
                memory.giveBack(room * RANGE_BYTES - heldBytes());
            }
        }
        return true;
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
