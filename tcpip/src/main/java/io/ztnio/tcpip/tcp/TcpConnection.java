package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpPath;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * A connection from its SYN to its last segment before TIME-WAIT: what its parts share, and the order of a turn.
 * {@link SegmentArrival} takes segments in, {@link Sender} and {@link LossRecovery} send, {@link Receiver} receives,
 * {@link ActiveOpen} and {@link Teardown} begin and end it.
 *
 * <p>Thread: confined to the gate.
 */
final class TcpConnection extends Flow implements Gate.Task {
    /** RFC 9293 3.7.1: what a peer that names no MSS takes. */
    private static final int DEFAULT_MSS_IPV4 = 536;

    private static final int DEFAULT_MSS_IPV6 = 1220;

    final TcpStream stream;
    final Sender sender;
    final Receiver receiver;
    final ActiveOpen opening;
    final Teardown teardown;
    final CongestionMarks marks;
    final SegmentSize size;
    final ConnectionMemory memory;
    final PeerSilence silence = new PeerSilence();

    /** When it began: the first of its segments was not sent before. */
    private final long openedNanos;

    private final SegmentArrival arrival;
    private final KeepAlive keepAlive;

    TcpState state = TcpState.CLOSED;
    boolean selectiveAcks;
    boolean timestamps;
    int timestampOffset;
    int recentTimestamp;
    long recentTimestampNanos;
    private long lastChallengeNanos;
    private boolean challenged;
    private boolean dirty;

    /** Whether it waits for {@link TcpLayer#resume}. */
    boolean heldByLink;

    /** Whether it is in the {@link PacingQueue}. */
    boolean waitsForPacer;

    TcpConnection(
            TcpLayer layer, TcpStream stream, IpPath path, int localPort, int remotePort, long iss, long openedNanos) {
        super(layer, path, localPort, remotePort);
        this.openedNanos = openedNanos;
        this.stream = stream;
        this.memory = new ConnectionMemory(layer.budget, stream.sendRing, stream.receiveRing);
        this.size = new SegmentSize(this, defaultSegmentBytes(path));
        this.sender = new Sender(this, stream.sendRing, iss);
        this.receiver = new Receiver(this, stream.receiveRing, stream.options.receiveBufferBytes);
        this.opening = new ActiveOpen(this);
        this.teardown = new Teardown(this);
        this.arrival = new SegmentArrival(this);
        this.keepAlive = new KeepAlive(this);
        this.marks = new CongestionMarks(this);
    }

    /** What a peer takes that names no MSS. */
    static int defaultSegmentBytes(IpPath path) {
        return path.headerLength() == 20 ? DEFAULT_MSS_IPV4 : DEFAULT_MSS_IPV6;
    }

    /** Takes over what the SYN of the peer offers and ours did (RFC 7323 2.2, 3.2; RFC 2018 2). */
    void negotiate(TcpSegment syn, Offer offer) {
        size.onPeerSize(syn.mss);
        selectiveAcks = offer.selectiveAcks();
        timestamps = offer.timestamps();
        if (timestamps) {
            rememberTimestamp(syn.timestampValue, syn.ingressNanos);
        }
    }

    /** A passive open has been completed by the peer. */
    static TcpConnection accepted(HalfOpen half, TcpStream stream, TcpSegment segment, long nowNanos) {
        TcpConnection made = new TcpConnection(
                half.layer, stream, half.path, half.localPort, half.remotePort, half.iss, half.openedNanos);
        made.size.onPeerSize(half.peerMss);
        made.selectiveAcks = half.offer.selectiveAcks();
        made.timestamps = half.offer.timestamps();
        if (half.offer.congestionNotification()) {
            made.marks.agree();
        }
        made.timestampOffset = half.timestampOffset;
        made.recentTimestamp = half.recentTimestamp;
        made.recentTimestampNanos = nowNanos;
        made.receiver.onSyn(half.irs, half.offer.ownShift());
        made.sender.una = half.iss + 1;
        made.sender.nxt = half.iss + 1;
        if (half.attempts == 1) {
            made.sender.rtt.sample(segment.ingressNanos - half.sentNanos);
            made.sender.rtt.sampleMinimum(segment.ingressNanos - half.sentNanos, nowNanos);
        } else {
            made.sender.rtt.afterRetransmittedSyn();
        }
        made.becomeEstablished(segment, half.irs, half.offer.peerShift(), nowNanos);
        return made;
    }

    void becomeEstablished(TcpSegment segment, long sequence, int peerShift, long nowNanos) {
        state = TcpState.ESTABLISHED;
        sender.onEstablished(segment, sequence, peerShift, nowNanos);
        keepAlive.onEstablished(nowNanos);
        stream.onEstablished();
        markDirty();
    }

    /** Payload of the largest segment to the peer if it carried no options. */
    int segmentBytes() {
        return size.bytes();
    }

    /** The MSS to offer. */
    int offeredSegmentBytes() {
        return size.offeredBytes();
    }

    /** Bytes of options that the next segment carries. */
    int optionBytes() {
        return (timestamps ? SegmentWriter.TIMESTAMP_BYTES : 0) + receiver.sackOptionBytes();
    }

    int timestampValue(long nowNanos) {
        return timestampOffset + (int) (nowNanos / 1_000_000);
    }

    /**
     * Whether a segment says when that was sent which it answers (RFC 7323 3.2): a timestamp of ours, so one since the
     * connection began. Any number may be one, 0 too, and peers that have none to echo write what they like.
     */
    boolean echoes(TcpSegment segment) {
        if (!timestamps || !segment.hasTimestamps || !segment.has(TcpFlags.ACK)) {
            return false;
        }
        int elapsedMillis = echoMillis(segment);
        return elapsedMillis >= 0 && elapsedMillis <= (segment.ingressNanos - openedNanos) / 1_000_000 + 1;
    }

    /** By a segment that {@link #echoes}: how long ago, at its arrival, that was sent which it answers. */
    int echoMillis(TcpSegment segment) {
        return timestampValue(segment.ingressNanos) - segment.timestampEcho;
    }

    void rememberTimestamp(int value, long nowNanos) {
        recentTimestamp = value;
        recentTimestampNanos = nowNanos;
    }

    /** Sends a segment of the connection; {@code sequence} and {@code payload} say which bytes of the send ring. */
    void emit(long sequence, int flags, int payload, long nowNanos) {
        boolean fresh = payload > 0 && sequence == sender.nxt;
        if (payload > 0 || (flags & TcpFlags.FIN) != 0) {
            silence.onAsked(nowNanos);
        }
        SegmentWriter writer = layer.writer;
        writer.start(path);
        if (timestamps) {
            writer.timestamps(timestampValue(nowNanos), recentTimestamp);
        }
        receiver.writeSack(writer);
        int window = receiver.advertise();
        int urgentPointer = sender.urgentPointer(sequence);
        writer.send(
                this,
                sequence,
                receiver.nxt,
                flags | marks.flags(fresh) | (urgentPointer > 0 ? TcpFlags.URG : 0),
                window,
                urgentPointer,
                stream.sendRing,
                sequence - sender.iss - 1,
                payload,
                marks.trafficClass(stream.options.trafficClass, fresh),
                nowNanos);
        receiver.onAckSent();
    }

    /** Sends an acknowledgment without payload. */
    void acknowledge(long nowNanos) {
        emit(sender.emptySequence(), TcpFlags.ACK, 0, nowNanos);
    }

    /** Sends RST for the state that the connection is in. */
    void emitReset(long nowNanos) {
        emitReset(sender.emptySequence(), nowNanos);
    }

    private void emitReset(long sequence, long nowNanos) {
        SegmentWriter writer = layer.writer;
        writer.start(path);
        writer.sendEmpty(
                this, sequence, receiver.nxt, TcpFlags.RST | TcpFlags.ACK, 0, stream.options.trafficClass, nowNanos);
    }

    /** Asks the peer for an acknowledgment with a segment that carries nothing (RFC 9293 3.8.4). */
    void emitProbe(long nowNanos) {
        silence.onAsked(nowNanos);
        emit(sender.una - 1, TcpFlags.ACK, 0, nowNanos);
    }

    /** Acknowledges something suspicious, at most once per interval (RFC 5961 7). */
    void challenge(long nowNanos) {
        if (!challenged || nowNanos - lastChallengeNanos >= layer.config.challengeAckNanos) {
            challenged = true;
            lastChallengeNanos = nowNanos;
            receiver.acknowledgeNow();
            markDirty();
        }
    }

    /** Ends the connection with an error for the application. */
    void fail(Failure failure, boolean reset, long nowNanos) {
        if (state == TcpState.CLOSED) {
            return;
        }
        if (reset && state.isSynchronised()) {
            emitReset(nowNanos);
        }
        stream.fail(failure);
        terminate();
    }

    /** The process ends: what it owes to the peer has to go soon or never. */
    void hasten(long nowNanos) {
        if (state.isSynchronised() && sender.hasten()) {
            emitProbe(nowNanos);
            markDirty();
        }
    }

    /** Whether a peer that answers has not acknowledged all of what was written to a connection that is closed. */
    boolean isOwed(long nowNanos) {
        return state.isEnding() && !silence.isLongerThan(sender.patienceNanos(!state.mayReceive()), nowNanos);
    }

    @Override
    boolean awaitsAcknowledgment() {
        return opening.nextDeadlineNanos() != TimerWheel.NEVER
                || (state.isSynchronised() && sender.recovery.nextDeadlineNanos() != TimerWheel.NEVER);
    }

    /**
     * Ends the connection with RST, at once and for good: nobody will answer when the peer doubts it. So there is one for
     * each number that the peer may expect next (RFC 5961 3.2), as far as we know.
     */
    void abort(long nowNanos) {
        if (state.isSynchronised()) {
            if (sender.una != sender.nxt) {
                emitReset(sender.una, nowNanos);
            }
            emitReset(nowNanos);
        }
        stream.fail(Failure.RESET);
        terminate();
    }

    /** Forgets the connection. */
    void terminate() {
        if (state != TcpState.CLOSED) {
            state = TcpState.CLOSED;
            layer.wheel.remove(this);
            layer.flows.remove(this);
            teardown.onTerminated();
            memory.settle();
            stream.onTerminated();
        }
    }

    void markDirty() {
        if (!dirty) {
            dirty = true;
            layer.addDirty(this);
        }
    }

    /** The application has written, read or asked for something. */
    @Override
    public void run(long nowNanos) {
        stream.takeRequests(this, nowNanos);
        markDirty();
    }

    @Override
    void onSegment(TcpSegment segment, long nowNanos) {
        keepAlive.onSegment(nowNanos);
        silence.onHeard();
        arrival.onSegment(segment, nowNanos);
        markDirty();
    }

    /** Does what this turn has to send; called until it marks itself dirty no more. */
    void flush(long nowNanos) {
        dirty = false;
        if (state == TcpState.CLOSED || opening.flush(nowNanos)) {
            return;
        }
        if (state.isSynchronised()) {
            refreshSize(nowNanos);
            keepAlive.flush(nowNanos);
            memory.onActivity(nowNanos);
            boolean more = sender.transmit(nowNanos);
            if (state == TcpState.CLOSED) {
                return;
            }
            if (receiver.isAckDue(nowNanos)) {
                acknowledge(nowNanos);
            }
            stream.publishLater();
            if (state == TcpState.TIME_WAIT) {
                teardown.compact(nowNanos);
                return;
            }
            if (more) {
                markDirty();
            }
        }
        schedule();
    }

    private void refreshSize(long nowNanos) {
        if (size.refresh(nowNanos)) {
            // Another connection has learnt it, or the link has changed.
            onSmallerSegments();
        }
    }

    private void schedule() {
        long deadline = Math.min(opening.nextDeadlineNanos(), teardown.nextDeadlineNanos());
        if (state.isSynchronised()) {
            deadline = Math.min(deadline, Math.min(sender.nextDeadlineNanos(), receiver.nextDeadlineNanos()));
            deadline = Math.min(deadline, Math.min(keepAlive.nextDeadlineNanos(), memory.nextDeadlineNanos()));
        }
        layer.wheel.schedule(this, deadline);
    }

    @Override
    protected void onTimer(long nowNanos) {
        opening.onTimer(nowNanos);
        if (state.isSynchronised()) {
            // A probe must not be larger than what the path takes now.
            refreshSize(nowNanos);
            sender.onTimer(nowNanos);
        }
        if (state.isSynchronised()) {
            memory.onTimer(nowNanos);
            keepAlive.onTimer(nowNanos);
            teardown.onTimer(nowNanos);
        }
        if (state != TcpState.CLOSED) {
            markDirty();
        }
    }

    /** Asks the peer whether it still has this connection. Returns false if there is nothing to ask about yet. */
    boolean probe() {
        if (!state.isSynchronised()) {
            return false;
        }
        keepAlive.ask();
        markDirty();
        return true;
    }

    void onKeepAliveOption(long nowNanos) {
        keepAlive.onOption(nowNanos);
    }

    @Override
    void onError(IcmpError error, int sequence, int mtuBytes, long nowNanos) {
        long quoted = SequenceNumbers.extend(sender.una, sequence);
        // RFC 5927 4: an error for what is not in flight is not for us.
        if (quoted < sender.una || quoted >= Math.max(sender.nxt, sender.una + 1)) {
            layer.counters.drop(TcpDropReason.UNRELATED_ICMP);
            return;
        }
        if (error == IcmpError.PACKET_TOO_BIG) {
            path.confirmTooBig(mtuBytes, nowNanos);
            if (size.onPacketTooBig(mtuBytes)) {
                onSmallerSegments();
            }
        } else {
            opening.onError(error, nowNanos);
        }
    }

    /** Segments in flight may be too large for the path: they are sent again in smaller pieces. */
    void onSmallerSegments() {
        if (state.isSynchronised()) {
            sender.recovery.onSmallerSegments();
            markDirty();
        }
    }

    @Override
    void onPath(IpPath other) {
        super.onPath(other);
        size.onPathChanged();
        markDirty();
    }

    @Override
    void onUnreachable(long nowNanos) {
        fail(Failure.ADDRESS_LOST, false, nowNanos);
    }
}
