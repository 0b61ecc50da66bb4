package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.congestion.CongestionControl;
import io.ztnio.tcpip.tcp.congestion.CongestionMarks;
import io.ztnio.tcpip.tcp.congestion.Pacer;
import io.ztnio.tcpip.tcp.recovery.LossRecovery;
import io.ztnio.tcpip.tcp.recovery.RecoveryOutput;
import io.ztnio.tcpip.tcp.recovery.RttEstimator;
import io.ztnio.tcpip.tcp.segment.SendSequence;
import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * The sending side of a connection: what may be sent now (RFC 9293 3.8.6.2, 5681), the peer's window and its probes.
 * Which segments are lost is {@link LossRecovery}'s matter.
 */
final class Sender implements RecoveryOutput {
    /** Why {@link #transmit} stopped. */
    private enum Stop {
        /** The application has to write first. */
        NO_DATA,
        /** Nagle or a cork: a small segment waits for an acknowledgment or for company. */
        SMALL,
        PEER_WINDOW,
        /** Congestion control; or no memory to keep account of more segments. */
        CONGESTION,
        BURST,
        /** The link is behind: {@link ConnectionTurns#resume} goes on. */
        LINK
    }

    /** How long a cork may hold data back, as in Linux. */
    private static final long CORK_NANOS = 200_000_000;

    /** Of {@link #patienceNanos}: round trips and nanoseconds. In the least time, segments are repeated twice or more. */
    private static final int PATIENT_ROUND_TRIPS = 8;

    private static final long LEAST_PATIENCE_NANOS = 1_500_000_000;
    private static final int FAREWELL_ROUND_TRIPS = 4;
    private static final long LEAST_FAREWELL_NANOS = 700_000_000;

    private final TcpConnection connection;
    private final TcpConfig config;
    private final SendRing ring;
    final SendSequence snd;
    final CongestionControl congestion;
    final CongestionMarks marks;
    private final Pacer pacer;
    final LossRecovery recovery;
    final RttEstimator rtt;
    private boolean finQueued;
    private boolean finSent;
    private long finSequence;
    private final WindowProbe probe;
    private long corkDeadlineNanos = TimerWheel.NEVER;
    private boolean corkExpired;

    /** What lies before may go in a small segment, whatever Nagle and a cork say: TCP_NODELAY has been set behind it. */
    private long pushEnd;

    private long lastSentNanos;

    /** Since when nothing has come on: the user timeout counts from then. */
    private long stalledNanos;

    private Stop stop = Stop.NO_DATA;

    /** Bytes that were waiting when {@link #transmit} stopped. */
    private long pendingAtStop;

    Sender(TcpConnection connection, SendRing ring, long iss) {
        this.connection = connection;
        this.config = connection.ground.config;
        this.ring = ring;
        this.snd = new SendSequence(iss);
        this.congestion = config.congestionControl(connection.options.congestion, iss);
        this.marks = new CongestionMarks(snd, congestion);
        this.pacer = new Pacer(config.pacing, config.initialWindowSegments);
        this.recovery = new LossRecovery(
                this,
                snd,
                connection.size,
                connection.timestamps,
                congestion,
                config,
                connection.ground.counters,
                connection.user.memory());
        this.rtt = recovery.rtt;
        this.probe = new WindowProbe(rtt);
    }

    /** The peer's SYN has been answered or its answer has come. */
    void onEstablished(TcpSegment segment, long sequence, int shift, long nowNanos) {
        snd.onEstablished(segment, sequence, shift);
        lastSentNanos = nowNanos;
        int largest = payloadBytes();
        congestion.onEstablished(largest);
        pacer.onEstablished(largest);
        tuneBuffer();
    }

    /** The last byte written is urgent. */
    void onUrgent() {
        snd.markUrgent(snd.iss + 1 + ring.end());
    }

    /** Queues FIN behind the data. */
    void queueFin() {
        finQueued = true;
    }

    /**
     * The number of a segment without payload: SND.NXT, unless the peer has taken its window back. Beyond the window
     * it would not look at the acknowledgment (RFC 9293 3.10.7.4), and so never hear what we have received.
     */
    long emptySequence() {
        return connection.state.isSynchronised() ? Math.min(snd.nxt, snd.rightEdge()) : snd.nxt;
    }

    /** Whether FIN was sent and acknowledged. */
    boolean isFinAcknowledged() {
        return finSent && snd.una > finSequence;
    }

    /** Whether something waits to be sent or acknowledged. */
    boolean isBusy() {
        return snd.una != snd.nxt || unsentBytes() > 0;
    }

    /** Takes the acknowledgment and the window of an acceptable segment. */
    void onAcknowledgment(TcpSegment segment, long sequence, long acknowledgment, long nowNanos) {
        probe.onAnswer();
        long offered = snd.offeredBytes(segment);
        boolean sameWindow = offered == snd.windowBytes;
        boolean news = acknowledgment > snd.una;
        if (acknowledgment >= snd.una) {
            updateWindow(sequence, acknowledgment, offered);
        }
        recovery.onAcknowledgment(segment, acknowledgment, sameWindow, marks.isEcho(segment), nowNanos);
        if (news) {
            stalledNanos = nowNanos;
            ring.release(Math.min(snd.una - snd.iss - 1, ring.end()));
            tuneBuffer();
        }
    }

    /** Takes what an acknowledgment reports that newer ones have overtaken. */
    void onOvertakenAcknowledgment(TcpSegment segment, long nowNanos) {
        long acknowledgment = SequenceNumbers.extend(snd.una, segment.acknowledgment);
        if (acknowledgment <= snd.una && acknowledgment >= snd.una - snd.largestWindowBytes) {
            recovery.onAcknowledgment(segment, acknowledgment, false, marks.isEcho(segment), nowNanos);
        }
    }

    private void updateWindow(long sequence, long acknowledgment, long offered) {
        long before = snd.windowBytes;
        if (!snd.takeWindow(sequence, acknowledgment, offered)) {
            return;
        }
        if (offered > before && probe.isArmed()) {
            probe.disarm();
        }
        if (before == 0 && offered > 0) {
            recovery.onWindowOpened();
        }
        if (offered == 0) {
            // The peer lives but cannot take data: that is no reason to give up.
            recovery.onPeerAlive();
        }
    }

    /**
     * Sends what may be sent, up to what the pacer lets out at once.
     *
     * @return whether there is more to send at once
     */
    boolean transmit(long nowNanos) {
        connection.user.wantsWrites(false);
        if (connection.options.pushes) {
            connection.options.pushes = false;
            pushEnd = snd.iss + 1 + ring.end();
        }
        // What waited for the peer's window was not idle.
        if (snd.una == snd.nxt && stop == Stop.NO_DATA && nowNanos - lastSentNanos > rtt.rtoNanos()) {
            congestion.onIdle(nowNanos);
        }
        if (isBusy() && isCongested()) {
            stop = Stop.LINK;
            connection.turns.hold(connection);
            armTimers(nowNanos);
            return false;
        }
        if (snd.una == snd.nxt && stop == Stop.NO_DATA) {
            pacer.onSilence();
        }
        pacer.update(congestion, rtt.smoothedNanos(), recovery.pipeBytes(), connection.segmentBytes());
        int allowance = pacer.allowance(nowNanos);
        int budget = recovery.retransmit(allowance, nowNanos);
        do {
            budget = sendNew(budget, nowNanos);
            if (stop != Stop.NO_DATA && stop != Stop.SMALL) {
                break;
            }
            connection.user.wantsWrites(true);
            // A write that came before the flag went up did not wake us.
        } while (ring.end() + snd.iss + 1 > snd.nxt + pendingAtStop && !finSent);
        pacer.onSent(allowance - budget, nowNanos);
        armTimers(nowNanos);
        boolean more = stop == Stop.BURST || (budget <= 0 && recovery.hasLost());
        if (more && pacer.allowance(nowNanos) == 0) {
            connection.turns.addPaced(connection, pacer.releaseNanos());
            return false;
        }
        return more;
    }

    private int sendNew(int burst, long nowNanos) {
        int budget = burst;
        int largest = payloadBytes();
        while (true) {
            long queued = finSent ? 0 : ring.end() - (snd.nxt - snd.iss - 1);
            pendingAtStop = queued;
            boolean fin = finQueued && !finSent;
            if (queued == 0 && !fin) {
                stop = Stop.NO_DATA;
                return budget;
            }
            if (budget <= 0) {
                stop = Stop.BURST;
                return budget;
            }
            long usable = snd.rightEdge() - snd.nxt;
            int length = (int) Math.min(Math.min(queued, largest), Math.max(0, usable));
            fin &= length == queued && usable > length;
            if (length == 0 && !fin) {
                stop = Stop.PEER_WINDOW;
                return budget;
            }
            long pipe = recovery.pipeBytes();
            if (pipe > 0 && pipe + length > recovery.windowBytes()) {
                stop = Stop.CONGESTION;
                recovery.onWindowLimited();
                return budget;
            }
            if (length < largest && !maySendSmall(length, queued, fin)) {
                stop = length == queued ? Stop.SMALL : Stop.PEER_WINDOW;
                if (stop == Stop.SMALL && isCorked() && corkDeadlineNanos == TimerWheel.NEVER) {
                    corkDeadlineNanos = nowNanos + CORK_NANOS;
                }
                return budget;
            }
            if (!recovery.makeRoom()) {
                stop = Stop.CONGESTION;
                return budget;
            }
            sendSegment(length, fin, length == queued, nowNanos);
            budget -= length;
        }
    }

    /** RFC 9293 3.8.6.2.1 (sender's silly window avoidance) with 3.7.4 (Nagle). */
    private boolean maySendSmall(int length, long queued, boolean fin) {
        if (fin || snd.nxt + length <= pushEnd) {
            return true;
        }
        if (length == queued && isCorked()) {
            return false;
        }
        if (length >= Math.max(1, snd.largestWindowBytes / 2)) {
            return true;
        }
        return length == queued && (snd.una == snd.nxt || connection.options.noDelay || finQueued || snd.isUrgent());
    }

    /** Whether what does not fill a segment has to wait for more. */
    private boolean isCorked() {
        return connection.options.cork && !corkExpired && !finQueued && !snd.isUrgent();
    }

    private void sendSegment(int length, boolean fin, boolean last, long nowNanos) {
        int flags = TcpFlags.ACK;
        if (length > 0 && last) {
            flags |= TcpFlags.PSH;
        }
        int sequenceLength = fin ? length + 1 : length;
        corkExpired = false;
        corkDeadlineNanos = TimerWheel.NEVER;
        if (snd.una == snd.nxt) {
            stalledNanos = nowNanos;
        }
        recovery.onSending(snd.nxt, sequenceLength, fin, nowNanos);
        if (fin) {
            flags |= TcpFlags.FIN;
            finSent = true;
            finSequence = snd.nxt + length;
        }
        try {
            connection.output.emit(snd.nxt, flags, length, nowNanos);
        } finally {
            // What failed below counts as lost on its way.
            snd.nxt += sequenceLength;
            lastSentNanos = nowNanos;
            recovery.onSent(sequenceLength, nowNanos);
        }
    }

    @Override
    public boolean canSendNew() {
        return unsentBytes() > 0 && snd.rightEdge() > snd.nxt;
    }

    @Override
    public int payloadBytes() {
        return connection.segmentBytes() - connection.output.optionBytes();
    }

    @Override
    public void emit(long sequence, int flags, int payload, long nowNanos) {
        connection.output.emit(sequence, flags, payload, nowNanos);
    }

    @Override
    public boolean isCongested() {
        return connection.path.isCongested();
    }

    @Override
    public void giveUp(long nowNanos) {
        connection.fail(Failure.TIMED_OUT, true, nowNanos);
    }

    @Override
    public boolean sendOneNew(long nowNanos) {
        if (finSent) {
            return false;
        }
        long queued = ring.end() - (snd.nxt - snd.iss - 1);
        long usable = snd.rightEdge() - snd.nxt;
        int largest = payloadBytes();
        int length = (int) Math.min(queued, largest);
        if (length == 0 || length > usable || (length < largest && isCorked()) || !recovery.makeRoom()) {
            return false;
        }
        sendSegment(length, false, length == queued, nowNanos);
        return true;
    }

    /** A window probe is due when there is something to send, nothing in flight, and no timer that would end that. */
    private void armTimers(long nowNanos) {
        boolean corked = stop == Stop.SMALL && corkDeadlineNanos != TimerWheel.NEVER;
        if (snd.una != snd.nxt || stop == Stop.BURST || stop == Stop.LINK || corked || unsentBytes() == 0) {
            probe.disarm();
        } else if (!probe.isArmed()) {
            probe.arm(nowNanos);
            stalledNanos = nowNanos;
        }
        if (stop == Stop.NO_DATA || stop == Stop.SMALL) {
            recovery.onApplicationLimited();
        }
        recovery.onBurstEnd(nowNanos);
    }

    private long unsentBytes() {
        if (finSent) {
            return 0;
        }
        return ring.end() - (snd.nxt - snd.iss - 1) + (finQueued ? 1 : 0);
    }

    void onTimer(long nowNanos) {
        if (userDeadlineNanos() <= nowNanos) {
            connection.fail(Failure.TIMED_OUT, true, nowNanos);
            return;
        }
        if (corkDeadlineNanos <= nowNanos) {
            corkDeadlineNanos = TimerWheel.NEVER;
            corkExpired = true;
        }
        recovery.onTimer(nowNanos);
        if (connection.state != TcpState.CLOSED && probe.deadlineNanos() <= nowNanos) {
            probe(nowNanos);
        }
    }

    /** RFC 9293 3.8.6.1; with a window that is open but small, the override of RFC 1122 4.2.3.4. */
    private void probe(long nowNanos) {
        long usable = snd.rightEdge() - snd.nxt;
        if (usable > 0) {
            long queued = ring.end() - (snd.nxt - snd.iss - 1);
            int length = (int) Math.min(Math.min(queued, usable), payloadBytes());
            probe.skip();
            if (length > 0) {
                sendSegment(length, false, length == queued, nowNanos);
            }
            return;
        }
        if (!probe.mayAsk(recovery.mostRetries())) {
            connection.fail(Failure.TIMED_OUT, true, nowNanos);
            return;
        }
        connection.output.probe(nowNanos);
        probe.onAsked(nowNanos);
    }

    /**
     * Starts anew with the probes of a closed window, which have become rare.
     *
     * @return whether one is due now
     */
    boolean hasten() {
        if (!probe.isArmed()) {
            return false;
        }
        probe.disarm();
        return true;
    }

    /**
     * How long a peer may leave unanswered what we sent before it counts as gone for a process that wants to end: some
     * repetitions, one after the other.
     *
     * @param farewell whether the peer has said that it will send no more; all that it can miss then is our own end
     */
    long patienceNanos(boolean farewell) {
        long roundTrip = rtt.smoothedNanos() < 0 ? config.initialRtoNanos : rtt.smoothedNanos();
        return farewell && ring.size() == 0
                ? Math.max(FAREWELL_ROUND_TRIPS * roundTrip, LEAST_FAREWELL_NANOS)
                : Math.max(PATIENT_ROUND_TRIPS * roundTrip, LEAST_PATIENCE_NANOS);
    }

    /** RFC 7323 and Linux: the application should be able to fill twice what may be in flight. */
    private void tuneBuffer() {
        if (connection.options.fixedSendBuffer || connection.memory.isTight()) {
            return;
        }
        long wanted = Math.min(config.maximumBufferBytes, 2 * congestion.windowBytes());
        if (wanted > ring.limitBytes()) {
            ring.limitBytes((int) wanted);
        }
    }

    private long userDeadlineNanos() {
        boolean waiting = snd.una != snd.nxt || probe.isArmed();
        long limit = connection.options.userTimeoutMillis * 1_000_000L;
        return waiting && limit > 0 ? stalledNanos + limit : TimerWheel.NEVER;
    }

    long nextDeadlineNanos() {
        long own = Math.min(probe.deadlineNanos(), corkDeadlineNanos);
        return Math.min(Math.min(recovery.nextDeadlineNanos(), own), userDeadlineNanos());
    }
}
