package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.congestion.AckSample;
import io.ztnio.tcpip.tcp.congestion.CongestionControl;
import io.ztnio.tcpip.tcp.segment.SegmentSize;
import io.ztnio.tcpip.tcp.segment.SendSequence;
import io.ztnio.tcpip.tcp.segment.TcpCounters;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.segment.Timestamps;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * Acknowledgments, loss and retransmission of a connection: which segments are lost ({@link RackDetector} with selective
 * acknowledgments, RFC 6582 by duplicates without), how the flight shrinks ({@link ProportionalRateReduction}), the
 * retransmission timer (RFC 6298), forward RTO-recovery (RFC 5682), and the way back if nothing had been lost
 * ({@link SpuriousDetector}, RFC 4015).
 *
 * <p>Duplicate acknowledgments without SACK count as that many segments received. So the pipe shrinks with each of them
 * and lets a new segment out: limited transmit (RFC 3042).
 */
public final class LossRecovery {
    private static final int DUPLICATE_THRESHOLD = 3;

    private enum Phase {
        OPEN,
        FAST_RECOVERY,
        AFTER_TIMEOUT
    }

    /** What loss recovery asks of the connection. */
    public interface Output {
        /** Payload of the largest segment with the options that it would carry now, in bytes. */
        int payloadBytes();

        /** Whether a new segment could follow: there is data, and the peer has room. */
        boolean canSendNew();

        /**
         * Sends one new segment whatever the congestion window says (RFC 8985 7.3).
         *
         * @return whether there was one to send
         */
        boolean sendOneNew(long nowNanos);

        /** Sends a segment of which {@code payload} bytes begin at {@code sequence}. */
        void emit(long sequence, int flags, int payload, long nowNanos);

        /** Whether the link is behind. */
        boolean isCongested();

        /** The peer has left too much unanswered: the connection ends. */
        void giveUp(long nowNanos);
    }

    private final Output output;
    private final SendSequence snd;
    private final SegmentSize size;
    private final Timestamps timestamps;
    private final CongestionControl congestion;
    private final TcpConfig config;
    private final TcpCounters counters;
    public final RttEstimator rtt;
    final RackDetector rack;
    private final DeliveryRate rate = new DeliveryRate();
    final SegmentScoreboard board;
    private final TailLossProbe probe = new TailLossProbe();
    private final ProportionalRateReduction reduction = new ProportionalRateReduction();
    private final SpuriousDetector spurious = new SpuriousDetector();
    private final ForwardRecovery forward = new ForwardRecovery();
    private final SackBlocks blocks = new SackBlocks();
    private final AckSample ack = new AckSample();

    private Phase phase = Phase.OPEN;
    private boolean selectiveAcks;
    private int mostRetries;
    private boolean firstIsDue;
    private boolean probeIsDue;
    private int duplicates;
    private long recoveryPoint;
    private boolean timedOut;
    private long timedOutAt;
    private int timeouts;
    private long reorderingDeadlineNanos = TimerWheel.NEVER;
    private boolean windowLimited;

    /** When nothing is acknowledged by then, the first segment is sent again. */
    private long rtoDeadlineNanos = TimerWheel.NEVER;

    /** Before the connection is established. */
    public LossRecovery(
            Output output,
            SendSequence snd,
            SegmentSize size,
            Timestamps timestamps,
            CongestionControl congestion,
            TcpConfig config,
            TcpCounters counters) {
        this.output = output;
        this.snd = snd;
        this.size = size;
        this.timestamps = timestamps;
        this.congestion = congestion;
        this.config = config;
        this.counters = counters;
        this.mostRetries = config.dataRetries;
        this.recoveryPoint = snd.iss;
        this.rtt = new RttEstimator(config);
        this.rack = new RackDetector(timestamps, rtt);
        this.board = new SegmentScoreboard(rack, rate);
    }

    /** Whether both SYNs have offered selective acknowledgments. */
    public void useSelectiveAcks(boolean both) {
        selectiveAcks = both;
    }

    /** The application has left what is still to be sent behind. */
    public void onOrphan() {
        mostRetries = Math.min(config.orphanRetries, config.dataRetries);
    }

    /** Bytes believed to be in the network. */
    public long pipeBytes() {
        return Math.max(0, board.pipeBytes() - duplicateBytes());
    }

    /** What duplicate acknowledgments without SACK show to have arrived. */
    private long duplicateBytes() {
        return duplicates == 0 ? 0 : (long) Math.min(duplicates, board.size() - 1) * size.bytes();
    }

    /** What may be in the network now. */
    public long windowBytes() {
        return phase == Phase.FAST_RECOVERY && !congestion.regulatesRecovery()
                ? reduction.windowBytes()
                : congestion.windowBytes();
    }

    /**
     * Takes an acknowledgment.
     *
     * @param acknowledgment its number
     * @param sameWindow whether it offers the window that was known
     * @param marked whether it tells that data of ours met congestion (RFC 3168)
     */
    public void onAcknowledgment(
            TcpSegment segment, long acknowledgment, boolean sameWindow, boolean marked, long nowNanos) {
        long arrival = segment.ingressNanos;
        long flight = pipeBytes();
        long duplicated = duplicateBytes();
        long lost = board.everLostBytes();
        boolean recovering = phase == Phase.FAST_RECOVERY;
        boolean advances = acknowledgment > snd.una;
        long acked = advances ? acknowledgment - snd.una : 0;
        begin(segment);
        if (advances) {
            advance(acknowledgment, arrival);
        }
        takeBlocks(segment, acknowledgment, arrival);
        boolean duplicate = !advances && isDuplicate(segment, acknowledgment, sameWindow);
        if (duplicate && !selectiveAcks) {
            duplicates++;
        }
        sampleRtt(segment, advances, arrival);
        if (advances) {
            rtoDeadlineNanos = TimerWheel.NEVER;
            restartTimer(nowNanos);
        }
        settle(segment, advances, duplicate, nowNanos);
        detectLoss(advances, arrival, nowNanos);
        long delivered = selectiveAcks
                ? board.deliveredBytes
                : Math.max(0, board.deliveredBytes + duplicateBytes() - duplicated);
        // RFC 3168 6.1.2: the window does not grow by an acknowledgment that tells of congestion.
        ack.recovering = recovering || phase == Phase.FAST_RECOVERY || marked;
        if (phase == Phase.FAST_RECOVERY) {
            reduction.onAcknowledgment(delivered, pipeBytes(), congestion.thresholdBytes(), size.bytes());
        }
        if (delivered > 0 || acked > 0) {
            report(acked, delivered, board.everLostBytes() - lost, flight, arrival);
        }
        probeIsDue |= advances || board.deliveredBytes > 0;
    }

    private void begin(TcpSegment segment) {
        board.beginAcknowledgment();
        rack.beginAcknowledgment(segment);
        rate.beginAcknowledgment();
    }

    private void advance(long acknowledgment, long arrivalNanos) {
        snd.una = acknowledgment;
        board.acknowledge(acknowledgment, arrivalNanos);
        rtt.endBackoff();
        timeouts = 0;
        duplicates = phase == Phase.FAST_RECOVERY ? Math.max(0, duplicates - Math.max(0, board.ackedSegments - 1)) : 0;
    }

    private void restartTimer(long nowNanos) {
        if (!board.isEmpty()) {
            rtoDeadlineNanos = nowNanos + rtt.rtoNanos();
        }
    }

    private void takeBlocks(TcpSegment segment, long acknowledgment, long arrivalNanos) {
        blocks.clear();
        if (!selectiveAcks || segment.sackBlocks == 0) {
            return;
        }
        blocks.read(segment, acknowledgment, snd.una, snd.nxt, snd.una - snd.largestWindowBytes);
        blocks.mark(board, arrivalNanos);
        if (blocks.hasDuplicate()
                && spurious.onDuplicate(blocks.duplicateLeft, blocks.duplicateRight)
                && !probe.isOutstanding()) {
            rack.onSpuriousRetransmission(snd.una, snd.nxt);
        }
    }

    private boolean isDuplicate(TcpSegment segment, long acknowledgment, boolean sameWindow) {
        return acknowledgment == snd.una && segment.sequenceLength() == 0 && sameWindow && !board.isEmpty();
    }

    private void sampleRtt(TcpSegment segment, boolean advances, long arrivalNanos) {
        ack.rttNanos = AckSample.NONE;
        long sent = rack.sampleSentNanos();
        if (sent != SegmentScoreboard.NO_TIME) {
            ack.rttNanos = arrivalNanos - sent;
            rtt.sampleMinimum(ack.rttNanos, arrivalNanos);
        }
        if (!advances) {
            return;
        }
        if (board.ackedSentNanos != SegmentScoreboard.NO_TIME) {
            rtt.sample(arrivalNanos - board.ackedSentNanos);
            if (board.isEmpty()) {
                probe.onAnswer(arrivalNanos - board.ackedSentNanos);
            }
        } else if (timestamps.echoes(segment)) {
            rtt.sample(timestamps.echoMillis(segment) * 1_000_000L);
        }
    }

    /** What the acknowledgment means for an episode that goes on or is just over. */
    private void settle(TcpSegment segment, boolean advances, boolean duplicate, long nowNanos) {
        boolean late = blocks.hasDuplicate() && probe.isAbout(blocks.duplicateRight);
        if (late) {
            probe.onNeedless();
        }
        boolean again = late || (duplicate && board.deliveredBytes == 0 && !blocks.hasDuplicate());
        if (probe.onAcknowledgment(snd.una, again) && phase == Phase.OPEN) {
            congestion.onLoss(board.outstandingBytes() + board.deliveredBytes, nowNanos);
            congestion.onRecovered(nowNanos);
        }
        boolean original =
                advances && spurious.isOriginalAcknowledged(timestamps.echoes(segment), segment.timestampEcho, snd.una);
        boolean needless = original
                || spurious.isEveryRetransmissionDuplicate()
                || isEveryLossDelivered()
                || stepForward(advances, duplicate);
        if (needless && config.undo) {
            undo(nowNanos);
        } else if (advances && phase != Phase.OPEN) {
            progress(nowNanos);
        }
    }

    /** Whether what was found lost has all arrived before any of it could be sent again. */
    private boolean isEveryLossDelivered() {
        return phase == Phase.FAST_RECOVERY && spurious.isNothingSentAgain() && board.nextLost() < 0;
    }

    private void progress(long nowNanos) {
        if (snd.una >= recoveryPoint) {
            if (phase == Phase.FAST_RECOVERY) {
                congestion.onRecovered(nowNanos);
            }
            rack.onRecovered();
            leave();
        } else if (phase == Phase.FAST_RECOVERY && !selectiveAcks) {
            // RFC 6582 3.2: a partial acknowledgment shows the next hole.
            board.markFirstLost();
            firstIsDue = true;
        }
    }

    private void leave() {
        phase = Phase.OPEN;
        forward.stop();
        firstIsDue = false;
        duplicates = 0;
    }

    /** Nothing was lost: everything as before (RFC 4015). */
    private void undo(long nowNanos) {
        counters.spuriousRecoveries++;
        congestion.undo(nowNanos);
        spurious.end();
        if (phase == Phase.FAST_RECOVERY) {
            // The timestamp has told before a D-SACK could.
            rack.onSpuriousRetransmission(snd.una, snd.nxt);
        }
        if (phase != Phase.OPEN) {
            board.forgetLosses();
            leave();
        }
    }

    /** Forward RTO-recovery (RFC 5682 2.1 and 3.1); true if the timeout is found to be spurious. */
    private boolean stepForward(boolean advances, boolean duplicate) {
        return forward.isRunning()
                && forward.onAcknowledgment(
                        board.isOriginalDelivered(recoveryPoint),
                        selectiveAcks,
                        advances,
                        snd.una < recoveryPoint,
                        output.canSendNew(),
                        advances || duplicate || board.deliveredBytes > 0);
    }

    private void detectLoss(boolean advances, long arrivalNanos, long nowNanos) {
        boolean marked = false;
        if (!selectiveAcks) {
            // RFC 6582 3.2 step 2: duplicates of what was retransmitted in the last episode prove nothing.
            if (phase == Phase.OPEN && !advances && duplicates >= DUPLICATE_THRESHOLD && snd.una > recoveryPoint) {
                marked = board.markFirstLost();
            }
        } else if (config.timeBasedLossDetection) {
            marked = detectLossByTime(arrivalNanos);
        } else if (board.sackedSegments() > 0) {
            marked = board.detectLossByCount();
        }
        if (marked && phase == Phase.OPEN) {
            enterRecovery(nowNanos);
        }
    }

    private boolean detectLossByTime(long nowNanos) {
        long before = board.everLostBytes();
        long window = rack.reorderingWindowNanos(phase != Phase.OPEN, board.sackedSegments());
        reorderingDeadlineNanos = board.detectLossByTime(window, nowNanos);
        return board.everLostBytes() != before;
    }

    private void enterRecovery(long nowNanos) {
        phase = Phase.FAST_RECOVERY;
        firstIsDue = true;
        recoveryPoint = snd.nxt;
        probe.forget();
        spurious.begin();
        counters.fastRecoveries++;
        congestion.onLoss(board.outstandingBytes(), nowNanos);
        reduction.start(board.outstandingBytes());
    }

    private void report(long acked, long delivered, long lost, long flight, long arrivalNanos) {
        ack.ackedBytes = acked;
        ack.deliveredBytes = delivered;
        ack.lostBytes = lost;
        ack.flightBeforeBytes = flight;
        ack.flightBytes = pipeBytes();
        ack.nowNanos = arrivalNanos;
        ack.una = snd.una;
        ack.nxt = snd.nxt;
        ack.windowLimited = windowLimited;
        ack.rateFlightBytes = board.newestFlightBytes;
        ack.ratePriorLostBytes = board.newestLostBytes;
        ack.totalLostBytes = board.everLostBytes();
        windowLimited = false;
        rate.finish(ack, rtt.minimumNanos());
        congestion.onAcknowledged(ack);
    }

    /** The peer answered, so retries start counting anew. */
    public void onPeerAlive() {
        timeouts = 0;
    }

    /** There is nothing more to send though the windows are open. */
    public void onApplicationLimited() {
        rate.onApplicationLimited(pipeBytes());
    }

    /** Bytes that are not acknowledged. */
    public long outstandingBytes() {
        return board.outstandingBytes();
    }

    /** Whether something waits to be sent again for which the peer has room. */
    public boolean hasLost() {
        return board.nextLost(snd.rightEdge()) >= 0;
    }

    /**
     * Something new is about to be sent.
     *
     * @param length in sequence space
     * @param fin whether its last number is a FIN
     */
    public void onSending(long sequence, int length, boolean fin, long nowNanos) {
        board.append(sequence, length, fin, nowNanos);
    }

    /** The sender could have sent more if the window had been larger. */
    public void onWindowLimited() {
        windowLimited = true;
    }

    /** Something new was sent. */
    public void onSent(int bytes, long nowNanos) {
        reduction.onSent(bytes);
        probeIsDue = true;
        if (rtoDeadlineNanos == TimerWheel.NEVER) {
            restartTimer(nowNanos);
        }
    }

    /** At the end of a burst: sets the timer for a tail loss probe if there is reason for one (RFC 8985 7.2). */
    public void armProbe(long nowNanos) {
        boolean wanted = config.tailLossProbes
                && selectiveAcks
                && phase == Phase.OPEN
                && !probe.isOutstanding()
                && board.sackedSegments() == 0
                && !board.isEmpty();
        if (!wanted) {
            probe.disarm();
        } else if (probeIsDue) {
            probe.arm(rtt, board.size(), board.sentNanos(board.lastIndex()), rtoDeadlineNanos, nowNanos);
        }
        probeIsDue = false;
    }

    public void onTimer(long nowNanos) {
        if (reorderingDeadlineNanos <= nowNanos) {
            reorderingDeadlineNanos = TimerWheel.NEVER;
            if (detectLossByTime(nowNanos) && phase == Phase.OPEN) {
                enterRecovery(nowNanos);
            }
        }
        if (probe.deadlineNanos() <= nowNanos && sendProbe(nowNanos)) {
            return;
        }
        if (rtoDeadlineNanos <= nowNanos) {
            rtoDeadlineNanos = TimerWheel.NEVER;
            onTimeout(nowNanos);
        }
    }

    /**
     * RFC 8985 7.3: new data if there is any, else the last segment again.
     *
     * @return whether there was a reason for it
     */
    private boolean sendProbe(long nowNanos) {
        probe.disarm();
        if (board.isEmpty() || phase != Phase.OPEN || board.sackedSegments() > 0) {
            // What came in this very turn has made it needless.
            return false;
        }
        if (output.isCongested()) {
            // What it would ask after may not even have left.
            return false;
        }
        boolean fresh = output.sendOneNew(nowNanos);
        long last = board.lastIndex();
        if (!fresh && !board.fits(last, snd.rightEdge())) {
            // The peer has taken its window back, and would not look at it.
            return false;
        }
        counters.tailLossProbes++;
        if (!fresh) {
            emitAgain(last, nowNanos);
            board.markRetransmitted(last, nowNanos);
        }
        probe.onSent(snd.nxt, !fresh);
        probeIsDue = false;
        restartTimer(nowNanos);
        return true;
    }

    private void onTimeout(long nowNanos) {
        if (board.isEmpty()) {
            return;
        }
        counters.retransmissionTimeouts++;
        if (++timeouts > mostRetries()) {
            output.giveUp(nowNanos);
            return;
        }
        boolean closed = snd.windowBytes == 0;
        if (closed) {
            forward.stop();
            spurious.end();
        } else {
            onCongestion(nowNanos);
        }
        boolean byTime = selectiveAcks && config.timeBasedLossDetection;
        // RFC 8985 6.3: what was sent only lately may still arrive.
        board.markLostUntil(byTime ? nowNanos - rack.rttNanos() - rack.reorderingWindowNanos(true, 0) : Long.MAX_VALUE);
        reorderingDeadlineNanos = TimerWheel.NEVER;
        duplicates = 0;
        phase = Phase.AFTER_TIMEOUT;
        firstIsDue = !closed;
        recoveryPoint = snd.nxt;
        probe.forget();
        rtt.backOff();
        restartTimer(nowNanos);
        if (closed) {
            probeClosedWindow(nowNanos);
        }
    }

    private void onCongestion(long nowNanos) {
        boolean first = phase != Phase.FAST_RECOVERY && (!timedOut || timedOutAt != snd.una);
        if (phase == Phase.AFTER_TIMEOUT) {
            forward.stop();
        } else {
            forward.start();
        }
        congestion.onTimeout(board.outstandingBytes(), first, nowNanos);
        if (first) {
            spurious.begin();
        }
        timedOut = true;
        timedOutAt = snd.una;
        int length = (int) Math.min(snd.windowBytes, board.length(board.firstIndex()));
        size.onTimeout(length, nowNanos);
    }

    /**
     * The peer has taken its window back to nothing while data is under way: the timer probes with a byte of it, in place of
     * the retransmission (RFC 9293 3.8.6, MUST-34). It says nothing about the path, and it goes on as long as the peer answers.
     */
    private void probeClosedWindow(long nowNanos) {
        long first = board.firstIndex();
        boolean fin = board.isFin(first) && board.length(first) == 1;
        counters.segmentsRetransmitted++;
        board.markFirstProbed();
        output.emit(board.sequence(first), fin ? TcpFlags.FIN | TcpFlags.ACK : TcpFlags.ACK, fin ? 0 : 1, nowNanos);
    }

    /** The peer has room again: the waiting was for that, not for the path. */
    public void onWindowOpened() {
        if (!board.isEmpty()) {
            rtt.endBackoff();
        }
    }

    /** How often a peer may leave something unanswered until the connection ends. */
    public int mostRetries() {
        return mostRetries;
    }

    /** The path takes only smaller packets: what was too large is sent again, which is not a sign of congestion. */
    public void onSmallerSegments() {
        board.markLostUntil(Long.MAX_VALUE);
        firstIsDue = true;
        probe.forget();
        if (phase == Phase.OPEN) {
            phase = Phase.AFTER_TIMEOUT;
            recoveryPoint = snd.nxt;
        }
    }

    /**
     * Sends lost segments again, within the peer's window (RFC 9293 3.8.6, SHLD-15 and 16), the congestion window and the
     * budget; returns what is left of the budget.
     */
    public int retransmit(int burst, long nowNanos) {
        int budget = burst;
        // RFC 5682: while new data tests whether the timeout was spurious, nothing is sent again.
        while (budget > 0 && !forward.isTesting()) {
            long index = board.nextLost(snd.rightEdge());
            if (index < 0) {
                break;
            }
            int length = (int) Math.min(board.length(index), snd.rightEdge() - board.sequence(index));
            if (!firstIsDue && pipeBytes() + length > windowBytes()) {
                break;
            }
            if (length < board.length(index)) {
                board.splitFirst(length);
                index = board.firstIndex();
            }
            firstIsDue = false;
            long sequence = board.sequence(index);
            emitAgain(index, nowNanos);
            board.markRetransmitted(index, nowNanos);
            spurious.onRetransmitted(sequence, sequence + length, timestamps.value(nowNanos));
            reduction.onSent(length);
            if (index == board.firstIndex() || rtoDeadlineNanos == TimerWheel.NEVER) {
                restartTimer(nowNanos);
            }
            budget -= length;
        }
        return budget;
    }

    private void emitAgain(long index, long nowNanos) {
        long sequence = board.sequence(index);
        boolean fin = board.isFin(index);
        int left = board.length(index) - (fin ? 1 : 0);
        do {
            int payload = Math.min(left, output.payloadBytes());
            left -= payload;
            int flags = TcpFlags.ACK;
            if (left == 0 && payload > 0 && sequence + payload + (fin ? 1 : 0) == snd.nxt) {
                flags |= TcpFlags.PSH;
            }
            if (left == 0 && fin) {
                flags |= TcpFlags.FIN;
            }
            counters.segmentsRetransmitted++;
            output.emit(sequence, flags, payload, nowNanos);
            sequence += payload;
        } while (left > 0);
    }

    public long nextDeadlineNanos() {
        return Math.min(rtoDeadlineNanos, Math.min(reorderingDeadlineNanos, probe.deadlineNanos()));
    }
}
