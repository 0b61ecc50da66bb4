package io.ztnio.tcpip.tcp.recovery;

import static io.ztnio.tcpip.tcp.recovery.SegmentStore.APPLICATION_LIMITED;
import static io.ztnio.tcpip.tcp.recovery.SegmentStore.EVER_RETRANSMITTED;
import static io.ztnio.tcpip.tcp.recovery.SegmentStore.FIN;
import static io.ztnio.tcpip.tcp.recovery.SegmentStore.FIRST_INDEX;
import static io.ztnio.tcpip.tcp.recovery.SegmentStore.LOST;
import static io.ztnio.tcpip.tcp.recovery.SegmentStore.NONE;
import static io.ztnio.tcpip.tcp.recovery.SegmentStore.RETRANSMITTED;
import static io.ztnio.tcpip.tcp.recovery.SegmentStore.SACKED;

import io.ztnio.tcpip.buffer.MemoryShare;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * The segments in flight, in sequence order ({@link SegmentStore}), with counters, so that the pipe (RFC 6675) is known
 * without a walk.
 *
 * <p>An entry is in one of three places, and only there: in the chain of those in the network, in the order of their
 * last transmission, which is what RACK walks and always from the old end; in the set of those that are lost and wait
 * for retransmission, which go again from SND.UNA on, in whatever order they were lost; or, sacked, in neither: its link
 * then leads over the sacked run that it is part of. So each entry is visited a bounded number of times between its
 * transmission and its acknowledgment (amortised).
 */
final class SegmentScoreboard {
    /** No time. */
    static final long NO_TIME = Long.MIN_VALUE;

    private static final int DUPLICATE_THRESHOLD = 3;

    private final RackDetector rack;
    private final DeliveryRate rate;

    private final SegmentStore store;
    private final SegmentStore.Chain inNetwork;

    private long outstandingBytes;
    private long sackedBytes;
    private int sackedSegments;
    private long lostBytes;
    private long retransmittedBytes;

    /** Bytes ever found lost. */
    private long everLostBytes;

    /** Below this entry everything that is not sacked is lost by count; the entries sacked from it on are counted. */
    private long lossBoundary = FIRST_INDEX;

    private int sackedAboveBoundary;

    private final long[] blockLeft = new long[TcpSegment.MAX_SACK_BLOCKS];
    private final long[] blockIndex = new long[TcpSegment.MAX_SACK_BLOCKS];
    private int blockCount;
    private int blockCursor;

    /** Result of {@link #acknowledge}: when the newest entry was sent, or {@link #NO_TIME} if that is unclear. */
    long ackedSentNanos;

    /** Result of {@link #acknowledge}: entries wholly acknowledged. */
    int ackedSegments;

    /** Since {@link #beginAcknowledgment}: bytes acknowledged or sacked for the first time. */
    long deliveredBytes;

    /** Since {@link #beginAcknowledgment}: whether anything was delivered that was sent only once, and its least number. */
    private boolean originalDelivered;

    private long lowestOriginal;

    /** Since {@link #beginAcknowledgment}: what was in flight and ever lost when the newest entry delivered was sent. */
    long newestFlightBytes;

    long newestLostBytes;

    /** Entries looked at, over the life of the connection: the work that acknowledgments have caused. */
    long visits;

    /** @param memory what its memory is charged to */
    SegmentScoreboard(RackDetector rack, DeliveryRate rate, MemoryShare memory) {
        this.rack = rack;
        this.rate = rate;
        this.store = new SegmentStore(memory);
        this.inNetwork = store.new Chain();
    }

    /** Whether another segment can be kept account of: if not, an acknowledgment has to come first. */
    boolean makeRoom() {
        return store.makeRoom();
    }

    /** Gives memory back that a small flight does not need. */
    void shrink() {
        store.shrink();
    }

    /** Gives all memory back: the connection is idle, or over. */
    void drop() {
        store.drop();
        inNetwork.clear();
        outstandingBytes = 0;
        sackedBytes = 0;
        sackedSegments = 0;
        lostBytes = 0;
        retransmittedBytes = 0;
        lossBoundary = store.first;
        sackedAboveBoundary = 0;
    }

    /** Memory that it holds, in bytes. */
    int heldBytes() {
        return store.heldBytes();
    }

    /** Records a segment that is sent for the first time, if {@link #makeRoom}; {@code length} is in sequence space. */
    void append(long sequence, int length, boolean fin, long nowNanos) {
        if (isEmpty()) {
            rate.onSendFromIdle(nowNanos);
        }
        int slot = store.append(sequence, length, fin ? FIN : 0);
        outstandingBytes += length;
        stamp(slot, nowNanos);
        inNetwork.append(lastIndex());
    }

    private void stamp(int slot, long nowNanos) {
        store.sentNanos[slot] = nowNanos;
        store.deliveredAtSend[slot] = rate.deliveredBytes();
        store.deliveredNanosAtSend[slot] = rate.deliveredNanos();
        store.firstSentNanos[slot] = rate.firstSentNanos();
        store.flightAtSend[slot] = pipeBytes();
        store.lostAtSend[slot] = everLostBytes;
        int limited = rate.isApplicationLimited() ? APPLICATION_LIMITED : 0;
        store.marks[slot] = (byte) ((store.marks[slot] & ~APPLICATION_LIMITED) | limited);
    }

    boolean isEmpty() {
        return store.isEmpty();
    }

    /** Segments outstanding. */
    int size() {
        return store.size();
    }

    /** Bytes outstanding that are believed to be in the network. */
    long pipeBytes() {
        return outstandingBytes - sackedBytes - lostBytes + retransmittedBytes;
    }

    long outstandingBytes() {
        return outstandingBytes;
    }

    long sackedBytes() {
        return sackedBytes;
    }

    int sackedSegments() {
        return sackedSegments;
    }

    long everLostBytes() {
        return everLostBytes;
    }

    /** An acknowledgment is about to be told. */
    void beginAcknowledgment() {
        deliveredBytes = 0;
        ackedSegments = 0;
        ackedSentNanos = NO_TIME;
        originalDelivered = false;
    }

    /** Since {@link #beginAcknowledgment}: whether anything below {@code sequence} was delivered that was sent only once. */
    boolean isOriginalDelivered(long sequence) {
        return originalDelivered && lowestOriginal < sequence;
    }

    /** Removes what lies before {@code sequence}. */
    void acknowledge(long sequence, long nowNanos) {
        boolean ambiguous = false;
        while (store.first < store.end) {
            visits++;
            int slot = store.slot(store.first);
            long covered = sequence - store.sequences[slot];
            if (covered <= 0) {
                break;
            }
            if (covered < store.lengths[slot]) {
                forget(slot, (int) covered);
                store.sequences[slot] += covered;
                store.lengths[slot] -= (int) covered;
                forgetBlocks();
                break;
            }
            ambiguous |= store.has(slot, EVER_RETRANSMITTED);
            if (!store.has(slot, SACKED)) {
                ackedSentNanos = store.sentNanos[slot];
                delivered(slot, nowNanos);
                unlink(store.first);
            } else {
                sackedSegments--;
                if (store.first >= lossBoundary) {
                    sackedAboveBoundary--;
                }
            }
            forget(slot, store.lengths[slot]);
            ackedSegments++;
            store.first++;
        }
        if (ambiguous) {
            // Karn: it may be the retransmission that was acknowledged.
            ackedSentNanos = NO_TIME;
        }
        lossBoundary = Math.max(lossBoundary, store.first);
    }

    private void delivered(int slot, long nowNanos) {
        boolean again = store.has(slot, EVER_RETRANSMITTED);
        deliveredBytes += store.lengths[slot];
        if (!again) {
            lowestOriginal =
                    originalDelivered ? Math.min(lowestOriginal, store.sequences[slot]) : store.sequences[slot];
            originalDelivered = true;
        }
        rack.onDelivered(store.sequences[slot] + store.lengths[slot], store.sentNanos[slot], again, nowNanos);
        boolean newest = rate.onDelivered(
                store.lengths[slot],
                store.deliveredAtSend[slot],
                store.deliveredNanosAtSend[slot],
                store.firstSentNanos[slot],
                store.sentNanos[slot],
                store.has(slot, APPLICATION_LIMITED),
                nowNanos);
        if (newest) {
            newestFlightBytes = store.flightAtSend[slot];
            newestLostBytes = store.lostAtSend[slot];
        }
    }

    /** Marks whole entries inside a range as received. */
    void sack(long left, long right, long nowNanos) {
        long index = unsacked(indexOf(left));
        while (index < store.end) {
            visits++;
            int slot = store.slot(index);
            if (store.sequences[slot] + store.lengths[slot] > right) {
                break;
            }
            unlink(index);
            delivered(slot, nowNanos);
            if (store.has(slot, LOST)) {
                lostBytes -= store.lengths[slot];
            }
            if (store.has(slot, RETRANSMITTED)) {
                retransmittedBytes -= store.lengths[slot];
            }
            store.marks[slot] = (byte) ((store.marks[slot] & ~(LOST | RETRANSMITTED)) | SACKED);
            store.later[slot] = index + 1;
            sackedBytes += store.lengths[slot];
            sackedSegments++;
            if (index >= lossBoundary) {
                sackedAboveBoundary++;
            }
            index = unsacked(index + 1);
        }
    }

    /** The first entry at or after {@code index} that is not sacked; halves the way for the next time. */
    private long unsacked(long index) {
        long at = Math.max(index, store.first);
        while (at < store.end && store.has(store.slot(at), SACKED)) {
            visits++;
            int slot = store.slot(at);
            long next = store.later[slot];
            if (next < store.end && store.has(store.slot(next), SACKED)) {
                store.later[slot] = store.later[store.slot(next)];
            }
            at = store.later[slot];
        }
        return at;
    }

    /** The first entry that starts at or after the left edge of a block; blocks keep their left edge while they grow. */
    private long indexOf(long left) {
        for (int i = 0; i < blockCount; i++) {
            if (blockLeft[i] == left) {
                return blockIndex[i];
            }
        }
        long low = store.first;
        long high = store.end;
        while (low < high) {
            visits++;
            long middle = (low + high) >>> 1;
            if (store.sequences[store.slot(middle)] < left) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        blockLeft[blockCursor] = left;
        blockIndex[blockCursor] = low;
        blockCursor = (blockCursor + 1) % blockLeft.length;
        blockCount = Math.max(blockCount, blockCursor == 0 ? blockLeft.length : blockCursor);
        return low;
    }

    /**
     * Marks as lost what has three sacked segments above it (RFC 6675 IsLost).
     *
     * @return whether anything was marked
     */
    boolean detectLossByCount() {
        boolean marked = false;
        while (lossBoundary < store.end) {
            visits++;
            boolean sacked = store.has(store.slot(lossBoundary), SACKED);
            int above = sackedAboveBoundary - (sacked ? 1 : 0);
            if (above < DUPLICATE_THRESHOLD) {
                break;
            }
            if (sacked) {
                sackedAboveBoundary = above;
            } else {
                marked |= markLost(lossBoundary);
            }
            lossBoundary++;
        }
        return marked;
    }

    /**
     * Marks as lost what was sent before the newest segment delivered, and long enough ago (RFC 8985 6.2 step 5).
     *
     * @param reorderingNanos the reordering window
     * @return when the next entry will be lost if nothing comes, or {@link TimerWheel#NEVER}
     */
    long detectLossByTime(long reorderingNanos, long nowNanos) {
        while (inNetwork.head() != NONE) {
            visits++;
            int slot = store.slot(inNetwork.head());
            if (!rack.isAfter(store.sentNanos[slot], store.sequences[slot] + store.lengths[slot])) {
                return TimerWheel.NEVER;
            }
            long deadline = store.sentNanos[slot] + rack.rttNanos() + reorderingNanos;
            if (deadline > nowNanos) {
                return deadline;
            }
            markLost(inNetwork.head());
        }
        return TimerWheel.NEVER;
    }

    /** Marks the first entry as lost. */
    boolean markFirstLost() {
        return store.first < store.end && markLost(store.first);
    }

    /** The first entry and all sent until {@code sentBefore} are lost, retransmissions too, unless they are sacked. */
    void markLostUntil(long sentBefore) {
        markFirstLost();
        while (inNetwork.head() != NONE && store.sentNanos[store.slot(inNetwork.head())] <= sentBefore) {
            markLost(inNetwork.head());
        }
        lossBoundary = store.end;
        sackedAboveBoundary = 0;
    }

    /** Whether the first entry is sacked and yet not acknowledged: the peer has discarded what it had sacked. */
    boolean isFirstSacked() {
        return !store.isEmpty() && store.has(store.slot(store.first), SACKED);
    }

    /**
     * After a timeout: the peer may have discarded what it had sacked (RFC 2018 8). All of it is lost, and when it is
     * acknowledged nobody knows which transmission that was.
     */
    void forgetSacks() {
        for (long index = store.first; index < store.end; index++) {
            int slot = store.slot(index);
            if (store.has(slot, SACKED)) {
                store.marks[slot] = (byte) ((store.marks[slot] & ~SACKED) | LOST | EVER_RETRANSMITTED);
                lostBytes += store.lengths[slot];
                everLostBytes += store.lengths[slot];
                store.addWaiting(index);
            }
        }
        sackedBytes = 0;
        sackedSegments = 0;
        sackedAboveBoundary = 0;
        lossBoundary = store.end;
    }

    /** What was lost and not sent again was not lost after all: among those in the network it has its place by its time. */
    void forgetLosses() {
        SegmentStore.Chain restored = store.new Chain();
        for (long index = store.firstWaiting(); index != NONE; index = store.firstWaiting()) {
            visits++;
            store.removeWaiting(index);
            int slot = store.slot(index);
            store.marks[slot] &= ~LOST;
            lostBytes -= store.lengths[slot];
            restored.append(index);
        }
        restored.sort();
        inNetwork.merge(restored);
    }

    /** The entry to retransmit next, the lowest that is lost (RFC 6675 NextSeg), or -1. */
    long nextLost() {
        return store.firstWaiting();
    }

    /**
     * The entry to retransmit next if it fits left of the right edge of the peer's window, or -1. The first entry fits with
     * a part of it: {@link #splitFirst}.
     */
    long nextLost(long edge) {
        long index = store.firstWaiting();
        boolean possible = index != NONE && (fits(index, edge) || (index == store.first && sequence(index) < edge));
        return possible ? index : NONE;
    }

    /** Whether the whole entry lies left of the right edge of the peer's window. */
    boolean fits(long index, long edge) {
        return store.sequences[store.slot(index)] + store.lengths[store.slot(index)] <= edge;
    }

    /** Makes two entries of the first, which waits, if {@link #makeRoom}: the one before it, of so many bytes, is now the first. */
    void splitFirst(int bytes) {
        store.splitFirst(bytes);
        forgetBlocks();
    }

    /** An entry begins where none did before, and may begin with a block that was found to begin with a later one. */
    private void forgetBlocks() {
        blockCount = 0;
        blockCursor = 0;
    }

    /** A part of the first entry was sent again to find out about the window: whose answer comes is unclear. */
    void markFirstProbed() {
        store.marks[store.slot(store.first)] |= EVER_RETRANSMITTED;
    }

    /** Records that an entry has been sent again. */
    void markRetransmitted(long index, long nowNanos) {
        int slot = store.slot(index);
        unlink(index);
        if (!store.has(slot, RETRANSMITTED)) {
            retransmittedBytes += store.lengths[slot];
        }
        store.marks[slot] |= RETRANSMITTED | EVER_RETRANSMITTED;
        stamp(slot, nowNanos);
        inNetwork.append(index);
    }

    long sequence(long index) {
        return store.sequences[store.slot(index)];
    }

    int length(long index) {
        return store.lengths[store.slot(index)];
    }

    /** When an entry was sent last. */
    long sentNanos(long index) {
        return store.sentNanos[store.slot(index)];
    }

    boolean isFin(long index) {
        return store.has(store.slot(index), FIN);
    }

    long firstIndex() {
        return store.first;
    }

    long lastIndex() {
        return store.end - 1;
    }

    private boolean markLost(long index) {
        int slot = store.slot(index);
        int mark = store.marks[slot];
        if ((mark & SACKED) != 0 || (mark & (LOST | RETRANSMITTED)) == LOST) {
            return false;
        }
        inNetwork.remove(index);
        if ((mark & RETRANSMITTED) != 0) {
            retransmittedBytes -= store.lengths[slot];
        }
        if ((mark & LOST) == 0) {
            lostBytes += store.lengths[slot];
        }
        everLostBytes += store.lengths[slot];
        store.marks[slot] = (byte) ((mark & ~RETRANSMITTED) | LOST);
        store.addWaiting(index);
        return true;
    }

    private void forget(int slot, int bytes) {
        outstandingBytes -= bytes;
        if (store.has(slot, SACKED)) {
            sackedBytes -= bytes;
        }
        if (store.has(slot, LOST)) {
            lostBytes -= bytes;
        }
        if (store.has(slot, RETRANSMITTED)) {
            retransmittedBytes -= bytes;
        }
    }

    /** Takes an entry that is not sacked from where it is. */
    private void unlink(long index) {
        if (store.isWaiting(index)) {
            store.removeWaiting(index);
        } else {
            inNetwork.remove(index);
        }
    }
}
