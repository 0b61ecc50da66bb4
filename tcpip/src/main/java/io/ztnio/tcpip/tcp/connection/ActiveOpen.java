package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.tcp.config.Offer;
import io.ztnio.tcpip.tcp.segment.SegmentWriter;
import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.timer.TimerWheel;

/** The states SYN-SENT and, when both sides open at once, SYN-RECEIVED (RFC 9293 3.5). */
final class ActiveOpen {
    private final TcpConnection connection;
    private Offer offer;
    private int attempts;
    private boolean due;

    /** Whether the peer has asked for our SYN-ACK once more. */
    private boolean repeated;

    /** The peer's crossing SYN if it had data, which nobody may read before the handshake is over; else {@code null}. */
    private TcpSegment early;

    private long sentNanos;
    private long deadlineNanos = TimerWheel.NEVER;

    ActiveOpen(TcpConnection connection) {
        this.connection = connection;
    }

    void start() {
        offer = Offer.own(connection.ground.config);
        connection.state = TcpState.SYN_SENT;
        due = true;
        connection.markDirty();
    }

    /** Sends a SYN if one is due; true while the handshake goes on. */
    boolean flush(long nowNanos) {
        if (connection.state != TcpState.SYN_SENT && connection.state != TcpState.SYN_RECEIVED) {
            deadlineNanos = TimerWheel.NEVER;
            return false;
        }
        if (due) {
            due = false;
            repeated = false;
            sendSyn(nowNanos);
            sentNanos = nowNanos;
            deadlineNanos = nowNanos + connection.sender.rtt.backedOff(attempts);
            attempts++;
        } else if (repeated) {
            repeated = false;
            sendSyn(nowNanos);
        }
        connection.user.publishLater();
        connection.ground.wheel.schedule(connection, deadlineNanos);
        return true;
    }

    private void sendSyn(long nowNanos) {
        boolean answer = connection.state == TcpState.SYN_RECEIVED;
        SegmentWriter writer = connection.ground.writer;
        writer.start(connection.path, connection.localPort, connection.remotePort);
        offer.write(
                writer,
                connection.offeredSegmentBytes(),
                connection.timestamps.value(nowNanos),
                answer ? connection.timestamps.recent() : 0);
        Sender sender = connection.sender;
        sender.snd.nxt = sender.snd.iss + 1;
        writer.sendEmpty(
                sender.snd.iss,
                answer ? connection.receiver.nxt : 0,
                answer ? TcpFlags.SYN | TcpFlags.ACK : TcpFlags.SYN,
                connection.receiver.synWindow(),
                connection.options.trafficClass,
                nowNanos);
    }

    void onTimer(long nowNanos) {
        if (deadlineNanos > nowNanos) {
            return;
        }
        deadlineNanos = TimerWheel.NEVER;
        if (attempts > connection.ground.config.synRetries) {
            connection.fail(Failure.TIMED_OUT, false, nowNanos);
        } else {
            due = true;
        }
    }

    /**
     * The peer has an older connection with our addresses, whose acknowledgment has just been reset (RFC 9293 3.5.1): the
     * SYN goes again at once, the first time, for the peer has dropped the one before.
     */
    void onStaleAcknowledgment() {
        if (attempts == 1) {
            due = true;
            connection.markDirty();
        }
    }

    /** The peer's SYN came without an acknowledgment of ours: simultaneous open (RFC 9293 3.10.7.3). */
    void onCrossingSyn(TcpSegment segment) {
        takeSyn(segment);
        early = segment.payloadLength > 0 ? segment.copy() : null;
        connection.state = TcpState.SYN_RECEIVED;
        attempts = 0;
        due = true;
        connection.markDirty();
    }

    /** The peer's SYN came again: it has not got our answer. The timer goes on as it was. */
    void repeatSynAck() {
        repeated = true;
        // Which of them will be answered nobody knows: it says nothing of the round trip.
        attempts = Math.max(attempts, 2);
        connection.markDirty();
    }

    /** The peer's SYN acknowledges ours. */
    void onSynAck(TcpSegment segment, long nowNanos) {
        takeSyn(segment);
        complete(segment, connection.receiver.nxt - 1, nowNanos);
        connection.receiver.acknowledgeNow();
    }

    /** Our SYN has been acknowledged. */
    void complete(TcpSegment segment, long sequence, long nowNanos) {
        Sender sender = connection.sender;
        sender.snd.una = sender.snd.iss + 1;
        if (attempts == 1) {
            sender.rtt.sample(segment.ingressNanos - sentNanos);
            sender.rtt.sampleMinimum(segment.ingressNanos - sentNanos, nowNanos);
        } else {
            sender.rtt.afterRetransmittedSyn();
        }
        connection.onAnswered();
        connection.becomeEstablished(segment, sequence, offer.peerShift(), nowNanos);
        connection.teardown.afterEstablished();
    }

    /** Gives out the crossing SYN with its data, once; {@code null} if it had none. */
    TcpSegment takeEarly() {
        TcpSegment taken = early;
        early = null;
        return taken;
    }

    private void takeSyn(TcpSegment segment) {
        Offer agreed = Offer.of(connection.ground.config, segment);
        offer = agreed;
        connection.negotiate(segment, agreed);
        connection.receiver.onSyn(SequenceNumbers.initial(segment.sequence), agreed.ownShift());
    }

    void onError(IcmpError error, long nowNanos) {
        if (connection.state != TcpState.SYN_SENT && connection.state != TcpState.SYN_RECEIVED) {
            return;
        }
        switch (error) {
            case PORT_UNREACHABLE, PROTOCOL_UNREACHABLE -> connection.fail(Failure.REFUSED, false, nowNanos);
            case NEIGHBOUR_UNRESOLVED -> connection.fail(Failure.NO_ROUTE, false, nowNanos);
            // RFC 5461 4.1, as Linux: who connects may have other addresses to try, and should not wait for two
            // minutes.
            case NETWORK_UNREACHABLE -> connection.fail(Failure.NETWORK_UNREACHABLE, false, nowNanos);
            case HOST_UNREACHABLE, ADMINISTRATIVELY_PROHIBITED, TIME_EXCEEDED ->
                connection.fail(Failure.NO_ROUTE, false, nowNanos);
            default -> {}
        }
    }

    long nextDeadlineNanos() {
        return deadlineNanos;
    }
}
