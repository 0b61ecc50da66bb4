package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.tcp.segment.SegmentWriter;
import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.segment.Timestamps;
import java.util.OptionalLong;

/**
 * The memory of a connection that is over (RFC 9293 3.6.1): answers what is left of it in the network, and keeps its
 * addresses from being used by another too early.
 */
public final class TimeWait extends Flow {
    private final long sendNext;
    private final long receiveNext;
    private final boolean timestamps;
    private final int timestampOffset;
    private final int recentTimestamp;
    private final int window;
    private long lastAnswerNanos;
    private boolean answered;

    /**
     * What is left of a connection.
     *
     * @param over the connection; it is still in the table of flows
     * @param window the field of its last acknowledgment
     */
    public TimeWait(Flow over, Timestamps stamps, long sendNext, long receiveNext, int window) {
        super(over.ground, over.path, over.source(), over.localPort, over.remotePort);
        this.sendNext = sendNext;
        this.receiveNext = receiveNext;
        this.timestamps = stamps.isAgreed();
        this.timestampOffset = stamps.offset();
        this.recentTimestamp = stamps.recent();
        this.window = window;
    }

    /** TIME-WAIT begins; this is in the table of flows. */
    public void start(long nowNanos) {
        ground.wheel.schedule(this, nowNanos + ground.config.timeWaitNanos);
    }

    @Override
    protected void onTimer(long nowNanos) {
        ground.flows.remove(this);
    }

    @Override
    public void onSegment(TcpSegment segment, long nowNanos) {
        if (segment.has(TcpFlags.RST)) {
            // RFC 1337: a stray RST must not assassinate TIME-WAIT.
            ground.counters.drop(TcpDropReason.UNPROVEN_RESET);
            return;
        }
        if (!segment.has(TcpFlags.ACK | TcpFlags.SYN)) {
            ground.counters.drop(TcpDropReason.NO_FLAGS);
            return;
        }
        long sequence = SequenceNumbers.extend(receiveNext, segment.sequence);
        boolean old = timestamps && segment.hasTimestamps && segment.timestampValue - recentTimestamp < 0;
        if (!old && startsAnew(segment, sequence) && ground.syns.mayRevive(this, segment)) {
            end();
            ground.syns.onSyn(local, remote, segment, OptionalLong.of(sendNext + 65_537), nowNanos);
            return;
        }
        if (!old && isLastFin(segment, sequence)) {
            // Our last acknowledgment was lost.
            ground.wheel.schedule(this, nowNanos + ground.config.timeWaitNanos);
        }
        answer(segment, nowNanos);
    }

    /** RFC 6191 and RFC 9293 3.10.7.4: a later SYN begins a new connection. */
    private boolean startsAnew(TcpSegment segment, long sequence) {
        return segment.has(TcpFlags.SYN)
                && !segment.has(TcpFlags.ACK | TcpFlags.FIN)
                && (sequence >= receiveNext
                        || (timestamps && segment.hasTimestamps && segment.timestampValue - recentTimestamp > 0));
    }

    /** The peer's FIN again, by its number, and not by somebody who does not know what we have sent. */
    private boolean isLastFin(TcpSegment segment, long sequence) {
        return segment.has(TcpFlags.FIN)
                && !segment.has(TcpFlags.SYN)
                && segment.has(TcpFlags.ACK)
                && sequence + segment.sequenceLength() == receiveNext
                && SequenceNumbers.extend(sendNext, segment.acknowledgment) <= sendNext;
    }

    private void answer(TcpSegment segment, long nowNanos) {
        if (segment.sequenceLength() == 0
                && (SequenceNumbers.extend(receiveNext, segment.sequence) == receiveNext
                        || (answered && nowNanos - lastAnswerNanos < ground.config.challengeAckNanos))) {
            return;
        }
        answered = true;
        lastAnswerNanos = nowNanos;
        SegmentWriter writer = ground.writer;
        writer.start(path, localPort, remotePort);
        if (timestamps) {
            writer.timestamps(timestampOffset + (int) (nowNanos / 1_000_000), recentTimestamp);
        }
        writer.sendEmpty(sendNext, receiveNext, TcpFlags.ACK, window, 0, nowNanos);
    }

    @Override
    public void onError(IcmpError error, int sequence, int mtuBytes, long nowNanos) {
        // Nothing of ours is in flight.
    }

    @Override
    public void onUnreachable(long nowNanos) {
        end();
    }

    @Override
    public void breakOff(long nowNanos) {
        end();
    }

    private void end() {
        ground.wheel.remove(this);
        ground.flows.remove(this);
    }
}
