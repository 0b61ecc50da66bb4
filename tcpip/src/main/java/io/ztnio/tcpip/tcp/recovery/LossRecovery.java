package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.buffer.MemoryShare;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.congestion.CongestionControl;
import io.ztnio.tcpip.tcp.segment.SegmentSize;
import io.ztnio.tcpip.tcp.segment.SendSequence;
import io.ztnio.tcpip.tcp.segment.TcpCounters;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.segment.Timestamps;

/**
 * Acknowledgments, loss and retransmission of a connection: which segments are lost ({@link RackDetector} with selective
 * acknowledgments, RFC 6582 by duplicates without), how the flight shrinks ({@link ProportionalRateReduction}), the
 * retransmission timer (RFC 6298), forward RTO-recovery (RFC 5682), and the way back if nothing had been lost
 * ({@link SpuriousDetector}, RFC 4015).
 *
 * <p>Thread: confined to the gate.
 */
public final class LossRecovery {
    private enum Phase {
        OPEN,
        FAST_RECOVERY,
        AFTER_TIMEOUT
    }

    private final RecoveryOutput output;
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
    private final TailLossProbe probe;
    private final LossDetector losses;
    private final ProportionalRateReduction reduction = new ProportionalRateReduction();
    private final SpuriousDetector spurious;
    private final ForwardRecovery forward = new ForwardRecovery();
    private final SackBlocks blocks = new SackBlocks();
    private final DuplicateAcks duplicates;
    private final RetransmissionTimer timer;
    private final Retransmitter retransmitter;
    private final AckReport report;

    private Phase phase = Phase.OPEN;
    private boolean selectiveAcks;
    private boolean firstIsDue;
    private long recoveryPoint;
    private boolean timedOut;
    private long timedOutAt;

    /**
     * Before the connection is established.
     *
     * @param memory what the memory for segments in flight is charged to
     */
    public LossRecovery(
            RecoveryOutput output,
            SendSequence snd,
            SegmentSize size,
            Timestamps timestamps,
            CongestionControl congestion,
            TcpConfig config,
            TcpCounters counters,
            MemoryShare memory) {
        this.output = output;
        this.snd = snd;
        this.size = size;
        this.timestamps = timestamps;
        this.congestion = congestion;
        this.config = config;
        this.counters = counters;
        this.recoveryPoint = snd.iss;
        this.rtt = new RttEstimator(config);
        this.rack = new RackDetector(timestamps, rtt);
        this.board = new SegmentScoreboard(rack, rate, memory);
        this.spurious = new SpuriousDetector(memory);
        this.duplicates = new DuplicateAcks(snd, size, board);
        this.timer = new RetransmissionTimer(config, rtt, board);
        this.retransmitter = new Retransmitter(output, snd, board, counters);
        this.probe = new TailLossProbe(output, snd, rtt, board, timer, retransmitter, counters);
        this.losses = new LossDetector(config.timeBasedLossDetection, snd, rack, board, duplicates);
        this.report = new AckReport(snd, rtt, rack, rate, board, congestion);
    }

    /** Whether both SYNs have offered selective acknowledgments. */
    public void useSelectiveAcks(boolean both) {
        selectiveAcks = both;
    }

    /** The application has left what is still to be sent behind. */
    public void onOrphan() {
        timer.onOrphan();
    }

    /** Bytes believed to be in the network. */
    public long pipeBytes() {
        return Math.max(0, board.pipeBytes() - duplicates.bytes());
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
        long duplicated = duplicates.bytes();
        long lost = board.everLostBytes();
        boolean recovering = phase == Phase.FAST_RECOVERY;
        boolean advances = acknowledgment > snd.una;
        long acked = advances ? acknowledgment - snd.una : 0;
        begin(segment);
        if (advances) {
            advance(acknowledgment, arrival);
        }
        takeBlocks(segment, acknowledgment, arrival);
        boolean duplicate = !advances && duplicates.isDuplicate(segment, acknowledgment, sameWindow);
        if (duplicate && !selectiveAcks) {
            duplicates.add();
        }
        sampleRtt(segment, advances, arrival);
        if (advances) {
            timer.stop();
            timer.restart(nowNanos);
        }
        settle(segment, advances, duplicate, nowNanos);
        detectLoss(advances, arrival, nowNanos);
        long delivered = selectiveAcks
                ? board.deliveredBytes
                : Math.max(0, board.deliveredBytes + duplicates.bytes() - duplicated);
        if (phase == Phase.FAST_RECOVERY) {
            boolean safe = advances && board.everLostBytes() == lost;
            reduction.onAcknowledgment(delivered, safe, pipeBytes(), congestion.thresholdBytes(), size.bytes());
        }
        if (delivered > 0 || acked > 0) {
            // RFC 3168 6.1.2: the window does not grow by an acknowledgment that tells of congestion.
            boolean held = recovering || phase == Phase.FAST_RECOVERY || marked;
            report.tell(acked, delivered, pipeBytes(), held, arrival);
        }
        if (advances || board.deliveredBytes > 0) {
            probe.onNews();
        }
    }

    private void begin(TcpSegment segment) {
        report.begin(pipeBytes());
        board.beginAcknowledgment();
        rack.beginAcknowledgment(segment);
    }

    private void advance(long acknowledgment, long arrivalNanos) {
        snd.una = acknowledgment;
        board.acknowledge(acknowledgment, arrivalNanos);
        rtt.endBackoff();
        timer.onPeerAlive();
        duplicates.onAdvance(phase == Phase.FAST_RECOVERY);
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

    private void sampleRtt(TcpSegment segment, boolean advances, long arrivalNanos) {
        report.sampleRtt(arrivalNanos);
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
        duplicates.forget();
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
        boolean marked = losses.detect(selectiveAcks, phase == Phase.OPEN, advances, recoveryPoint, arrivalNanos);
        if (marked && phase == Phase.OPEN) {
            enterRecovery(nowNanos);
        }
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

    /** The peer answered, so retries start counting anew. */
    public void onPeerAlive() {
        timer.onPeerAlive();
    }

    /** There is nothing more to send though the windows are open. */
    public void onApplicationLimited() {
        rate.onApplicationLimited(pipeBytes());
    }

    /** Whether another segment can be kept account of: if not, an acknowledgment has to come first. */
    public boolean makeRoom() {
        return board.makeRoom();
    }

    /** Memory that it holds, in bytes. */
    public int heldBytes() {
        return board.heldBytes() + spurious.heldBytes();
    }

    /** Gives memory back that nothing in flight needs. */
    public void trim() {
        if (board.isEmpty()) {
            drop();
        }
    }

    /** Gives all memory back: the connection is over. */
    public void drop() {
        board.drop();
        spurious.drop();
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
        report.onWindowLimited();
    }

    /** Something new was sent. */
    public void onSent(int bytes, long nowNanos) {
        reduction.onSent(bytes);
        probe.onNews();
        if (!timer.isRunning()) {
            timer.restart(nowNanos);
        }
    }

    /** At the end of a burst: gives back memory, and sets the timer for a tail loss probe if there is reason for one (RFC 8985 7.2). */
    public void onBurstEnd(long nowNanos) {
        board.shrink();
        probe.onBurstEnd(config.tailLossProbes && selectiveAcks && phase == Phase.OPEN, nowNanos);
    }

    /** Time has passed: does what is due. */
    public void onTimer(long nowNanos) {
        if (losses.deadlineNanos() <= nowNanos
                && losses.detectByTime(phase == Phase.OPEN, nowNanos)
                && phase == Phase.OPEN) {
            enterRecovery(nowNanos);
        }
        if (probe.deadlineNanos() <= nowNanos && probe.send(phase == Phase.OPEN, nowNanos)) {
            return;
        }
        if (timer.deadlineNanos() <= nowNanos) {
            timer.stop();
            onTimeout(nowNanos);
        }
    }

    /**
     * The way to the peer may be open again: what the timer has sent again, and would once more, is sent now. That is no step to giving
     * up, and makes the next wait no longer.
     *
     * @return false if the timer has not fired since something was acknowledged
     */
    public boolean repeat(long nowNanos) {
        if (!timedOut || timedOutAt != snd.una || board.isEmpty() || snd.windowBytes == 0 || !timer.isRunning()) {
            return false;
        }
        timer.forgetTimeout();
        rtt.undoBackOff();
        onTimeout(nowNanos);
        return true;
    }

    private void onTimeout(long nowNanos) {
        if (board.isEmpty()) {
            return;
        }
        counters.retransmissionTimeouts++;
        if (!timer.mayRetry()) {
            output.giveUp(nowNanos);
            return;
        }
        boolean again = timedOut && timedOutAt == snd.una;
        boolean closed = snd.windowBytes == 0;
        if (closed) {
            forward.stop();
            spurious.end();
        } else {
            onCongestion(nowNanos);
        }
        if (board.isFirstSacked() || again) {
            // RFC 2018 8. A first timeout alone proves nothing (RFC 6675 5.1), as in Linux.
            board.forgetSacks();
        }
        boolean byTime = selectiveAcks && config.timeBasedLossDetection;
        // RFC 8985 6.3: what was sent only lately may still arrive.
        board.markLostUntil(byTime ? nowNanos - rack.rttNanos() - rack.reorderingWindowNanos(true, 0) : Long.MAX_VALUE);
        losses.stopTimer();
        duplicates.forget();
        phase = Phase.AFTER_TIMEOUT;
        firstIsDue = !closed;
        recoveryPoint = snd.nxt;
        probe.forget();
        rtt.backOff();
        timer.restart(nowNanos);
        if (closed) {
            retransmitter.probeClosedWindow(nowNanos);
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

    /** The peer has room again: the waiting was for that, not for the path. */
    public void onWindowOpened() {
        if (!board.isEmpty()) {
            rtt.endBackoff();
        }
    }

    /** How often a peer may leave something unanswered until the connection ends. */
    public int mostRetries() {
        return timer.mostRetries();
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
            firstIsDue = false;
            if (length < board.length(index)) {
                if (!board.makeRoom()) {
                    retransmitter.sendFirst(length, nowNanos);
                    timer.restart(nowNanos);
                    break;
                }
                board.splitFirst(length);
                index = board.firstIndex();
            }
            long sequence = board.sequence(index);
            retransmitter.send(index, nowNanos);
            spurious.onRetransmitted(sequence, sequence + length, timestamps.value(nowNanos));
            reduction.onSent(length);
            if (index == board.firstIndex() || !timer.isRunning()) {
                timer.restart(nowNanos);
            }
            budget -= length;
        }
        return budget;
    }

    /** When {@link #onTimer} has something to do, or {@link io.ztnio.tcpip.timer.TimerWheel#NEVER}. */
    public long nextDeadlineNanos() {
        return Math.min(timer.deadlineNanos(), Math.min(losses.deadlineNanos(), probe.deadlineNanos()));
    }
}
