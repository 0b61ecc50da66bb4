package io.ztnio.tcpip.tcp;

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
final class LossRecovery {
    private static final int DUPLICATE_THRESHOLD = 3;

    private enum Phase {
        OPEN,
        FAST_RECOVERY,
        AFTER_TIMEOUT
    }

    /** Steps of RFC 5682. */
    private enum Forward {
        OFF,
        /** The first segment was sent again. */
        FIRST_ACK,
        /** New data was sent; if the next acknowledgment advances, the timeout was spurious. */
        SECOND_ACK
    }

    private final TcpConnection connection;
    private final Sender sender;
    private final TcpConfig config;
    final RackDetector rack;
    final DeliveryRate rate = new DeliveryRate();
    final SegmentScoreboard board;
    private final TailLossProbe probe = new TailLossProbe();
    private final ProportionalRateReduction reduction = new ProportionalRateReduction();
    private final SpuriousDetector spurious = new SpuriousDetector();
    private final SackBlocks blocks = new SackBlocks();
    private final AckSample ack = new AckSample();

    private Phase phase = Phase.OPEN;
    private Forward forward = Forward.OFF;
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

    LossRecovery(TcpConnection connection, Sender sender) {
        this.connection = connection;
        this.sender = sender;
        this.config = connection.layer.config;
        this.recoveryPoint = sender.iss;
        this.rack = new RackDetector(connection, sender.rtt);
        this.board = new SegmentScoreboard(rack, rate);
    }

    /** Bytes believed to be in the network. */
    long pipeBytes() {
        return Math.max(0, board.pipeBytes() - duplicateBytes());
    }

    /** What duplicate acknowledgments without SACK show to have arrived. */
    private long duplicateBytes() {
        return duplicates == 0 ? 0 : (long) Math.min(duplicates, board.size() - 1) * connection.segmentBytes();
    }

    /** What may be in the network now. */
    long windowBytes() {
        return phase == Phase.FAST_RECOVERY && !sender.congestion.regulatesRecovery()
                ? reduction.windowBytes()
                : sender.congestion.windowBytes();
    }

    void onAcknowledgment(TcpSegment segment, long acknowledgment, boolean sameWindow, long nowNanos) {
        long arrival = segment.ingressNanos;
        long flight = pipeBytes();
        long duplicated = duplicateBytes();
        long lost = board.everLostBytes();
        boolean recovering = phase == Phase.FAST_RECOVERY;
        boolean advances = acknowledgment > sender.una;
        long acked = advances ? acknowledgment - sender.una : 0;
        begin(segment);
        if (advances) {
            advance(acknowledgment, arrival);
        }
        takeBlocks(segment, acknowledgment, arrival);
        boolean duplicate = !advances && isDuplicate(segment, acknowledgment, sameWindow);
        if (duplicate && !connection.selectiveAcks) {
            duplicates++;
        }
        sampleRtt(segment, advances, arrival);
        if (advances) {
            rtoDeadlineNanos = TimerWheel.NEVER;
            restartTimer(nowNanos);
        }
        settle(segment, advances, duplicate, nowNanos);
        detectLoss(advances, arrival, nowNanos);
        long delivered = connection.selectiveAcks
                ? board.deliveredBytes
                : Math.max(0, board.deliveredBytes + duplicateBytes() - duplicated);
        // RFC 3168 6.1.2: the window does not grow by an acknowledgment that tells of congestion.
        ack.recovering = recovering || phase == Phase.FAST_RECOVERY || connection.marks.isEcho(segment);
        if (phase == Phase.FAST_RECOVERY) {
            reduction.onAcknowledgment(
                    delivered, pipeBytes(), sender.congestion.thresholdBytes(), connection.segmentBytes());
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
        sender.una = acknowledgment;
        board.acknowledge(acknowledgment, arrivalNanos);
        sender.rtt.endBackoff();
        timeouts = 0;
        duplicates = phase == Phase.FAST_RECOVERY ? Math.max(0, duplicates - Math.max(0, board.ackedSegments - 1)) : 0;
    }

    private void restartTimer(long nowNanos) {
        if (!board.isEmpty()) {
            rtoDeadlineNanos = nowNanos + sender.rtt.rtoNanos();
        }
    }

    private void takeBlocks(TcpSegment segment, long acknowledgment, long arrivalNanos) {
        blocks.clear();
        if (!connection.selectiveAcks || segment.sackBlocks == 0) {
            return;
        }
        blocks.read(segment, acknowledgment, sender.una, sender.nxt, sender.una - sender.largestWindowBytes);
        blocks.mark(board, arrivalNanos);
        if (blocks.hasDuplicate()
                && spurious.onDuplicate(blocks.duplicateLeft, blocks.duplicateRight)
                && !probe.isOutstanding()) {
            rack.onSpuriousRetransmission(sender.una, sender.nxt);
        }
    }

    private boolean isDuplicate(TcpSegment segment, long acknowledgment, boolean sameWindow) {
        return acknowledgment == sender.una && segment.sequenceLength() == 0 && sameWindow && !board.isEmpty();
    }

    private void sampleRtt(TcpSegment segment, boolean advances, long arrivalNanos) {
        ack.rttNanos = AckSample.NONE;
        long sent = rack.sampleSentNanos();
        if (sent != SegmentScoreboard.NO_TIME) {
            ack.rttNanos = arrivalNanos - sent;
            sender.rtt.sampleMinimum(ack.rttNanos, arrivalNanos);
        }
        if (!advances) {
            return;
        }
        if (board.ackedSentNanos != SegmentScoreboard.NO_TIME) {
            sender.rtt.sample(arrivalNanos - board.ackedSentNanos);
            if (board.isEmpty()) {
                probe.onAnswer(arrivalNanos - board.ackedSentNanos);
            }
        } else if (connection.echoes(segment)) {
            sender.rtt.sample(connection.echoMillis(segment) * 1_000_000L);
        }
    }

    /** What the acknowledgment means for an episode that goes on or is just over. */
    private void settle(TcpSegment segment, boolean advances, boolean duplicate, long nowNanos) {
        boolean late = blocks.hasDuplicate() && probe.isAbout(blocks.duplicateRight);
        if (late) {
            probe.onNeedless();
        }
        boolean again = late || (duplicate && board.deliveredBytes == 0 && !blocks.hasDuplicate());
        if (probe.onAcknowledgment(sender.una, again) && phase == Phase.OPEN) {
            sender.congestion.onLoss(board.outstandingBytes() + board.deliveredBytes, nowNanos);
            sender.congestion.onRecovered(nowNanos);
        }
        boolean original = advances
                && spurious.isOriginalAcknowledged(connection.echoes(segment), segment.timestampEcho, sender.una);
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
        if (sender.una >= recoveryPoint) {
            if (phase == Phase.FAST_RECOVERY) {
                sender.congestion.onRecovered(nowNanos);
            }
            rack.onRecovered();
            leave();
        } else if (phase == Phase.FAST_RECOVERY && !connection.selectiveAcks) {
            // RFC 6582 3.2: a partial acknowledgment shows the next hole.
            board.markFirstLost();
            firstIsDue = true;
        }
    }

    private void leave() {
        phase = Phase.OPEN;
        forward = Forward.OFF;
        firstIsDue = false;
        duplicates = 0;
    }

    /** Nothing was lost: everything as before (RFC 4015). */
    private void undo(long nowNanos) {
        connection.layer.counters.spuriousRecoveries++;
        sender.congestion.undo(nowNanos);
        spurious.end();
        if (phase == Phase.FAST_RECOVERY) {
            // The timestamp has told before a D-SACK could.
            rack.onSpuriousRetransmission(sender.una, sender.nxt);
        }
        if (phase != Phase.OPEN) {
            board.forgetLosses();
            leave();
        }
    }

    /** Forward RTO-recovery (RFC 5682 2.1 and 3.1); true if the timeout is found to be spurious. */
    private boolean stepForward(boolean advances, boolean duplicate) {
        if (forward == Forward.OFF) {
            return false;
        }
        boolean original = board.isOriginalDelivered(recoveryPoint);
        if (original && (connection.selectiveAcks || (forward == Forward.SECOND_ACK && advances))) {
            return true;
        }
        if (forward == Forward.FIRST_ACK && advances && sender.una < recoveryPoint && sender.canSendNew()) {
            forward = Forward.SECOND_ACK;
        } else if (advances || duplicate || board.deliveredBytes > 0) {
            forward = Forward.OFF;
        }
        return false;
    }

    private void detectLoss(boolean advances, long arrivalNanos, long nowNanos) {
        boolean marked = false;
        if (!connection.selectiveAcks) {
            // RFC 6582 3.2 step 2: duplicates of what was retransmitted in the last episode prove nothing.
            if (phase == Phase.OPEN && !advances && duplicates >= DUPLICATE_THRESHOLD && sender.una > recoveryPoint) {
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
        recoveryPoint = sender.nxt;
        probe.forget();
        spurious.begin();
        connection.layer.counters.fastRecoveries++;
        sender.congestion.onLoss(board.outstandingBytes(), nowNanos);
        reduction.start(board.outstandingBytes());
    }

    private void report(long acked, long delivered, long lost, long flight, long arrivalNanos) {
        ack.ackedBytes = acked;
        ack.deliveredBytes = delivered;
        ack.lostBytes = lost;
        ack.flightBeforeBytes = flight;
        ack.flightBytes = pipeBytes();
        ack.nowNanos = arrivalNanos;
        ack.una = sender.una;
        ack.nxt = sender.nxt;
        ack.windowLimited = windowLimited;
        ack.rateFlightBytes = board.newestFlightBytes;
        ack.ratePriorLostBytes = board.newestLostBytes;
        ack.totalLostBytes = board.everLostBytes();
        windowLimited = false;
        rate.finish(ack, sender.rtt.minimumNanos());
        sender.congestion.onAcknowledged(ack);
    }

    /** The peer answered, so retries start counting anew. */
    void onPeerAlive() {
        timeouts = 0;
    }

    /** The sender could have sent more if the window had been larger. */
    void onWindowLimited() {
        windowLimited = true;
    }

    /** Something new was sent. */
    void onSent(int bytes, long nowNanos) {
        reduction.onSent(bytes);
        probeIsDue = true;
        if (rtoDeadlineNanos == TimerWheel.NEVER) {
            restartTimer(nowNanos);
        }
    }

    /** At the end of a burst: sets the timer for a tail loss probe if there is reason for one (RFC 8985 7.2). */
    void armProbe(long nowNanos) {
        boolean wanted = config.tailLossProbes
                && connection.selectiveAcks
                && phase == Phase.OPEN
                && !probe.isOutstanding()
                && board.sackedSegments() == 0
                && !board.isEmpty();
        if (!wanted) {
            probe.disarm();
        } else if (probeIsDue) {
            probe.arm(sender.rtt, board.size(), board.sentNanos(board.lastIndex()), rtoDeadlineNanos, nowNanos);
        }
        probeIsDue = false;
    }

    void onTimer(long nowNanos) {
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
        if (connection.path.isCongested()) {
            // What it would ask after may not even have left.
            return false;
        }
        boolean fresh = sender.sendOneNew(nowNanos);
        long last = board.lastIndex();
        if (!fresh && !board.fits(last, sender.rightEdge())) {
            // The peer has taken its window back, and would not look at it.
            return false;
        }
        connection.layer.counters.tailLossProbes++;
        if (!fresh) {
            emitAgain(last, nowNanos);
            board.markRetransmitted(last, nowNanos);
        }
        probe.onSent(sender.nxt, !fresh);
        probeIsDue = false;
        restartTimer(nowNanos);
        return true;
    }

    private void onTimeout(long nowNanos) {
        if (board.isEmpty()) {
            return;
        }
        connection.layer.counters.retransmissionTimeouts++;
        if (++timeouts > mostRetries()) {
            connection.fail(Failure.TIMED_OUT, true, nowNanos);
            return;
        }
        boolean closed = sender.windowBytes == 0;
        if (closed) {
            forward = Forward.OFF;
            spurious.end();
        } else {
            onCongestion(nowNanos);
        }
        boolean byTime = connection.selectiveAcks && config.timeBasedLossDetection;
        // RFC 8985 6.3: what was sent only lately may still arrive.
        board.markLostUntil(byTime ? nowNanos - rack.rttNanos() - rack.reorderingWindowNanos(true, 0) : Long.MAX_VALUE);
        reorderingDeadlineNanos = TimerWheel.NEVER;
        duplicates = 0;
        phase = Phase.AFTER_TIMEOUT;
        firstIsDue = !closed;
        recoveryPoint = sender.nxt;
        probe.forget();
        sender.rtt.backOff();
        restartTimer(nowNanos);
        if (closed) {
            probeClosedWindow(nowNanos);
        }
    }

    private void onCongestion(long nowNanos) {
        boolean first = phase != Phase.FAST_RECOVERY && (!timedOut || timedOutAt != sender.una);
        forward = phase == Phase.AFTER_TIMEOUT ? Forward.OFF : Forward.FIRST_ACK;
        sender.congestion.onTimeout(board.outstandingBytes(), first, nowNanos);
        if (first) {
            spurious.begin();
        }
        timedOut = true;
        timedOutAt = sender.una;
        int length = (int) Math.min(sender.windowBytes, board.length(board.firstIndex()));
        connection.size.onTimeout(length, nowNanos);
    }

    /**
     * The peer has taken its window back to nothing while data is under way: the timer probes with a byte of it, in place of
     * the retransmission (RFC 9293 3.8.6, MUST-34). It says nothing about the path, and it goes on as long as the peer answers.
     */
    private void probeClosedWindow(long nowNanos) {
        long first = board.firstIndex();
        boolean fin = board.isFin(first) && board.length(first) == 1;
        connection.layer.counters.segmentsRetransmitted++;
        board.markFirstProbed();
        connection.emit(board.sequence(first), fin ? TcpFlags.FIN | TcpFlags.ACK : TcpFlags.ACK, fin ? 0 : 1, nowNanos);
    }

    /** The peer has room again: the waiting was for that, not for the path. */
    void onWindowOpened() {
        if (!board.isEmpty()) {
            sender.rtt.endBackoff();
        }
    }

    /** How often a peer may leave something unanswered until the connection ends. */
    int mostRetries() {
        return connection.teardown.isOrphan() ? Math.min(config.orphanRetries, config.dataRetries) : config.dataRetries;
    }

    /** The path takes only smaller packets: what was too large is sent again, which is not a sign of congestion. */
    void onSmallerSegments() {
        board.markLostUntil(Long.MAX_VALUE);
        firstIsDue = true;
        probe.forget();
        if (phase == Phase.OPEN) {
            phase = Phase.AFTER_TIMEOUT;
            recoveryPoint = sender.nxt;
        }
    }

    /**
     * Sends lost segments again, within the peer's window (RFC 9293 3.8.6, SHLD-15 and 16), the congestion window and the
     * budget; returns what is left of the budget.
     */
    int retransmit(int burst, long nowNanos) {
        int budget = burst;
        // RFC 5682: while new data tests whether the timeout was spurious, nothing is sent again.
        while (budget > 0 && forward != Forward.SECOND_ACK) {
            long index = board.nextLost(sender.rightEdge());
            if (index < 0) {
                break;
            }
            int length = (int) Math.min(board.length(index), sender.rightEdge() - board.sequence(index));
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
            spurious.onRetransmitted(sequence, sequence + length, connection.timestampValue(nowNanos));
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
            int payload = Math.min(left, connection.segmentBytes() - connection.optionBytes());
            left -= payload;
            int flags = TcpFlags.ACK;
            if (left == 0 && payload > 0 && sequence + payload + (fin ? 1 : 0) == sender.nxt) {
                flags |= TcpFlags.PSH;
            }
            if (left == 0 && fin) {
                flags |= TcpFlags.FIN;
            }
            connection.layer.counters.segmentsRetransmitted++;
            connection.emit(sequence, flags, payload, nowNanos);
            sequence += payload;
        } while (left > 0);
    }

    long nextDeadlineNanos() {
        return Math.min(rtoDeadlineNanos, Math.min(reorderingDeadlineNanos, probe.deadlineNanos()));
    }
}
