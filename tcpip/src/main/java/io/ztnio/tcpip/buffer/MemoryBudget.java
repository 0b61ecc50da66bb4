package io.ztnio.tcpip.buffer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that the rings of all connections of a stack may take together. When three quarters are in use, no ring grows
 * beyond its fair share of the whole; when all is in use, none grows. The first piece of a ring is always granted, so that
 * every connection moves on, if slowly.
 *
 * <p>Thread: thread-safe.
 */
public final class MemoryBudget {
    private static final int DIRECTIONS = 2;

    private final long limitBytes;
    private final AtomicLong used = new AtomicLong();
    private final AtomicInteger users = new AtomicInteger();
    private final AtomicLong refusals = new AtomicLong();

    /** @param limitBytes at least 1 */
    public MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** One that never refuses. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /** A connection begins to use it. */
    public void join() {
        users.incrementAndGet();
    }

    /** A connection uses it no more. */
    public void leave() {
        users.decrementAndGet();
    }

    /** Whether connections have to do with their fair share. */
    public boolean isTight() {
        return used.get() > limitBytes - limitBytes / 4;
    }

    /** What one ring may take while it {@link #isTight}. */
    public int fairShareBytes() {
        long share = limitBytes / ((long) DIRECTIONS * Math.max(1, users.get()));
        return (int) Math.min(Integer.MAX_VALUE, Math.max(RingCopy.FIRST_CAPACITY, share));
    }

    /** Whether a ring may grow; if so, it is charged. */
    boolean mayGrow(int fromBytes, int toBytes) {
        long after = used.addAndGet((long) toBytes - fromBytes);
        boolean first = toBytes <= RingCopy.FIRST_CAPACITY;
        if (first || (after <= limitBytes && (!isTight() || toBytes <= fairShareBytes()))) {
            return true;
        }
        used.addAndGet((long) fromBytes - toBytes);
        refusals.incrementAndGet();
        return false;
    }

    void giveBack(int bytes) {
        used.addAndGet(-bytes);
    }

    /** Bytes that rings hold. */
    public long usedBytes() {
        return used.get();
    }

    /** How often a ring was not allowed to grow. */
    public long refusals() {
        return refusals.get();
    }
}
