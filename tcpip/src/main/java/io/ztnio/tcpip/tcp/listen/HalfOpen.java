package io.ztnio.tcpip.tcp.listen;

import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpPath;
import io.ztnio.tcpip.tcp.config.Offer;
import io.ztnio.tcpip.tcp.segment.SegmentWriter;
import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.table.Flow;
import io.ztnio.tcpip.tcp.table.FlowGround;

/** SYN-RECEIVED of a passive open: what a SYN costs us until the peer has shown that it is there. */
public final class HalfOpen extends Flow {
    private final SynQueue queue;
    public final long iss;
    public final long irs;
    public final int peerMss;
    public final Offer offer;
    public final int timestampOffset;
    public int recentTimestamp;
    public int attempts;
    public long sentNanos;

    /** When it began. */
    public long openedNanos;

    /** What the SYN-ACK offers. */
    public int windowBytes;

    private long lastChallengeNanos;
    private boolean challenged;

    private HalfOpen(
            SynQueue queue,
            FlowGround ground,
            IpPath path,
            TcpSegment segment,
            long iss,
            long irs,
            int peerMss,
            Offer offer) {
        super(ground, path, path.source(), segment.destinationPort, segment.sourcePort);
        this.queue = queue;
        this.iss = iss;
        this.irs = irs;
        this.peerMss = peerMss;
        this.offer = offer;
        this.timestampOffset = ground.timestampOffset(this);
        this.recentTimestamp = segment.timestampValue;
    }

    /** For a SYN. */
    static HalfOpen ofSyn(SynQueue queue, FlowGround ground, IpPath path, TcpSegment syn, long iss) {
        long irs = SequenceNumbers.initial(syn.sequence);
        return new HalfOpen(queue, ground, path, syn, iss, irs, syn.mss, Offer.of(ground.config, syn));
    }

    /** What is left of one that we did not keep, by its last acknowledgment; {@code mss} as the cookie has it. */
    static HalfOpen ofCookie(SynQueue queue, FlowGround ground, IpPath path, TcpSegment ack, int mss, long nowNanos) {
        Offer offer = SynCookies.nothing();
        if (ack.hasTimestamps && ground.config.timestamps) {
            int offset =
                    ground.numbers.timestampOffset(path.local(), ack.destinationPort, path.remote(), ack.sourcePort);
            offer = SynCookies.offer(ground.config, ack.timestampEcho - offset);
        }
        long iss = SequenceNumbers.initial(ack.acknowledgment - 1);
        long irs = SequenceNumbers.initial(ack.sequence - 1);
        HalfOpen made = new HalfOpen(queue, ground, path, ack, iss, irs, mss, offer);
        made.openedNanos = nowNanos;
        // Perhaps more than was shown, but not less.
        made.windowBytes = ground.config.synWindow(queue.receiveBufferBytes());
        return made;
    }

    /** Answers a SYN that will not be remembered; the sequence number is its cookie. */
    void sendCookie(long nowNanos) {
        if (offer.timestamps()) {
            sendSynAck(offer, SynCookies.timestamp((int) (nowNanos / 1_000_000), offer), nowNanos);
        } else {
            sendSynAck(SynCookies.nothing(), 0, nowNanos);
        }
    }

    void sendSynAck(long nowNanos) {
        sendSynAck(offer, (int) (nowNanos / 1_000_000), nowNanos);
        sentNanos = nowNanos;
    }

    /** Whether the first SYN-ACK was answered neither in time nor by anything but another SYN. */
    boolean isOverdue() {
        return attempts > 1;
    }

    private void sendSynAck(Offer answer, int clock, long nowNanos) {
        SegmentWriter writer = ground.writer;
        writer.start(path, localPort, remotePort);
        int largest = path.mtuBytes() - path.headerLength() - TcpSegment.HEADER_BYTES;
        answer.write(
                writer, Math.min(ground.config.maximumSegmentBytes, largest), timestampOffset + clock, recentTimestamp);
        int flags = TcpFlags.SYN | TcpFlags.ACK | (answer.congestionNotification() ? TcpFlags.ECE : 0);
        writer.sendEmpty(iss, irs + 1, flags, synWindow(), 0, nowNanos);
    }

    /** Sends the first SYN-ACK and arms the timer. */
    void start(long nowNanos) {
        attempts = 1;
        openedNanos = nowNanos;
        ground.wheel.schedule(this, nowNanos + ground.config.initialRtoNanos);
        sendSynAck(nowNanos);
    }

    @Override
    protected void onTimer(long nowNanos) {
        if (attempts > ground.config.synAckRetries) {
            drop();
            return;
        }
        long wait = Math.min(ground.config.maximumRtoNanos, ground.config.initialRtoNanos << attempts);
        attempts++;
        // First the timer: whatever sending throws, this does not stay for ever.
        ground.wheel.schedule(this, nowNanos + wait);
        sendSynAck(nowNanos);
    }

    @Override
    public boolean awaitsAcknowledgment() {
        return true;
    }

    /** Forgets it. */
    void drop() {
        ground.wheel.remove(this);
        ground.flows.remove(this);
        queue.onHalfOpenGone(this);
    }

    /** Nobody will accept the connection, which the peer may believe to have. */
    public void reset(long nowNanos) {
        startStamped(nowNanos).sendEmpty(iss + 1, irs + 1, TcpFlags.RST | TcpFlags.ACK, 0, 0, nowNanos);
        drop();
    }

    /** The listener is closed: so is this. */
    void refuse() {
        ground.wheel.remove(this);
        ground.flows.remove(this);
    }

    @Override
    public void onSegment(TcpSegment segment, long nowNanos) {
        long sequence = SequenceNumbers.extend(irs + 1, segment.sequence);
        if (segment.has(TcpFlags.SYN) && !segment.has(TcpFlags.ACK | TcpFlags.RST | TcpFlags.FIN) && sequence == irs) {
            // The SYN-ACK was lost; the timer goes on as it was.
            attempts = Math.max(attempts, 2);
            sendSynAck(nowNanos);
            return;
        }
        if (segment.has(TcpFlags.RST)) {
            onReset(sequence, nowNanos);
            return;
        }
        if (segment.has(TcpFlags.SYN) || !isAcceptable(segment, sequence)) {
            ground.counters.drop(TcpDropReason.OUTSIDE_WINDOW);
            challenge(nowNanos);
            return;
        }
        if (!segment.has(TcpFlags.ACK)) {
            ground.counters.drop(TcpDropReason.NO_FLAGS);
            return;
        }
        if (SequenceNumbers.extend(iss, segment.acknowledgment) != iss + 1) {
            ground.counters.drop(TcpDropReason.UNACCEPTABLE_ACK);
            ground.writer.refuse(path, segment, nowNanos);
            return;
        }
        queue.onHandshakeComplete(this, segment, nowNanos);
    }

    private boolean isAcceptable(TcpSegment segment, long sequence) {
        if (offer.timestamps() && segment.hasTimestamps && segment.timestampValue - recentTimestamp < 0) {
            return false;
        }
        return sequence + segment.sequenceLength() >= irs + 1 && sequence <= irs + 1 + synWindow();
    }

    private void onReset(long sequence, long nowNanos) {
        if (sequence == irs + 1) {
            drop();
            return;
        }
        ground.counters.drop(TcpDropReason.UNPROVEN_RESET);
        if (sequence > irs + 1 && sequence < irs + 1 + synWindow()) {
            challenge(nowNanos);
        }
    }

    /** Never less than what has been shown. */
    private int synWindow() {
        int bytes = ground.budget.limitBytes(source(), queue.receiveBufferBytes());
        windowBytes = Math.max(windowBytes, ground.config.synWindow(bytes));
        return windowBytes;
    }

    private void challenge(long nowNanos) {
        if (challenged && nowNanos - lastChallengeNanos < ground.config.challengeAckNanos) {
            return;
        }
        challenged = true;
        lastChallengeNanos = nowNanos;
        startStamped(nowNanos).sendEmpty(iss + 1, irs + 1, TcpFlags.ACK, synWindow() >>> offer.ownShift(), 0, nowNanos);
    }

    private SegmentWriter startStamped(long nowNanos) {
        SegmentWriter writer = ground.writer;
        writer.start(path, localPort, remotePort);
        if (offer.timestamps()) {
            writer.timestamps(timestampOffset + (int) (nowNanos / 1_000_000), recentTimestamp);
        }
        return writer;
    }

    @Override
    public void onError(IcmpError error, int sequence, int mtuBytes, long nowNanos) {
        // An attacker could send them too; the timer ends what the peer does not complete.
    }

    @Override
    public void onUnreachable(long nowNanos) {
        drop();
    }

    @Override
    public void breakOff(long nowNanos) {
        drop();
    }
}
