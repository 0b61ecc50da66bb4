package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.buffer.MemoryBudget;
import io.ztnio.tcpip.buffer.ReceiveRing;
import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.tcp.recovery.LossRecovery;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * The rings of a connection, and its record of segments in flight, as users of the stack's {@link MemoryBudget}: an idle connection with nothing in them gives
 * them back.
 *
 * <p>Thread: confined to the gate.
 */
final class ConnectionMemory {
    /** A connection that was quiet for so long, and has nothing in its rings, needs none. */
    static final long IDLE_NANOS = 10_000_000_000L;

    private final MemoryBudget budget;
    private final SendRing sendRing;
    private final ReceiveRing receiveRing;
    private final LossRecovery recovery;
    private long deadlineNanos = TimerWheel.NEVER;
    private boolean settled;

    ConnectionMemory(MemoryBudget budget, SendRing sendRing, ReceiveRing receiveRing, LossRecovery recovery) {
        this.recovery = recovery;
        this.budget = budget;
        this.sendRing = sendRing;
        this.receiveRing = receiveRing;
        budget.join();
    }

    /** Something was sent, received, read or written. */
    void onActivity(long nowNanos) {
        deadlineNanos = isHeld() ? nowNanos + IDLE_NANOS : TimerWheel.NEVER;
    }

    void onTimer(long nowNanos) {
        if (deadlineNanos <= nowNanos) {
            sendRing.trim();
            receiveRing.trim();
            recovery.trim();
        }
    }

    long nextDeadlineNanos() {
        return deadlineNanos;
    }

    /** What a window or a buffer may be: less than asked for when memory is tight. */
    int limitBytes(int asked) {
        return budget.isTight() ? Math.min(asked, budget.fairShareBytes()) : asked;
    }

    boolean isTight() {
        return budget.isTight();
    }

    /** The connection is over; the application may still read what has arrived. */
    void settle() {
        if (!settled) {
            settled = true;
            sendRing.settle();
            receiveRing.settle();
            recovery.drop();
            budget.leave();
        }
    }

    private boolean isHeld() {
        return sendRing.capacityBytes() + receiveRing.capacityBytes() + recovery.heldBytes() > 0;
    }
}
