package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpPath;

/** SYN-RECEIVED of a passive open: what a SYN costs us until the peer has shown that it is there. */
final class HalfOpen extends Flow {
    private final TcpListener listener;
    final long iss;
    final long irs;
    final int peerMss;
    final Offer offer;
    final int timestampOffset;
    int recentTimestamp;
    int attempts;
    long sentNanos;
    private long lastChallengeNanos;
    private boolean challenged;

    HalfOpen(TcpListener listener, TcpLayer layer, IpPath path, TcpSegment syn, long iss, int timestampOffset) {
        super(layer, path, syn.destinationPort, syn.sourcePort);
        this.listener = listener;
        this.iss = iss;
        this.irs = SequenceNumbers.extend(0, syn.sequence);
        this.peerMss = syn.mss;
        this.offer = Offer.of(layer.config, syn);
        this.timestampOffset = timestampOffset;
        this.recentTimestamp = syn.timestampValue;
    }

    void sendSynAck(long nowNanos) {
        SegmentWriter writer = layer.writer;
        writer.start(path);
        int largest = path.mtuBytes() - path.headerLength() - TcpSegment.HEADER_BYTES;
        offer.write(
                writer,
                Math.min(layer.config.maximumSegmentBytes, largest),
                timestampOffset + (int) (nowNanos / 1_000_000),
                recentTimestamp);
        writer.sendEmpty(this, iss, irs + 1, TcpFlags.SYN | TcpFlags.ACK, synWindow(), 0, nowNanos);
        sentNanos = nowNanos;
    }

    /** Sends the first SYN-ACK and arms the timer. */
    void start(long nowNanos) {
        attempts = 1;
        sendSynAck(nowNanos);
        layer.wheel.schedule(this, nowNanos + layer.config.initialRtoNanos);
    }

    @Override
    protected void onTimer(long nowNanos) {
        if (attempts > layer.config.synAckRetries) {
            drop();
            return;
        }
        sendSynAck(nowNanos);
        long wait = Math.min(layer.config.maximumRtoNanos, layer.config.initialRtoNanos << attempts);
        attempts++;
        layer.wheel.schedule(this, nowNanos + wait);
    }

    /** Forgets it. */
    void drop() {
        layer.wheel.remove(this);
        layer.flows.remove(this);
        listener.onHalfOpenGone(this);
    }

    /** The listener is closed: so is this. */
    void refuse() {
        layer.wheel.remove(this);
        layer.flows.remove(this);
    }

    @Override
    void onSegment(TcpSegment segment, long nowNanos) {
        long sequence = SequenceNumbers.extend(irs + 1, segment.sequence);
        if (segment.has(TcpFlags.SYN) && !segment.has(TcpFlags.ACK | TcpFlags.RST) && sequence == irs) {
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
            layer.counters.drop(TcpDropReason.OUTSIDE_WINDOW);
            challenge(nowNanos);
            return;
        }
        if (!segment.has(TcpFlags.ACK)) {
            layer.counters.drop(TcpDropReason.NO_FLAGS);
            return;
        }
        if (SequenceNumbers.extend(iss, segment.acknowledgment) != iss + 1) {
            layer.counters.drop(TcpDropReason.UNACCEPTABLE_ACK);
            layer.writer.refuse(path, segment, nowNanos);
            return;
        }
        listener.onHandshakeComplete(this, segment, nowNanos);
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
        layer.counters.drop(TcpDropReason.UNPROVEN_RESET);
        if (sequence > irs + 1 && sequence < irs + 1 + synWindow()) {
            challenge(nowNanos);
        }
    }

    private int synWindow() {
        return Receiver.synWindow(layer.config, listener.options.receiveBufferBytes);
    }

    private void challenge(long nowNanos) {
        if (challenged && nowNanos - lastChallengeNanos < layer.config.challengeAckNanos) {
            return;
        }
        challenged = true;
        lastChallengeNanos = nowNanos;
        SegmentWriter writer = layer.writer;
        writer.start(path);
        if (offer.timestamps()) {
            writer.timestamps(timestampOffset + (int) (nowNanos / 1_000_000), recentTimestamp);
        }
        writer.sendEmpty(this, iss + 1, irs + 1, TcpFlags.ACK, synWindow() >>> offer.ownShift(), 0, nowNanos);
    }

    @Override
    void onError(IcmpError error, int sequence, int mtuBytes, long nowNanos) {
        // An attacker could send them too; the timer ends what the peer does not complete.
    }

    @Override
    void onUnreachable(long nowNanos) {
        drop();
    }
}
