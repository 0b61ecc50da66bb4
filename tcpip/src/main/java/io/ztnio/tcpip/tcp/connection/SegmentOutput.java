package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.tcp.segment.SegmentWriter;
import io.ztnio.tcpip.tcp.segment.SendSequence;
import io.ztnio.tcpip.tcp.segment.TcpFlags;

/**
 * What a synchronised connection sends: every segment says what both directions stand at.
 *
 * <p>Thread: confined to the gate.
 */
final class SegmentOutput {
    private final TcpConnection connection;
    private final SendRing ring;
    private long lastChallengeNanos;
    private boolean challenged;

    SegmentOutput(TcpConnection connection, SendRing ring) {
        this.connection = connection;
        this.ring = ring;
    }

    /** Bytes of options that the next segment carries. */
    int optionBytes() {
        return (connection.timestamps.isAgreed() ? SegmentWriter.TIMESTAMP_BYTES : 0)
                + connection.receiver.sackOptionBytes();
    }

    /** Sends a segment; {@code sequence} and {@code payload} say which bytes of the send ring. */
    void emit(long sequence, int flags, int payload, long nowNanos) {
        Sender sender = connection.sender;
        Receiver receiver = connection.receiver;
        SendSequence snd = sender.snd;
        boolean fresh = payload > 0 && sequence == snd.nxt;
        if (payload > 0 || (flags & TcpFlags.FIN) != 0) {
            connection.silence.onAsked(nowNanos);
        }
        SegmentWriter writer = startStamped(nowNanos);
        receiver.writeSack(writer);
        int window = receiver.advertise();
        int urgentPointer = snd.urgentPointer(sequence);
        writer.send(
                sequence,
                receiver.nxt,
                flags | sender.marks.flags(fresh) | (urgentPointer > 0 ? TcpFlags.URG : 0),
                window,
                urgentPointer,
                ring,
                sequence - snd.iss - 1,
                payload,
                sender.marks.trafficClass(connection.options.trafficClass, fresh),
                nowNanos);
        receiver.onAckSent();
    }

    /** Sends an acknowledgment without payload. */
    void acknowledge(long nowNanos) {
        emit(connection.sender.emptySequence(), TcpFlags.ACK, 0, nowNanos);
    }

    /** Asks the peer for an acknowledgment with a segment that carries nothing (RFC 9293 3.8.4). */
    void probe(long nowNanos) {
        connection.silence.onAsked(nowNanos);
        emit(connection.sender.snd.una - 1, TcpFlags.ACK, 0, nowNanos);
    }

    /** Acknowledges something suspicious, at most once per interval (RFC 5961 7). */
    void challenge(long nowNanos) {
        if (!challenged || nowNanos - lastChallengeNanos >= connection.ground.config.challengeAckNanos) {
            challenged = true;
            lastChallengeNanos = nowNanos;
            connection.receiver.acknowledgeNow();
            connection.markDirty();
        }
    }

    /** Sends RST for the state that the connection is in. */
    void reset(long nowNanos) {
        reset(connection.sender.emptySequence(), nowNanos);
    }

    /** Sends RST with this number. */
    void reset(long sequence, long nowNanos) {
        startStamped(nowNanos)
                .sendEmpty(
                        sequence,
                        connection.receiver.nxt,
                        TcpFlags.RST | TcpFlags.ACK,
                        0,
                        connection.options.trafficClass,
                        nowNanos);
    }

    /** Begins a segment; every one has timestamps once they are agreed on, RST too (RFC 7323 3.2). */
    private SegmentWriter startStamped(long nowNanos) {
        SegmentWriter writer = connection.ground.writer;
        writer.start(connection.path, connection.localPort, connection.remotePort);
        if (connection.timestamps.isAgreed()) {
            writer.timestamps(connection.timestamps.value(nowNanos), connection.timestamps.recent());
        }
        return writer;
    }
}
