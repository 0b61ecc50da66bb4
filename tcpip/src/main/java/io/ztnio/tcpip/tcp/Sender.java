package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * The sending side of a connection: what may be sent now (RFC 9293 3.8.6.2, 5681), the peer's window and its probes.
 * Which segments are lost is {@link LossRecovery}'s matter.
 */
final class Sender {
    /** Why {@link #transmit} stopped. */
    private enum Stop {
        /** The application has to write first. */
        NO_DATA,
        /** Nagle or a cork: a small segment waits for an acknowledgment or for company. */
        SMALL,
        PEER_WINDOW,
        CONGESTION,
        BURST,
        /** The link is behind: {@link TcpLayer#resume} goes on. */
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
    final RttEstimator rtt;
    final CongestionControl congestion;
    private final Pacer pacer;
    final LossRecovery recovery;

    /** Initial sequence number. */
    final long iss;

    /** Oldest unacknowledged sequence number. */
    long una;

    /** Next sequence number to send. */
    long nxt;

    /** SND.UP: behind the last byte sent as urgent; not right of {@link #una} if it has arrived. */
    private long urgentEnd;

    /** The peer's window in bytes, from {@link #una} on, and the largest it ever was. */
    long windowBytes;

    long largestWindowBytes;

    /** How the peer scales its window. */
    int windowShift;

    private long windowSequence;
    private long windowAcknowledgment;
    private boolean finQueued;
    private boolean finSent;
    private long finSequence;
    private long probeDeadlineNanos = TimerWheel.NEVER;
    private int probeBackoff;
    private int unansweredProbes;
    private long corkDeadlineNanos = TimerWheel.NEVER;
    private boolean corkExpired;
    private long lastSentNanos;

    /** Since when nothing has come on: the user timeout counts from then. */
    private long stalledNanos;

    private Stop stop = Stop.NO_DATA;

    /** Bytes that were waiting when {@link #transmit} stopped. */
    private long pendingAtStop;

    Sender(TcpConnection connection, SendRing ring, long iss) {
        this.connection = connection;
        this.config = connection.layer.config;
        this.ring = ring;
        this.iss = iss;
        this.una = iss;
        this.nxt = iss;
        this.urgentEnd = iss;
        this.rtt = new RttEstimator(config);
        this.congestion = config.congestionControl(connection.stream.options.congestion, iss);
        this.pacer = new Pacer(config);
        this.recovery = new LossRecovery(connection, this);
    }

    /** The peer's SYN has been answered or its answer has come. */
    void onEstablished(TcpSegment segment, long sequence, int shift, long nowNanos) {
        windowShift = shift;
        windowSequence = sequence;
        windowAcknowledgment = una;
        // RFC 7323 2.2: the window of a SYN is not scaled.
        windowBytes = segment.has(TcpFlags.SYN) ? segment.window : (long) segment.window << shift;
        largestWindowBytes = windowBytes;
        lastSentNanos = nowNanos;
        int largest = connection.segmentBytes() - connection.optionBytes();
        congestion.onEstablished(largest);
        pacer.onEstablished(largest);
        tuneBuffer();
    }

    /** The last byte written is urgent. */
    void onUrgent() {
        urgentEnd = iss + 1 + ring.end();
    }

    /** Whether the peer has not acknowledged the urgent byte: until then nothing waits for company, as in Linux. */
    private boolean isUrgent() {
        return una < urgentEnd;
    }

    /** The urgent pointer of a segment; 0 if it has none. What is further ahead than 16 bits say has none yet. */
    int urgentPointer(long sequence) {
        long ahead = urgentEnd - sequence;
        return isUrgent() && ahead > 0 && ahead <= 0xffff ? (int) ahead : 0;
    }

    /** Queues FIN behind the data. */
    void queueFin() {
        finQueued = true;
    }

    /** The right edge of the peer's window; left of {@link #nxt} if the peer has taken back what it had offered. */
    long rightEdge() {
        return una + windowBytes;
    }

    /**
     * The number of a segment without payload: {@link #nxt}, unless the peer has taken its window back. Beyond the window
     * it would not look at the acknowledgment (RFC 9293 3.10.7.4), and so never hear what we have received.
     */
    long emptySequence() {
        return connection.state.isSynchronised() ? Math.min(nxt, rightEdge()) : nxt;
    }

    /** Whether FIN was sent and acknowledged. */
    boolean isFinAcknowledged() {
        return finSent && una > finSequence;
    }

    /** Whether something waits to be sent or acknowledged. */
    boolean isBusy() {
        return una != nxt || unsentBytes() > 0;
    }

    /** Takes the acknowledgment and the window of an acceptable segment. */
    void onAcknowledgment(TcpSegment segment, long sequence, long acknowledgment, long nowNanos) {
        unansweredProbes = 0;
        long offered = (long) segment.window << windowShift;
        boolean sameWindow = offered == windowBytes;
        boolean news = acknowledgment > una;
        if (acknowledgment >= una) {
            updateWindow(sequence, acknowledgment, offered);
        }
        recovery.onAcknowledgment(segment, acknowledgment, sameWindow, nowNanos);
        if (news) {
            stalledNanos = nowNanos;
            ring.release(Math.min(una - iss - 1, ring.end()));
            tuneBuffer();
        }
    }

    /** Takes what an acknowledgment reports that newer ones have overtaken. */
    void onOvertakenAcknowledgment(TcpSegment segment, long nowNanos) {
        long acknowledgment = SequenceNumbers.extend(una, segment.acknowledgment);
        if (acknowledgment <= una && acknowledgment >= una - largestWindowBytes) {
            recovery.onAcknowledgment(segment, acknowledgment, false, nowNanos);
        }
    }

    /**
     * RFC 9293 3.10.7.4: SND.WL1 and SND.WL2 keep an older segment from bringing back an older window. But what
     * acknowledges more than any before was sent after them all, be it a retransmission: without its window, the right edge
     * would move with {@link #una} to where the peer never said.
     */
    private void updateWindow(long sequence, long acknowledgment, long offered) {
        boolean older =
                sequence < windowSequence || (sequence == windowSequence && acknowledgment < windowAcknowledgment);
        if (older && acknowledgment <= una) {
            return;
        }
        windowSequence = sequence;
        windowAcknowledgment = acknowledgment;
        if (offered > windowBytes && probeDeadlineNanos != TimerWheel.NEVER) {
            probeDeadlineNanos = TimerWheel.NEVER;
            probeBackoff = 0;
        }
        if (windowBytes == 0 && offered > 0) {
            recovery.onWindowOpened();
        }
        windowBytes = offered;
        largestWindowBytes = Math.max(largestWindowBytes, offered);
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
        connection.stream.wantsWrites(false);
        if (isBusy() && connection.path.isCongested()) {
            stop = Stop.LINK;
            connection.layer.hold(connection);
            armTimers(nowNanos);
            return false;
        }
        if (una == nxt && stop == Stop.NO_DATA) {
            pacer.onSilence();
        }
        pacer.update(congestion, rtt, recovery.pipeBytes(), connection.segmentBytes());
        int allowance = pacer.allowance(nowNanos);
        int budget = recovery.retransmit(allowance, nowNanos);
        if (una == nxt && nowNanos - lastSentNanos > rtt.rtoNanos()) {
            congestion.onIdle(nowNanos);
        }
        do {
            budget = sendNew(budget, nowNanos);
            if (stop != Stop.NO_DATA && stop != Stop.SMALL) {
                break;
            }
            connection.stream.wantsWrites(true);
            // A write that came before the flag went up did not wake us.
        } while (ring.end() + iss + 1 > nxt + pendingAtStop && !finSent);
        pacer.onSent(allowance - budget, nowNanos);
        armTimers(nowNanos);
        boolean more = stop == Stop.BURST || (budget <= 0 && recovery.board.nextLost(rightEdge()) >= 0);
        if (more && pacer.allowance(nowNanos) == 0) {
            connection.layer.paced.add(connection, pacer.releaseNanos());
            return false;
        }
        return more;
    }

    private int sendNew(int burst, long nowNanos) {
        int budget = burst;
        int largest = connection.segmentBytes() - connection.optionBytes();
        while (true) {
            long queued = finSent ? 0 : ring.end() - (nxt - iss - 1);
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
            long usable = rightEdge() - nxt;
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
            sendSegment(length, fin, length == queued, nowNanos);
            budget -= length;
        }
    }

    /** RFC 9293 3.8.6.2.1 (sender's silly window avoidance) with 3.7.4 (Nagle). */
    private boolean maySendSmall(int length, long queued, boolean fin) {
        if (fin) {
            return true;
        }
        if (length == queued && isCorked()) {
            return false;
        }
        if (length >= Math.max(1, largestWindowBytes / 2)) {
            return true;
        }
        return length == queued && (una == nxt || connection.stream.options.noDelay || finQueued || isUrgent());
    }

    /** Whether what does not fill a segment has to wait for more. */
    private boolean isCorked() {
        return connection.stream.options.cork && !corkExpired && !finQueued && !isUrgent();
    }

    private void sendSegment(int length, boolean fin, boolean last, long nowNanos) {
        int flags = TcpFlags.ACK;
        if (length > 0 && last) {
            flags |= TcpFlags.PSH;
        }
        int sequenceLength = length;
        if (fin) {
            flags |= TcpFlags.FIN;
            finSent = true;
            finSequence = nxt + length;
            sequenceLength++;
        }
        corkExpired = false;
        corkDeadlineNanos = TimerWheel.NEVER;
        if (una == nxt) {
            stalledNanos = nowNanos;
        }
        recovery.board.append(nxt, sequenceLength, fin, nowNanos);
        connection.emit(nxt, flags, length, nowNanos);
        nxt += sequenceLength;
        lastSentNanos = nowNanos;
        recovery.onSent(sequenceLength, nowNanos);
    }

    /** Whether a new segment could follow: there is data, and the peer has room. */
    boolean canSendNew() {
        return unsentBytes() > 0 && rightEdge() > nxt;
    }

    /**
     * Sends one new segment whatever the congestion window says (RFC 8985 7.3).
     *
     * @return whether there was one to send
     */
    boolean sendOneNew(long nowNanos) {
        if (finSent) {
            return false;
        }
        long queued = ring.end() - (nxt - iss - 1);
        long usable = rightEdge() - nxt;
        int largest = connection.segmentBytes() - connection.optionBytes();
        int length = (int) Math.min(queued, largest);
        if (length == 0 || length > usable || (length < largest && isCorked())) {
            return false;
        }
        sendSegment(length, false, length == queued, nowNanos);
        return true;
    }

    /** A window probe is due when there is something to send, nothing in flight, and no timer that would end that. */
    private void armTimers(long nowNanos) {
        boolean corked = stop == Stop.SMALL && corkDeadlineNanos != TimerWheel.NEVER;
        if (una != nxt || stop == Stop.BURST || stop == Stop.LINK || corked || unsentBytes() == 0) {
            probeDeadlineNanos = TimerWheel.NEVER;
            probeBackoff = 0;
        } else if (probeDeadlineNanos == TimerWheel.NEVER) {
            probeDeadlineNanos = nowNanos + rtt.backedOff(probeBackoff);
            stalledNanos = nowNanos;
        }
        if (stop == Stop.NO_DATA || stop == Stop.SMALL) {
            recovery.rate.onApplicationLimited(recovery.pipeBytes());
        }
        recovery.armProbe(nowNanos);
    }

    private long unsentBytes() {
        if (finSent) {
            return 0;
        }
        return ring.end() - (nxt - iss - 1) + (finQueued ? 1 : 0);
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
        if (connection.state != TcpState.CLOSED && probeDeadlineNanos <= nowNanos) {
            probe(nowNanos);
        }
    }

    /** RFC 9293 3.8.6.1; with a window that is open but small, the override of RFC 1122 4.2.3.4. */
    private void probe(long nowNanos) {
        long usable = rightEdge() - nxt;
        if (usable > 0) {
            long queued = ring.end() - (nxt - iss - 1);
            int length = (int) Math.min(Math.min(queued, usable), connection.segmentBytes() - connection.optionBytes());
            probeDeadlineNanos = TimerWheel.NEVER;
            if (length > 0) {
                sendSegment(length, false, length == queued, nowNanos);
            }
            return;
        }
        if (++unansweredProbes > recovery.mostRetries()) {
            connection.fail(Failure.TIMED_OUT, true, nowNanos);
            return;
        }
        connection.emitProbe(nowNanos);
        probeBackoff++;
        probeDeadlineNanos = nowNanos + rtt.backedOff(probeBackoff);
    }

    /**
     * Starts anew with the probes of a closed window, which have become rare.
     *
     * @return whether one is due now
     */
    boolean hasten() {
        if (probeDeadlineNanos == TimerWheel.NEVER) {
            return false;
        }
        probeDeadlineNanos = TimerWheel.NEVER;
        probeBackoff = 0;
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
        if (connection.stream.options.fixedSendBuffer || connection.memory.isTight()) {
            return;
        }
        long wanted = Math.min(config.maximumBufferBytes, 2 * congestion.windowBytes());
        if (wanted > ring.limitBytes()) {
            ring.limitBytes((int) wanted);
        }
    }

    private long userDeadlineNanos() {
        boolean waiting = una != nxt || probeDeadlineNanos != TimerWheel.NEVER;
        long limit = connection.stream.options.userTimeoutMillis * 1_000_000L;
        return waiting && limit > 0 ? stalledNanos + limit : TimerWheel.NEVER;
    }

    long nextDeadlineNanos() {
        long own = Math.min(probeDeadlineNanos, corkDeadlineNanos);
        return Math.min(Math.min(recovery.nextDeadlineNanos(), own), userDeadlineNanos());
    }
}
