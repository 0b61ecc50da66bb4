package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.buffer.MemoryShare;
import io.ztnio.tcpip.buffer.ReceiveRing;
import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.share.TrafficSource;
import io.ztnio.tcpip.tcp.recovery.LossRecovery;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * The rings of a connection, and its record of segments in flight, as users of its {@link MemoryShare}: an idle connection
 * with nothing in them gives
 * them back.
 *
 * <p>Thread: confined to the gate.
 */
final class ConnectionMemory {
    /** A connection that was quiet for so long, and has nothing in its rings, needs none. */
    static final long IDLE_NANOS = 10_000_000_000L;

    private final MemoryShare share;
    private final SendRing sendRing;
    private final ReceiveRing receiveRing;
    private final LossRecovery recovery;
    private long deadlineNanos = TimerWheel.NEVER;
    private boolean settled;

    ConnectionMemory(MemoryShare share, SendRing sendRing, ReceiveRing receiveRing, LossRecovery recovery) {
        this.share = share;
        this.recovery = recovery;
        this.sendRing = sendRing;
        this.receiveRing = receiveRing;
    }

    /** The handshake is over: it is known who is at the other end, and nothing has been held yet. */
    void onEstablished(TrafficSource source) {
        share.join(source);
    }

    /** Something was sent, received, read or written. */
    void onActivity(long nowNanos) {
        deadlineNanos = isHeld() ? nowNanos + IDLE_NANOS : TimerWheel.NEVER;
    }

    /** Whether it was quiet for so long that what is not needed is given back. */
    boolean isIdle(long nowNanos) {
        return deadlineNanos <= nowNanos;
    }

    /** Gives back what has nothing in it. */
    void trim() {
        sendRing.trim();
        receiveRing.trim();
        recovery.trim();
    }

    /** Bytes that it holds. */
    long heldBytes() {
        return (long) sendRing.capacityBytes() + receiveRing.capacityBytes() + recovery.heldBytes();
    }

    /** What all connections of the same source hold. */
    long usedBySource() {
        return share.usedBySource();
    }

    long nextDeadlineNanos() {
        return deadlineNanos;
    }

    /** What a window or a buffer may be: less than asked for when memory is tight. */
    int limitBytes(int asked) {
        return share.isTight() ? Math.min(asked, share.fairShareBytes()) : asked;
    }

    boolean isTight() {
        return share.isTight();
    }

    /** The connection is over; the application may still read what has arrived. */
    void settle() {
        if (!settled) {
            settled = true;
            sendRing.settle();
            receiveRing.settle();
            recovery.drop();
            share.leave();
        }
    }

    private boolean isHeld() {
        return heldBytes() > 0;
    }
}
