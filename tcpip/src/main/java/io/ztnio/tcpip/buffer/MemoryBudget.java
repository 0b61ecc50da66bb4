package io.ztnio.tcpip.buffer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that the rings of all connections of a stack may take together, and what they remember of segments in flight.
 * When half of them are in use, windows keep to a fair share of the whole; at three quarters nothing grows beyond it; when
 * all is in use, nothing grows. The first piece is always granted, so that every connection moves on, if slowly.
 *
 * <p>Thread: thread-safe.
 */
public final class MemoryBudget {
    /** Each connection has a ring for each direction, and a ring is up to twice as large as what is in it. */
    private static final int SHARES_PER_USER = 4;

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
        return used.get() > limitBytes / 2;
    }

    /** What one ring may hold while it {@link #isTight}. */
    public int fairShareBytes() {
        long share = limitBytes / ((long) SHARES_PER_USER * Math.max(1, users.get()));
        return (int) Math.min(Integer.MAX_VALUE, Math.max(RingCopy.FIRST_CAPACITY, share));
    }

    /** Whether a ring, or another room of a connection, may grow; if so, it is charged. */
    public boolean mayGrow(int fromBytes, int toBytes) {
        long after = used.addAndGet((long) toBytes - fromBytes);
        boolean first = toBytes <= RingCopy.FIRST_CAPACITY;
        if (first
                || (after <= limitBytes && (after <= limitBytes - limitBytes / 4 || toBytes / 2 <= fairShareBytes()))) {
            return true;
        }
        used.addAndGet((long) fromBytes - toBytes);
        refusals.incrementAndGet();
        return false;
    }

    /** Room is smaller by so much. */
    public void giveBack(int bytes) {
        used.addAndGet(-bytes);
    }

    /** Bytes that are charged. */
    public long usedBytes() {
        return used.get();
    }

    /** How often something was not allowed to grow. */
    public long refusals() {
        return refusals.get();
    }
}
