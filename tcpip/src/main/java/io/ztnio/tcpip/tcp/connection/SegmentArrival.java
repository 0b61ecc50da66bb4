package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.TcpCounters;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.segment.Timestamps;

/** SEGMENT ARRIVES of RFC 9293 3.10.7, with the tightened rules of RFC 5961 and PAWS (RFC 7323 5). */
final class SegmentArrival {
    /** RFC 7323 5.5: after 24 days a remembered timestamp says nothing. */
    private static final long TIMESTAMP_LIFE_NANOS = 24L * 24 * 3600 * 1_000_000_000L;

    /** How much older than the newest a segment may be that was overtaken: 4 GiB would need 68 Gbit/s. */
    private static final int OVERTAKING_MILLIS = 500;

    private final TcpConnection connection;
    private final TcpCounters counters;

    SegmentArrival(TcpConnection connection) {
        this.connection = connection;
        this.counters = connection.ground.counters;
    }

    void onSegment(TcpSegment segment, long nowNanos) {
        switch (connection.state) {
            case CLOSED -> {}
            case SYN_SENT -> onSynSent(segment, nowNanos);
            default -> onSynchronised(segment, nowNanos);
        }
    }

    /** SYN-SENT (RFC 9293 3.10.7.3), in this order: ACK, RST, SYN, and what goes with a SYN. */
    private void onSynSent(TcpSegment segment, long nowNanos) {
        Sender sender = connection.sender;
        boolean acknowledges = segment.has(TcpFlags.ACK);
        if (acknowledges) {
            long ack = SequenceNumbers.extend(sender.snd.iss, segment.acknowledgment);
            if (ack <= sender.snd.iss || ack > sender.snd.nxt) {
                counters.drop(TcpDropReason.UNACCEPTABLE_ACK);
                if (!segment.has(TcpFlags.RST)) {
                    connection.ground.writer.refuse(connection.path, segment, nowNanos);
                    connection.opening.onStaleAcknowledgment();
                }
                return;
            }
        }
        if (segment.has(TcpFlags.RST)) {
            if (acknowledges) {
                connection.fail(Failure.REFUSED, false, nowNanos);
            } else {
                counters.drop(TcpDropReason.UNPROVEN_RESET);
            }
            return;
        }
        if (!segment.has(TcpFlags.SYN)) {
            counters.drop(TcpDropReason.NO_FLAGS);
            return;
        }
        if (segment.has(TcpFlags.FIN)) {
            counters.drop(TcpDropReason.SYN_WITH_FIN);
            return;
        }
        if (!acknowledges) {
            connection.opening.onCrossingSyn(segment);
            return;
        }
        connection.opening.onSynAck(segment, nowNanos);
        if (segment.payloadLength > 0) {
            takeData(segment, connection.receiver.nxt, nowNanos);
        }
    }

    /** The other states (RFC 9293 3.10.7.4), in the order of the eight checks there. */
    private void onSynchronised(TcpSegment segment, long nowNanos) {
        Receiver receiver = connection.receiver;
        if (!segment.has(TcpFlags.ACK | TcpFlags.SYN | TcpFlags.RST)) {
            counters.drop(TcpDropReason.NO_FLAGS);
            return;
        }
        // First, the sequence number.
        long sequence = SequenceNumbers.extend(receiver.nxt, segment.sequence);
        boolean crossing = isOfCrossingOpen(segment, sequence);
        if (crossing && !segment.has(TcpFlags.ACK)) {
            // Our SYN-ACK was lost.
            connection.opening.repeatSynAck();
            return;
        }
        if (!isTimely(segment, sequence, nowNanos) || (!crossing && !isInWindow(segment, sequence, nowNanos))) {
            return;
        }
        // Second, RST. Third, security: there is none here.
        if (segment.has(TcpFlags.RST)) {
            onReset(sequence, nowNanos);
            return;
        }
        // Fourth, SYN.
        if (segment.has(TcpFlags.SYN) && !crossing) {
            // RFC 5961 4: whatever its sequence number, the peer has to prove that it has restarted.
            counters.drop(TcpDropReason.UNEXPECTED_SYN);
            connection.output.challenge(nowNanos);
            return;
        }
        // Fifth, ACK.
        if (!segment.has(TcpFlags.ACK)) {
            counters.drop(TcpDropReason.NO_FLAGS);
            return;
        }
        if (onAcknowledgment(segment, sequence, nowNanos)) {
            takeData(segment, sequence, nowNanos);
        }
    }

    /** PAWS (RFC 7323 5.3): R1. A RST is never too old. */
    private boolean isTimely(TcpSegment segment, long sequence, long nowNanos) {
        if (!connection.timestamps.isAgreed() || !segment.hasTimestamps || segment.has(TcpFlags.RST)) {
            return true;
        }
        int age = segment.timestampValue - connection.timestamps.recent();
        if (age < 0 && nowNanos - connection.timestamps.recentNanos() < TIMESTAMP_LIFE_NANOS) {
            if (isOvertaken(segment, sequence, age)) {
                return takeOvertaken(segment, nowNanos);
            }
            counters.drop(TcpDropReason.OLD_TIMESTAMP);
            answerUnacceptable(segment, sequence, nowNanos);
            return false;
        }
        return true;
    }

    /**
     * RFC 7323 5.3, R3, of a segment that has passed every check: one that has not could be from anybody, and a TSval of the
     * future would make all of the peer's segments too old.
     */
    private void rememberTimestamp(TcpSegment segment, long sequence, long nowNanos) {
        Timestamps timestamps = connection.timestamps;
        if (timestamps.isAgreed()
                && segment.hasTimestamps
                && (segment.timestampValue - timestamps.recent() >= 0
                        || nowNanos - timestamps.recentNanos() >= TIMESTAMP_LIFE_NANOS)
                && sequence <= connection.receiver.lastAckSent) {
            timestamps.remember(segment.timestampValue, nowNanos);
        }
    }

    /**
     * Whether newer segments have overtaken this one on its way: a pure acknowledgment, or data while others are
     * missing. By R1 they would be dropped. But a retransmission that fills a hole brings its timestamp with it, and all
     * data that it has overtaken would be lost. Sequence numbers do not come round in so short a time.
     */
    private boolean isOvertaken(TcpSegment segment, long sequence, int age) {
        if (age < -OVERTAKING_MILLIS || segment.has(TcpFlags.SYN)) {
            return false;
        }
        return segment.sequenceLength() > 0
                ? connection.receiver.isDisordered(segment.ingressNanos - OVERTAKING_MILLIS * 1_000_000L)
                : sequence == connection.receiver.nxt;
    }

    /** What an acknowledgment says about the window is old, but it alone may report a segment that came twice. */
    private boolean takeOvertaken(TcpSegment segment, long nowNanos) {
        if (segment.sequenceLength() == 0 && segment.has(TcpFlags.ACK)) {
            connection.sender.onOvertakenAcknowledgment(segment, nowNanos);
        }
        return segment.sequenceLength() > 0;
    }

    private boolean isInWindow(TcpSegment segment, long sequence, long nowNanos) {
        if (connection.receiver.isAcceptable(sequence, segment.sequenceLength())) {
            return true;
        }
        counters.drop(TcpDropReason.OUTSIDE_WINDOW);
        if (!segment.has(TcpFlags.RST)) {
            answerUnacceptable(segment, sequence, nowNanos);
        }
        return false;
    }

    /**
     * Both ends have opened at once, and the peer's SYN comes again, perhaps with an acknowledgment of ours (RFC 9293 3.5):
     * the same SYN, for another one is somebody else's.
     */
    private boolean isOfCrossingOpen(TcpSegment segment, long sequence) {
        return connection.state == TcpState.SYN_RECEIVED
                && segment.has(TcpFlags.SYN)
                && !segment.has(TcpFlags.RST | TcpFlags.FIN)
                && sequence == connection.receiver.nxt - 1;
    }

    private void answerUnacceptable(TcpSegment segment, long sequence, long nowNanos) {
        if (segment.has(TcpFlags.SYN) || segment.sequenceLength() == 0) {
            // Two ends that answer each other's pure acknowledgments must not do so for ever.
            connection.output.challenge(nowNanos);
        } else {
            connection.receiver.onDuplicate(sequence, segment.payloadLength);
        }
    }

    /** RFC 5961 3.2. */
    private void onReset(long sequence, long nowNanos) {
        if (sequence == connection.receiver.nxt) {
            connection.teardown.onReset(nowNanos);
        } else {
            counters.drop(TcpDropReason.UNPROVEN_RESET);
            if (connection.receiver.isInWindow(sequence)) {
                connection.output.challenge(nowNanos);
            }
        }
    }

    /** Fifth check; false if the segment must not be used further. */
    private boolean onAcknowledgment(TcpSegment segment, long sequence, long nowNanos) {
        Sender sender = connection.sender;
        long acknowledgment = SequenceNumbers.extend(sender.snd.una, segment.acknowledgment);
        if (connection.state == TcpState.SYN_RECEIVED) {
            if (acknowledgment <= sender.snd.iss || acknowledgment > sender.snd.nxt) {
                counters.drop(TcpDropReason.UNACCEPTABLE_ACK);
                connection.ground.writer.refuse(connection.path, segment, nowNanos);
                return false;
            }
            rememberTimestamp(segment, sequence, nowNanos);
            boolean repeatedSyn = segment.has(TcpFlags.SYN);
            long first = connection.receiver.nxt;
            connection.opening.complete(segment, sequence, nowNanos);
            TcpSegment early = connection.opening.takeEarly();
            if (early != null) {
                takeData(early, first, nowNanos);
                connection.receiver.acknowledgeNow();
            }
            return !repeatedSyn;
        }
        if (acknowledgment > sender.snd.nxt || acknowledgment < sender.snd.una - sender.snd.largestWindowBytes) {
            // RFC 5961 5.2.
            counters.drop(TcpDropReason.UNACCEPTABLE_ACK);
            connection.output.challenge(nowNanos);
            return false;
        }
        rememberTimestamp(segment, sequence, nowNanos);
        connection.onHeard(nowNanos);
        long before = sender.snd.una;
        sender.onAcknowledgment(segment, sequence, acknowledgment, nowNanos);
        if (sender.snd.una > before) {
            connection.size.onProgress();
        }
        if (sender.marks.onSegment(segment, sender.recovery.outstandingBytes(), nowNanos)) {
            connection.receiver.acknowledgeNow();
        }
        if (sender.isFinAcknowledged()) {
            connection.teardown.onFinAcknowledged(nowNanos);
        }
        return connection.state != TcpState.CLOSED;
    }

    /** Sixth, URG; seventh, the text; eighth, FIN. */
    private void takeData(TcpSegment segment, long sequence, long nowNanos) {
        if (segment.has(TcpFlags.URG) && !segment.has(TcpFlags.SYN) && connection.state.mayReceive()) {
            connection.receiver.onUrgent(segment, sequence);
        }
        if (segment.payloadLength == 0 && !segment.has(TcpFlags.FIN)) {
            return;
        }
        if (!connection.state.mayReceive()) {
            return;
        }
        if (connection.teardown.isOrphan()
                && segment.payloadLength > 0
                && sequence + segment.payloadLength > connection.receiver.nxt) {
            // RFC 9293 3.6.1 and RFC 2525 2.17: nobody will read it, and the peer should know.
            counters.drop(TcpDropReason.DATA_AFTER_CLOSE);
            connection.output.reset(nowNanos);
            connection.terminate();
            return;
        }
        if (connection.receiver.accept(segment, sequence)) {
            connection.teardown.onFinReceived(nowNanos);
        } else if (connection.receiver.isAckOverdue()) {
            connection.output.acknowledge(nowNanos);
        }
    }
}
