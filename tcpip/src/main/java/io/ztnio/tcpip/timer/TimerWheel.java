package io.ztnio.tcpip.timer;

import io.ztnio.tcpip.TurnFailures;

/**
 * A hashed wheel of {@link #SLOTS} slots of one millisecond. A timer fires at the first millisecond boundary at or after
 * its deadline; deadlines further away than one revolution wait for their turn in their slot.
 *
 * <p>Postponing a timer that is already in the wheel only writes its deadline; it moves when its old slot comes up. So
 * the retransmission timer, postponed by every acknowledgment, costs nothing.
 *
 * <p>Thread: confined to its owner.
 */
public final class TimerWheel {
    /** Slots of the wheel, a power of two. */
    static final int SLOTS = 4096;

    /** No deadline. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final long TICK_NANOS = 1_000_000L;

    private final Timer[] slots = new Timer[SLOTS];
    private final long[] occupied = new long[SLOTS / 64];
    private final TurnFailures failures = new TurnFailures();
    private long currentTick;

    /** The timer to look at next in the slot that is being looked through. */
    private Timer cursor;

    private long visits;

    /** @param nowNanos the time to start at */
    public TimerWheel(long nowNanos) {
        currentTick = Math.floorDiv(nowNanos, TICK_NANOS);
    }

    /** Sets or moves the deadline of a timer; {@link #NEVER} ends it. */
    public void schedule(Timer timer, long deadlineNanos) {
        timer.deadlineNanos = deadlineNanos;
        if (deadlineNanos == NEVER) {
            return;
        }
        long tick = tickOf(deadlineNanos);
        if (timer.slot >= 0) {
            if (timer.tick <= tick) {
                return;
            }
            unlink(timer);
        }
        link(timer, tick);
    }

    /** Takes the timer out of the wheel at once, so that nothing refers to it any more. */
    public void remove(Timer timer) {
        timer.deadlineNanos = NEVER;
        if (timer.slot >= 0) {
            unlink(timer);
        }
    }

    /** Fires every timer that is due. What they throw keeps none of them from firing; the first of it is thrown at the end. */
    public void advance(long nowNanos) {
        long target = Math.floorDiv(nowNanos, TICK_NANOS);
        if (target <= currentTick) {
            return;
        }
        long first = Math.max(currentTick + 1, target - SLOTS + 1);
        currentTick = target;
        for (long tick = first; tick <= target; tick++) {
            if ((tick & 63) == 0 && occupied[(int) (tick & (SLOTS - 1)) >>> 6] == 0) {
                tick += 63;
                continue;
            }
            expire((int) (tick & (SLOTS - 1)), target, nowNanos);
        }
        failures.rethrow();
    }

    /** When {@link #advance} has something to do, or {@link #NEVER}. Never later than the earliest deadline's tick. */
    public long nextDeadlineNanos() {
        int start = (int) ((currentTick + 1) & (SLOTS - 1));
        int word = start >>> 6;
        long bits = occupied[word] & (-1L << (start & 63));
        for (int i = 0; i <= occupied.length; i++) {
            if (bits != 0) {
                int slot = (word << 6) + Long.numberOfTrailingZeros(bits);
                return (currentTick + 1 + ((slot - start) & (SLOTS - 1))) * TICK_NANOS;
            }
            word = (word + 1) & (occupied.length - 1);
            bits = occupied[word];
        }
        return NEVER;
    }

    /** Timers looked at since the wheel was made. */
    public long visits() {
        return visits;
    }

    private void expire(int slot, long target, long nowNanos) {
        Timer timer = slots[slot];
        while (timer != null) {
            cursor = timer.next;
            visits++;
            if (timer.tick <= target) {
                unlink(timer);
                fire(timer, target, nowNanos);
            }
            timer = cursor;
        }
        cursor = null;
        if (slots[slot] == null) {
            occupied[slot >>> 6] &= ~(1L << (slot & 63));
        }
    }

    private void fire(Timer timer, long target, long nowNanos) {
        long tick = timer.deadlineNanos == NEVER ? Long.MAX_VALUE : tickOf(timer.deadlineNanos);
        if (tick <= target) {
            timer.deadlineNanos = NEVER;
            try {
                timer.onTimer(nowNanos);
            } catch (Throwable e) {
                failures.add(e);
            }
        } else if (tick != Long.MAX_VALUE) {
            link(timer, tick);
        }
    }

    private void link(Timer timer, long tick) {
        timer.tick = Math.max(tick, currentTick + 1);
        int slot = (int) (timer.tick & (SLOTS - 1));
        // First the mark: one too many is cleared when its slot comes up, one too few would hide a timer.
        occupied[slot >>> 6] |= 1L << (slot & 63);
        timer.slot = slot;
        timer.previous = null;
        timer.next = slots[slot];
        if (timer.next != null) {
            timer.next.previous = timer;
        }
        slots[slot] = timer;
    }

    private void unlink(Timer timer) {
        int slot = timer.slot;
        if (timer == cursor) {
            cursor = timer.next;
        }
        if (timer.previous != null) {
            timer.previous.next = timer.next;
        } else {
            slots[slot] = timer.next;
            if (timer.next == null) {
                occupied[slot >>> 6] &= ~(1L << (slot & 63));
            }
        }
        if (timer.next != null) {
            timer.next.previous = timer.previous;
        }
        timer.next = null;
        timer.previous = null;
        timer.slot = -1;
    }

    private static long tickOf(long nanos) {
        return -Math.floorDiv(-nanos, TICK_NANOS);
    }

    /**
     * Something with one deadline. {@link #onTimer} may schedule any timer and take any out of the wheel; it must not call
     * {@link TimerWheel#advance}.
     */
    public abstract static class Timer {
        private Timer previous;
        private Timer next;
        private int slot = -1;
        private long tick;
        private long deadlineNanos = NEVER;

        /** For subclasses. */
        protected Timer() {}

        /** The deadline has passed; the timer is no longer in the wheel. */
        protected abstract void onTimer(long nowNanos);
    }
}
