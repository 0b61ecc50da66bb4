package io.ztnio.tcpip.buffer;

import io.ztnio.tcpip.buffer.MemoryBudget.Account;
import io.ztnio.tcpip.share.TrafficSource;

/**
 * What the rings of one connection, and its record of segments in flight, have of a {@link MemoryBudget}: of the part of the
 * source at the other end.
 *
 * <p>Thread: thread-safe, {@link #join} and {@link #leave} confined to the gate.
 */
public final class MemoryShare {
    private final MemoryBudget budget;

    /** Nobody's before the other end is known. */
    private volatile Account account = new Account();

    private TrafficSource joined;

    public MemoryShare(MemoryBudget budget) {
        this.budget = budget;
    }

    /** One that is never refused. */
    public static MemoryShare unlimited() {
        return new MemoryShare(MemoryBudget.unlimited());
    }

    /** The other end is known. Nothing has been charged before. */
    public void join(TrafficSource source) {
        account = budget.join(source);
        joined = source;
    }

    /** Everything has been given back, and nothing will be charged any more. */
    public void leave() {
        if (joined != null) {
            budget.leave(joined);
            joined = null;
        }
    }

    /** Whether it has to do with its {@link #fairShareBytes}. */
    public boolean isTight() {
        return budget.isTight(account);
    }

    /** What one ring may hold while it {@link #isTight}, in bytes. */
    public int fairShareBytes() {
        return budget.fairShareBytes(account);
    }

    /** What all connections of the source hold, in bytes. */
    public long usedBySource() {
        return account.usedBytes();
    }

    /** Whether a ring, or another room of the connection, may grow; if so, it is charged. */
    public boolean mayGrow(int fromBytes, int toBytes) {
        return budget.mayGrow(account, fromBytes, toBytes);
    }

    /** A larger array that was charged; if there is none, the charge is taken back. */
    byte[] allocate(int fromBytes, int toBytes) {
        try {
            return new byte[toBytes];
        } catch (Throwable e) {
            giveBack(toBytes - fromBytes);
            throw e;
        }
    }

    /** Room is smaller by so much. */
    public void giveBack(int bytes) {
        budget.giveBack(account, bytes);
    }
}
