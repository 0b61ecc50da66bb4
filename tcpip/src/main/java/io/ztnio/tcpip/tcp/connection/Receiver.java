package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.buffer.ReceiveRing;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.segment.SegmentWriter;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * The receiving side of a connection: the window, reassembly, selective acknowledgments, and when to acknowledge
 * (RFC 9293 3.8.6.2.2 and 3.8.6.3, 2018, 2883).
 */
final class Receiver {
    private static final int BATCH_ACK_BYTES = 64 << 10;

    /** What takes so little cannot do with the rest of the window while a part of it waits for an update. */
    private static final int SMALL_BUFFER_BYTES = 64 << 10;

    /** What lies behind a hole is kept for so long, unless memory is tight, while nothing comes. */
    private static final long HOLE_LIFE_NANOS = 60_000_000_000L;

    private final TcpConnection connection;
    private final TcpConfig config;
    private final ReceiveRing ring;
    private final ReceiveTuning tuning;
    private final ReassemblyRanges ranges = new ReassemblyRanges();
    private final int[] sackLeft = new int[TcpSegment.MAX_SACK_BLOCKS];
    private final int[] sackRight = new int[TcpSegment.MAX_SACK_BLOCKS];

    /** Next sequence number expected. */
    long nxt;

    /** The acknowledgment number sent last. */
    long lastAckSent;

    /** How we scale our window. */
    int windowShift;

    private long dataStart;
    private long advertisedReadPosition;

    /** The right edge of the window as decided; it only grows. */
    private long edge;

    /** The right edge that the peer has seen at most: scaling rounds up by less than a unit (RFC 7323 2.4). */
    private long shownEdge;

    /** The largest window that a SYN of ours has offered. */
    private int shownSynWindow;

    boolean selectiveAcks;
    private int limitBytes;
    /** Whether it is known where the stream ends, and where. */
    private boolean finKnown;

    private long finSequence;

    /** Whether a range came twice that the peer has not been told of, and which. */
    private boolean duplicate;

    private long duplicateLeft;
    private long duplicateRight;
    private boolean discarding;
    private boolean disordered;
    private long disorderedNanos;

    private boolean ackNow;
    private long ackDeadlineNanos = TimerWheel.NEVER;
    private int quickAcks;
    private int largestSegment = 1;

    Receiver(TcpConnection connection, ReceiveRing ring, int limitBytes) {
        this.connection = connection;
        this.config = connection.ground.config;
        this.ring = ring;
        this.tuning = new ReceiveTuning(connection.timestamps, config.maximumBufferBytes);
        this.limitBytes = limitBytes;
        this.quickAcks = config.quickAckSegments;
    }

    /** The window for a SYN, which is never scaled. */
    int synWindow() {
        shownSynWindow = Math.max(shownSynWindow, config.synWindow(limit()));
        return shownSynWindow;
    }

    /** Whether both SYNs have offered selective acknowledgments. */
    void useSelectiveAcks(boolean both) {
        selectiveAcks = both;
    }

    /** The peer's SYN has come, as the answer to ours or before it. */
    void onSyn(long irs, int shift) {
        onSyn(irs, shift, synWindow());
    }

    /** The peer's SYN has come, and our answer has offered a window. */
    void onSyn(long irs, int shift, int windowBytes) {
        nxt = irs + 1;
        dataStart = nxt;
        lastAckSent = nxt;
        edge = nxt + windowBytes;
        shownEdge = edge;
        windowShift = shift;
    }

    /** The right edge of the window. */
    long rightEdge() {
        return shownEdge;
    }

    /** Sets the receive buffer; the window that was offered stays. */
    void limitBytes(int bytes) {
        limitBytes = bytes;
    }

    /** From now on what arrives is acknowledged and thrown away. */
    void discard() {
        discarding = true;
    }

    /** Acknowledge at the end of this turn. */
    void acknowledgeNow() {
        ackNow = true;
    }

    /** RFC 9293 3.10.7.4, first check; pure acknowledgments may be as old as the last one we sent. */
    boolean isAcceptable(long sequence, int sequenceLength) {
        if (sequence > shownEdge) {
            return false;
        }
        return sequenceLength == 0 ? sequence >= Math.min(lastAckSent, nxt) : sequence + sequenceLength > nxt;
    }

    /** Whether a RST is inside the window at all (RFC 5961 3.2). */
    boolean isInWindow(long sequence) {
        return sequence >= nxt && sequence < Math.max(shownEdge, nxt + 1);
    }

    /** A segment that has nothing new. */
    void onDuplicate(long sequence, int payloadLength) {
        if (payloadLength > 0 && sequence < nxt) {
            reportDuplicate(sequence, Math.min(sequence + payloadLength, nxt));
        }
        ackNow = true;
    }

    /** RFC 2883 4: the first range of a segment that came twice; of several segments, the last. */
    private void reportDuplicate(long left, long right) {
        duplicate = true;
        duplicateLeft = left;
        duplicateRight = right;
    }

    /**
     * Takes the urgent pointer of an acceptable segment, before its data. What it points to may be beyond the window; if
     * it has been received already, the segment is one that comes again, or comes late.
     */
    void onUrgent(TcpSegment segment, long sequence) {
        if (segment.urgentPointer == 0) {
            connection.ground.counters.drop(TcpDropReason.BAD_URGENT_POINTER);
            return;
        }
        // RFC 6093 3.1: the pointer says where the byte behind it is.
        long urgent = sequence + segment.urgentPointer - 1;
        if (urgent >= nxt && !discarding) {
            ring.markUrgent(urgent - dataStart, connection.options.urgentInline);
        }
    }

    /**
     * Takes the payload and FIN of an acceptable segment.
     *
     * @return whether the peer's FIN has now been reached
     */
    boolean accept(TcpSegment segment, long sequence) {
        long from = sequence;
        long to = Math.min(sequence + segment.payloadLength, Math.max(shownEdge, nxt));
        boolean whole = to == sequence + segment.payloadLength;
        // A FIN below what has arrived already is none: the peer has sent more than that.
        if (segment.has(TcpFlags.FIN) && whole && !finKnown && (ranges.isEmpty() || ranges.last() <= to)) {
            finKnown = true;
            finSequence = to;
        }
        if (segment.payloadLength > 0) {
            tuning.sampleEcho(segment);
            largestSegment = Math.max(largestSegment, Math.min(segment.payloadLength, connection.segmentBytes()));
            if (from < nxt) {
                reportDuplicate(from, Math.min(nxt, to));
                from = nxt;
                ackNow = true;
            }
            if (finKnown) {
                to = Math.min(to, finSequence);
            }
            if (from < to) {
                store(segment, from, to, from - sequence);
            } else {
                ackNow = true;
            }
        }
        if (finKnown && nxt == finSequence) {
            nxt++;
            ackNow = true;
            return true;
        }
        if (segment.has(TcpFlags.FIN)) {
            ackNow = true;
        }
        return false;
    }

    private void store(TcpSegment segment, long from, long to, long skipped) {
        int length = (int) (to - from);
        if (from > nxt || !ranges.isEmpty()) {
            if (skipped == 0 && ranges.findOverlap(from, to)) {
                reportDuplicate(ranges.overlapLeft, ranges.overlapRight);
            }
            // Both a hole and its filling are news for the sender (RFC 5681 4.2).
            ackNow = true;
        }
        if (!discarding && !ring.reserve(to - dataStart)) {
            connection.ground.counters.drop(TcpDropReason.NO_MEMORY);
            ackNow = true;
            long room = ring.roomEnd() + dataStart;
            if (from > nxt || room <= from) {
                return;
            }
            // Not everything, but something: however large the peer's segments are, it moves on.
            length = (int) Math.min(length, room - from);
        }
        long end = from + length;
        if (from > nxt) {
            disordered = true;
            disorderedNanos = segment.ingressNanos;
            if (!ranges.add(from, end)) {
                connection.ground.counters.drop(TcpDropReason.TOO_MANY_HOLES);
                return;
            }
        }
        if (!discarding) {
            ring.write(from - dataStart, segment.buffer, segment.payloadOffset + (int) skipped, length);
        }
        if (from == nxt) {
            nxt = ranges.isEmpty() ? end : ranges.advance(end);
            if (!discarding) {
                ring.publish(nxt - dataStart);
            }
            Boolean chosen = connection.options.quickAck;
            if (chosen == null ? quickAcks > 0 : chosen) {
                quickAcks = Math.max(0, quickAcks - 1);
                ackNow = true;
            }
        }
    }

    /**
     * Gives up what lies behind a hole that nobody fills: the peer still has it, for only what is in order is acknowledged
     * for good (RFC 2018 8).
     */
    void giveBack(long nowNanos) {
        if (!ranges.isEmpty() && (connection.memory.isTight() || nowNanos - disorderedNanos >= HOLE_LIFE_NANOS)) {
            ranges.clear();
            ring.forgetBehindHole();
        }
        ranges.trim();
    }

    /** Ranges behind holes that there is memory for. */
    int holeCapacity() {
        return ranges.capacity();
    }

    /** Nobody will read what has come. */
    void discardAll() {
        discard();
        ranges.clear();
        ring.forgetBehindHole();
        ring.trim();
    }

    /** Whether data has come out of order since. */
    boolean isDisordered(long sinceNanos) {
        return disordered && disorderedNanos > sinceNanos;
    }

    /** Whether so much has come in one batch that the sender should hear of it before the batch ends. */
    boolean isAckOverdue() {
        return nxt - lastAckSent >= Math.max(2L * largestSegment, Math.min(BATCH_ACK_BYTES, limitBytes / 8));
    }

    /** Whether a segment has to go out just to acknowledge; if it may wait, sets the time until when. */
    boolean isAckDue(long nowNanos) {
        limitBytes = tuning.limitBytes(
                limitBytes,
                ring.readPosition(),
                !connection.memory.isTight() && !connection.options.fixedReceiveBuffer,
                connection.sender.rtt.smoothedNanos(),
                nowNanos);
        long pending = nxt - lastAckSent;
        if (ackNow || isWindowUpdateDue()) {
            return true;
        }
        if (pending <= 0) {
            ackDeadlineNanos = TimerWheel.NEVER;
            return false;
        }
        if (pending >= 2L * largestSegment || config.delayedAckNanos == 0) {
            return true;
        }
        if (ackDeadlineNanos == TimerWheel.NEVER) {
            ackDeadlineNanos = nowNanos + config.delayedAckNanos;
        }
        return ackDeadlineNanos <= nowNanos;
    }

    /** A segment with the current acknowledgment and window has been sent. */
    void onAckSent() {
        lastAckSent = nxt;
        ackNow = false;
        ackDeadlineNanos = TimerWheel.NEVER;
        duplicate = false;
    }

    /** The window field of the next segment. The right edge never moves left (RFC 9293 3.8.6.2.2). */
    int advertise() {
        long wanted = wantedEdge();
        if (wanted - edge >= Math.min(connection.segmentBytes(), limit() / 2)) {
            edge = wanted;
        }
        long window = Math.max(0, edge - nxt);
        advertisedReadPosition = ring.readPosition();
        askAtReadPosition(window);
        // Rounding down would take back what the peer may be sending into; wantedEdge() leaves room for this.
        long field = Math.min(65_535, (window + (1L << windowShift) - 1) >>> windowShift);
        shownEdge = Math.max(shownEdge, nxt + (field << windowShift));
        return (int) field;
    }

    /** Tells the application from where on its reading opens the window enough for an update. */
    private void askAtReadPosition(long window) {
        long threshold = updateThreshold(window);
        if (nxt + (65_535L << windowShift) - edge < threshold) {
            // The field is the limit, not the buffer.
            connection.user.windowUpdatePosition(Long.MAX_VALUE);
            return;
        }
        long position = edge - dataStart - limit() + (1L << windowShift) - 1 + threshold;
        connection.user.windowUpdatePosition(position);
        if (ring.readPosition() >= position) {
            // It has read in the meantime and could not know.
            connection.markDirty();
        }
    }

    private long wantedEdge() {
        long held = discarding ? 0 : nxt - dataStart - ring.readPosition();
        long free = limit() - Math.max(0, held) - ((1L << windowShift) - 1);
        return nxt + Math.max(0, Math.min(free, 65_535L << windowShift));
    }

    /** The buffer as it may be used now: the right edge stays, and reading brings the window down to it. */
    private int limit() {
        return connection.memory.limitBytes(limitBytes);
    }

    private long updateThreshold(long window) {
        int segment = connection.segmentBytes();
        if (window < 2L * segment) {
            return Math.min(segment, limit() / 2);
        }
        return limit() <= SMALL_BUFFER_BYTES
                ? segment - connection.output.optionBytes()
                : Math.max(2L * segment, limit() / 8);
    }

    /** Only reading makes an update due: a window that grew otherwise goes out with the next acknowledgment. */
    private boolean isWindowUpdateDue() {
        return connection.state.mayReceive()
                && ring.readPosition() != advertisedReadPosition
                && wantedEdge() - edge >= updateThreshold(Math.max(0, edge - nxt));
    }

    /** Bytes of the SACK option that the next segment carries. */
    int sackOptionBytes() {
        int blocks = sackBlockCount();
        return blocks == 0 ? 0 : 4 + 8 * blocks;
    }

    void writeSack(SegmentWriter writer) {
        int blocks = sackBlockCount();
        if (blocks == 0) {
            return;
        }
        int reported = 0;
        if (duplicate) {
            sackLeft[0] = (int) duplicateLeft;
            sackRight[0] = (int) duplicateRight;
            reported = 1;
        }
        ranges.newest(blocks - reported, sackLeft, sackRight, reported);
        writer.sack(blocks, sackLeft, sackRight);
    }

    private int sackBlockCount() {
        if (!selectiveAcks) {
            return 0;
        }
        int most = connection.timestamps.isAgreed() ? 3 : TcpSegment.MAX_SACK_BLOCKS;
        return Math.min(most, ranges.count() + (duplicate ? 1 : 0));
    }

    long nextDeadlineNanos() {
        return ackDeadlineNanos;
    }
}
