package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpPath;
import io.ztnio.tcpip.share.TrafficSource;
import io.ztnio.tcpip.tcp.config.Offer;
import io.ztnio.tcpip.tcp.config.StreamOptions;
import io.ztnio.tcpip.tcp.listen.HalfOpen;
import io.ztnio.tcpip.tcp.recovery.LossRecovery;
import io.ztnio.tcpip.tcp.segment.SegmentSize;
import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.segment.Timestamps;
import io.ztnio.tcpip.tcp.table.Flow;
import io.ztnio.tcpip.tcp.table.FlowGround;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * A connection from its SYN to its last segment before TIME-WAIT: what its parts share, and the order of a turn.
 * {@link SegmentArrival} takes segments in, {@link Sender} and {@link LossRecovery} send, {@link Receiver} receives,
 * {@link ActiveOpen} and {@link Teardown} begin and end it.
 *
 * <p>Thread: confined to the gate.
 */
public final class TcpConnection extends Flow implements Gate.Task {
    final ConnectionTurns turns;
    final TcpUser user;
    final StreamOptions options;
    final Sender sender;
    final Receiver receiver;
    final ActiveOpen opening;
    final Teardown teardown;
    final Timestamps timestamps;
    final SegmentSize size;
    final ConnectionMemory memory;
    final SegmentOutput output;
    final PeerSilence silence = new PeerSilence();

    private final SegmentArrival arrival;
    private final KeepAlive keepAlive;

    TcpState state = TcpState.CLOSED;

    /** Whether it was broken off, and whether it is over and nothing of it is left. */
    private boolean broken;

    private boolean forgotten;

    /** Its places among those with something to do, and among those that a congested link holds back. */
    final TurnQueue.Place<TcpConnection> turn = new TurnQueue.Place<>(this);

    final TurnQueue.Place<TcpConnection> hold = new TurnQueue.Place<>(this);

    /** Whether it is in the {@link PacingQueue}. */
    boolean waitsForPacer;

    /** In state CLOSED, and not in the table of flows. */
    public TcpConnection(
            FlowGround ground,
            ConnectionTurns turns,
            TcpUser user,
            IpPath path,
            TrafficSource source,
            int localPort,
            int remotePort,
            long iss,
            Timestamps timestamps) {
        super(ground, path, source, localPort, remotePort);
        this.turns = turns;
        this.user = user;
        this.options = user.options();
        SendRing sendRing = user.sendRing();
        this.timestamps = timestamps;
        this.size = new SegmentSize(path, ground.config.maximumSegmentBytes, ground.counters);
        this.sender = new Sender(this, sendRing, iss);
        this.memory = new ConnectionMemory(user.memory(), sendRing, user.receiveRing(), sender.recovery);
        this.receiver = new Receiver(this, user.receiveRing(), options.receiveBufferBytes);
        this.output = new SegmentOutput(this, sendRing);
        this.opening = new ActiveOpen(this);
        this.teardown = new Teardown(this);
        this.arrival = new SegmentArrival(this);
        this.keepAlive = new KeepAlive(this);
    }

    // OPEN (RFC 9293 3.10.1).

    /** Begins an active open. */
    public void open() {
        opening.start();
    }

    /** A passive open has been completed by the peer. */
    public static TcpConnection accepted(
            HalfOpen half, ConnectionTurns turns, TcpUser user, TcpSegment segment, long nowNanos) {
        TcpConnection made = new TcpConnection(
                half.ground,
                turns,
                user,
                half.path,
                half.source(),
                half.localPort,
                half.remotePort,
                half.iss,
                new Timestamps(half.timestampOffset, half.openedNanos));
        made.agree(half.peerMss, half.offer);
        if (half.offer.congestionNotification()) {
            made.sender.marks.agree();
        }
        made.timestamps.remember(half.recentTimestamp, nowNanos);
        made.receiver.onSyn(half.irs, half.offer.ownShift(), half.windowBytes);
        made.sender.snd.una = half.iss + 1;
        made.sender.snd.nxt = half.iss + 1;
        if (half.attempts == 1) {
            made.sender.rtt.sample(segment.ingressNanos - half.sentNanos);
            made.sender.rtt.sampleMinimum(segment.ingressNanos - half.sentNanos, nowNanos);
        } else {
            made.sender.rtt.afterRetransmittedSyn();
        }
        made.becomeEstablished(segment, half.irs, half.offer.peerShift(), nowNanos);
        return made;
    }

    /** Takes over what the SYN of the peer offers and ours did (RFC 7323 2.2, 3.2; RFC 2018 2). */
    void negotiate(TcpSegment syn, Offer offer) {
        agree(syn.mss, offer);
        if (offer.timestamps()) {
            timestamps.remember(syn.timestampValue, syn.ingressNanos);
        }
    }

    private void agree(int peerMss, Offer offer) {
        size.onPeerSize(peerMss == 0 ? 0 : Math.max(ground.config.minimumPeerSegmentBytes, peerMss));
        timestamps.agree(offer.timestamps());
        sender.recovery.useSelectiveAcks(offer.selectiveAcks());
        receiver.useSelectiveAcks(offer.selectiveAcks());
    }

    void becomeEstablished(TcpSegment segment, long sequence, int peerShift, long nowNanos) {
        state = TcpState.ESTABLISHED;
        memory.onEstablished(source());
        sender.onEstablished(segment, sequence, peerShift, nowNanos);
        keepAlive.onEstablished(nowNanos);
        user.onEstablished();
        markDirty();
    }

    /** The segment that is being delivered shows who answers our SYN. */
    void onAnswered() {
        source(path.source());
    }

    // SEND and RECEIVE (3.10.2, 3.10.3).

    /** The application has written, read or asked for something. */
    @Override
    public void run(long nowNanos) {
        try {
            user.takeRequests(this, nowNanos);
            markDirty();
        } catch (Throwable e) {
            breakOff(nowNanos);
            throw e;
        }
    }

    /** The last byte written is urgent. */
    public void markUrgent() {
        sender.onUrgent();
    }

    /** The application will read no more. */
    public void discardInput() {
        receiver.discard();
    }

    /** Sets the receive buffer; the window that was offered stays. */
    public void receiveBufferBytes(int bytes) {
        receiver.limitBytes(bytes);
    }

    /** A keep-alive option was set. */
    public void onKeepAliveOption(long nowNanos) {
        keepAlive.onOption(nowNanos);
    }

    // CLOSE (3.10.4).

    /** The application will write no more. */
    public void shutdownOutput() {
        teardown.shutdownOutput();
    }

    /**
     * The application has closed.
     *
     * @param unread whether it leaves received data behind (RFC 2525 2.17)
     * @param linger its SO_LINGER in seconds, or -1
     */
    public void close(boolean unread, int linger, long nowNanos) {
        teardown.close(unread, linger, nowNanos);
    }

    /** The node ends: closes the application's end. */
    public void closeWithNode() {
        user.closeWithNode();
    }

    /** The process ends: what it owes to the peer has to go soon or never. */
    public void hasten(long nowNanos) {
        if (state.isSynchronised() && sender.hasten()) {
            output.probe(nowNanos);
            markDirty();
        }
    }

    // ABORT (3.10.5).

    /**
     * Ends the connection with RST, at once and for good: nobody will answer when the peer doubts it. So there is one for
     * each number that the peer may expect next (RFC 5961 3.2), as far as we know.
     */
    public void abort(long nowNanos) {
        if (state.isSynchronised()) {
            if (sender.snd.una != sender.snd.nxt) {
                output.reset(sender.snd.una, nowNanos);
            }
            output.reset(nowNanos);
        }
        user.fail(Failure.RESET);
        terminate();
    }

    /** Ends the connection with an error for the application. */
    public void fail(Failure failure, boolean reset, long nowNanos) {
        if (state == TcpState.CLOSED) {
            return;
        }
        if (reset && state.isSynchronised()) {
            output.reset(nowNanos);
        }
        user.fail(failure);
        terminate();
    }

    /** Forgets the connection. */
    void terminate() {
        if (state != TcpState.CLOSED) {
            state = TcpState.CLOSED;
            forget();
        }
    }

    /** May be done again if something was thrown in the middle. Who is told comes last. */
    private void forget() {
        ground.wheel.remove(this);
        ground.flows.remove(this);
        teardown.onTerminated();
        memory.settle();
        if (broken) {
            user.fail(Failure.BROKEN);
        }
        user.onTerminated();
        forgotten = true;
    }

    /**
     * Something was thrown in the middle of the work on this connection, by a bug or for want of memory or stack, and nobody
     * knows what is half done. It costs this connection: both ends are told as far as that goes, and nothing of it is left. If
     * even that fails, the next turn does it.
     */
    @Override
    public void breakOff(long nowNanos) {
        broken |= state != TcpState.CLOSED;
        markDirty();
        try {
            if (state.isSynchronised()) {
                output.reset(nowNanos);
            }
        } catch (Throwable e) {
            // The peer will be told when it asks.
        }
        state = TcpState.CLOSED;
        try {
            forget();
        } catch (Throwable e) {
            forget();
        }
    }

    // STATUS (3.10.6).

    /** Whether it is over: in state CLOSED. */
    public boolean isOver() {
        return state == TcpState.CLOSED;
    }

    /** Whether a peer that answers has not acknowledged all of what was written to a connection that is closed. */
    public boolean isOwed(long nowNanos) {
        return state.isEnding() && !silence.isLongerThan(sender.patienceNanos(!state.mayReceive()), nowNanos);
    }

    @Override
    public boolean awaitsAcknowledgment() {
        return opening.nextDeadlineNanos() != TimerWheel.NEVER
                || (state.isSynchronised() && sender.recovery.nextDeadlineNanos() != TimerWheel.NEVER);
    }

    /** Payload of the largest segment to the peer if it carried no options. */
    int segmentBytes() {
        return size.bytes();
    }

    /** The MSS to offer. */
    int offeredSegmentBytes() {
        return size.offeredBytes();
    }

    // SEGMENT ARRIVES (3.10.7).

    @Override
    public void onSegment(TcpSegment segment, long nowNanos) {
        arrival.onSegment(segment, nowNanos);
        markDirty();
    }

    /** A segment has come that is acceptable in every way: the peer is there. */
    void onHeard(long nowNanos) {
        keepAlive.onHeard(nowNanos);
        silence.onHeard();
    }

    /** When the last of them came. */
    long heardNanos() {
        return keepAlive.lastHeardNanos();
    }

    // Timeouts (3.10.8).

    @Override
    protected void onTimer(long nowNanos) {
        try {
            onDeadline(nowNanos);
        } catch (Throwable e) {
            breakOff(nowNanos);
            throw e;
        }
    }

    private void onDeadline(long nowNanos) {
        opening.onTimer(nowNanos);
        if (state.isSynchronised()) {
            // A probe must not be larger than what the path takes now.
            refreshSize(nowNanos);
            sender.onTimer(nowNanos);
        }
        if (state.isSynchronised()) {
            if (memory.isIdle(nowNanos)) {
                receiver.giveBack(nowNanos);
                memory.trim();
            }
            keepAlive.onTimer(nowNanos);
            teardown.onTimer(nowNanos);
        }
        if (state != TcpState.CLOSED) {
            markDirty();
        }
    }

    private void schedule() {
        long deadline = Math.min(opening.nextDeadlineNanos(), teardown.nextDeadlineNanos());
        if (state.isSynchronised()) {
            deadline = Math.min(deadline, Math.min(sender.nextDeadlineNanos(), receiver.nextDeadlineNanos()));
            deadline = Math.min(deadline, Math.min(keepAlive.nextDeadlineNanos(), memory.nextDeadlineNanos()));
        }
        ground.wheel.schedule(this, deadline);
    }

    // What a turn sends.

    /** Gives it a part of this turn, or of the next. */
    public void markDirty() {
        turns.add(this);
    }

    /** Does what this turn has to send; called until it marks itself dirty no more. */
    void flush(long nowNanos) {
        try {
            send(nowNanos);
        } catch (Throwable e) {
            breakOff(nowNanos);
            throw e;
        }
    }

    private void send(long nowNanos) {
        if (state == TcpState.CLOSED) {
            if (!forgotten) {
                forget();
            }
            return;
        }
        if (opening.flush(nowNanos)) {
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
                output.acknowledge(nowNanos);
            }
            user.publishLater();
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

    /** Asks the peer whether it still has this connection. Returns false if there is nothing to ask about yet. */
    public boolean probe() {
        if (!state.isSynchronised()) {
            return false;
        }
        keepAlive.ask();
        markDirty();
        return true;
    }

    // The path.

    @Override
    public void onError(IcmpError error, int sequence, int mtuBytes, long nowNanos) {
        long quoted = SequenceNumbers.extend(sender.snd.una, sequence);
        // RFC 5927 4: an error for what is not in flight is not for us.
        if (quoted < sender.snd.una || quoted >= Math.max(sender.snd.nxt, sender.snd.una + 1)) {
            ground.counters.drop(TcpDropReason.UNRELATED_ICMP);
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

    private void refreshSize(long nowNanos) {
        if (size.refresh(nowNanos)) {
            // Another connection has learnt it, or the link has changed.
            onSmallerSegments();
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
    public void onPath(IpPath other) {
        super.onPath(other);
        size.onPathChanged(other);
        markDirty();
    }

    @Override
    public void onUnreachable(long nowNanos) {
        fail(Failure.ADDRESS_LOST, false, nowNanos);
    }
}
