package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.timer.TimerWheel;
import java.util.Arrays;

/**
 * Acknowledgments, round-trip samples, loss and retransmission of a connection: fast retransmit and recovery with
 * selective acknowledgments (a conservative form of RFC 6675) or by duplicate acknowledgments (RFC 6582), and the
 * retransmission timer (RFC 6298).
 *
 * <p>Duplicate acknowledgments without SACK count as that many segments received. So the pipe shrinks with each of them
 * and lets a new segment out: limited transmit (RFC 3042) before, window inflation during recovery.
 */
final class LossRecovery {
    private static final int DUPLICATE_THRESHOLD = 3;

    private final TcpConnection connection;
    private final Sender sender;
    private final TcpConfig config;

    private final long[] sackedLeft = new long[TcpSegment.MAX_SACK_BLOCKS];
    private final long[] sackedRight = new long[TcpSegment.MAX_SACK_BLOCKS];
    private int sackedCursor;

    private final AckSample ack = new AckSample();
    private int duplicates;
    private boolean recovering;
    private boolean afterTimeout;
    private boolean firstIsDue;
    private long recoveryPoint;
    private long timedOutAt = -1;
    private int timeouts;

    LossRecovery(TcpConnection connection, Sender sender) {
        this.connection = connection;
        this.sender = sender;
        this.config = connection.layer.config;
        this.recoveryPoint = sender.iss;
    }

    /** Bytes believed to be in the network. */
    long pipeBytes() {
        SegmentScoreboard board = sender.board;
        if (duplicates == 0) {
            return board.pipeBytes();
        }
        long received = (long) Math.min(duplicates, board.size() - 1) * connection.segmentBytes();
        return Math.max(0, board.pipeBytes() - received);
    }

    void onAcknowledgment(TcpSegment segment, long acknowledgment, boolean sameWindow, long nowNanos) {
        long flight = pipeBytes();
        if (connection.selectiveAcks && segment.sackBlocks > 0) {
            takeSackBlocks(segment, acknowledgment);
        }
        if (acknowledgment > sender.una) {
            onNewAcknowledgment(segment, acknowledgment, flight, nowNanos);
        } else if (acknowledgment == sender.una
                && segment.sequenceLength() == 0
                && sameWindow
                && !connection.selectiveAcks
                && !sender.board.isEmpty()) {
            onDuplicate(nowNanos);
        }
        if (connection.selectiveAcks && sender.board.sackedBytes() > 0 && sender.board.detectLoss() && !recovering) {
            enterRecovery(nowNanos);
        }
    }

    private void onNewAcknowledgment(TcpSegment segment, long acknowledgment, long flight, long nowNanos) {
        SegmentScoreboard board = sender.board;
        long acked = acknowledgment - sender.una;
        sender.una = acknowledgment;
        board.acknowledge(acknowledgment);
        sampleRtt(segment);
        sender.rtt.endBackoff();
        timeouts = 0;
        sender.rtoDeadlineNanos = board.isEmpty() ? TimerWheel.NEVER : nowNanos + sender.rtt.rtoNanos();
        duplicates = recovering ? Math.max(0, duplicates - Math.max(0, board.ackedSegments - 1)) : 0;
        if (recovering && acknowledgment >= recoveryPoint) {
            recovering = false;
            duplicates = 0;
            if (!afterTimeout) {
                sender.congestion.onRecovered(nowNanos);
                return;
            }
            afterTimeout = false;
        } else if (recovering && !afterTimeout) {
            if (!connection.selectiveAcks) {
                // RFC 6582 3.2: a partial acknowledgment shows the next hole.
                board.markFirstLost();
                firstIsDue = true;
            }
            return;
        }
        ack.ackedBytes = acked;
        ack.flightBeforeBytes = flight;
        ack.nowNanos = segment.ingressNanos;
        sender.congestion.onAcknowledged(ack);
    }

    private void sampleRtt(TcpSegment segment) {
        if (sender.board.ackedSentNanos != SegmentScoreboard.NO_TIME) {
            sender.rtt.sample(segment.ingressNanos - sender.board.ackedSentNanos);
        } else if (connection.timestamps && segment.hasTimestamps && segment.timestampEcho != 0) {
            int elapsedMillis = connection.timestampValue(segment.ingressNanos) - segment.timestampEcho;
            if (elapsedMillis >= 0) {
                sender.rtt.sample(elapsedMillis * 1_000_000L);
            }
        }
    }

    private void onDuplicate(long nowNanos) {
        duplicates++;
        // RFC 6582 3.2 step 2: duplicates of what was retransmitted in the last episode prove nothing.
        if (!recovering && duplicates >= DUPLICATE_THRESHOLD && sender.una > recoveryPoint) {
            sender.board.markFirstLost();
            enterRecovery(nowNanos);
        }
    }

    private void takeSackBlocks(TcpSegment segment, long acknowledgment) {
        long una = Math.max(sender.una, acknowledgment);
        for (int i = 0; i < segment.sackBlocks; i++) {
            long left = SequenceNumbers.extend(sender.una, segment.sackLeft[i]);
            long right = SequenceNumbers.extend(sender.una, segment.sackRight[i]);
            if (left < una || left >= right || right > sender.nxt) {
                // Below UNA it is a D-SACK (RFC 2883), otherwise nonsense.
                continue;
            }
            long from = left;
            int known = -1;
            for (int k = 0; k < sackedLeft.length; k++) {
                if (sackedLeft[k] == left && sackedRight[k] != 0) {
                    known = k;
                    // Only the growth of a block that is known is new; a segment may straddle its old end.
                    from = Math.max(left, sackedRight[k] - 65_535);
                }
            }
            if (known < 0) {
                known = sackedCursor;
                sackedCursor = (sackedCursor + 1) & (sackedLeft.length - 1);
            }
            sackedLeft[known] = left;
            sackedRight[known] = right;
            sender.board.sack(from, right);
        }
    }

    private void enterRecovery(long nowNanos) {
        recovering = true;
        afterTimeout = false;
        firstIsDue = true;
        recoveryPoint = sender.nxt;
        connection.layer.counters.fastRecoveries++;
        sender.congestion.onLoss(sender.board.outstandingBytes(), nowNanos);
    }

    /** The peer answered, so retries start counting anew. */
    void onPeerAlive() {
        timeouts = 0;
    }

    void onTimeout(long nowNanos) {
        if (sender.board.isEmpty()) {
            return;
        }
        connection.layer.counters.retransmissionTimeouts++;
        if (++timeouts > config.dataRetries) {
            connection.fail(Failure.TIMED_OUT, true, nowNanos);
            return;
        }
        sender.congestion.onTimeout(sender.board.outstandingBytes(), timedOutAt != sender.una, nowNanos);
        timedOutAt = sender.una;
        sender.board.markAllLost();
        Arrays.fill(sackedRight, 0);
        duplicates = 0;
        recovering = true;
        afterTimeout = true;
        firstIsDue = true;
        recoveryPoint = sender.nxt;
        sender.rtt.backOff();
        sender.rtoDeadlineNanos = nowNanos + sender.rtt.rtoNanos();
    }

    /** The path takes only smaller packets: what was too large is sent again, which is not a sign of congestion. */
    void onSmallerSegments() {
        sender.board.markAllLost();
        firstIsDue = true;
        if (!recovering) {
            recovering = true;
            afterTimeout = true;
            recoveryPoint = sender.nxt;
        }
    }

    /** Sends lost segments again, within the congestion window and the budget; returns what is left of the budget. */
    int retransmit(int burst, long nowNanos) {
        SegmentScoreboard board = sender.board;
        int budget = burst;
        while (budget > 0) {
            long index = board.nextLost();
            if (index < 0) {
                break;
            }
            int length = board.length(index);
            if (!firstIsDue && pipeBytes() + length > sender.congestion.windowBytes()) {
                break;
            }
            firstIsDue = false;
            emitAgain(index, nowNanos);
            board.markRetransmitted(index, nowNanos);
            if (sender.rtoDeadlineNanos == TimerWheel.NEVER) {
                sender.rtoDeadlineNanos = nowNanos + sender.rtt.rtoNanos();
            }
            budget -= length;
        }
        return budget;
    }

    private void emitAgain(long index, long nowNanos) {
        SegmentScoreboard board = sender.board;
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
}
