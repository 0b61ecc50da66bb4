package io.ztnio.tcpip.buffer;

import io.ztnio.tcpip.share.TrafficSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that the rings of all connections of a node may take together, and what they remember of segments in flight: shared
 * by {@link TrafficSource} and then by connection.
 *
 * <p>One source may have half of the whole. Once half of the whole is in use, a source may have no more than its part of a
 * half of what is left: so what is left becomes small but never nothing, whoever came first. When half of what a source may
 * have is in use, the windows of its connections keep to a fair share of it; at three quarters none of their rings grows
 * beyond that; when all of it is in use, none grows. The first piece of a ring is always granted, so that every connection
 * moves on, if slowly.
 *
 * <p>Thread: thread-safe.
 */
public final class MemoryBudget {
    /** Each connection has a ring for each direction, and a ring is up to twice as large as what is in it. */
    private static final int SHARES_PER_USER = 4;

    private final long limitBytes;
    private final AtomicLong used = new AtomicLong();
    private final AtomicInteger sources = new AtomicInteger();
    private final AtomicLong refusals = new AtomicLong();
    private final ConcurrentHashMap<TrafficSource, Account> accounts = new ConcurrentHashMap<>();

    /** What the connections of one source use. */
    static final class Account {
        private final AtomicLong used = new AtomicLong();
        private final AtomicInteger users = new AtomicInteger();

        long usedBytes() {
            return used.get();
        }
    }

    /** @param limitBytes at least 1 */
    public MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** One that never refuses. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /** A connection of a source begins to use it. */
    Account join(TrafficSource source) {
        return accounts.compute(source, (same, known) -> {
            Account its = known == null ? new Account() : known;
            if (known == null) {
                sources.incrementAndGet();
            }
            its.users.incrementAndGet();
            return its;
        });
    }

    /** A connection that has given everything back uses it no more. */
    void leave(TrafficSource source) {
        accounts.computeIfPresent(source, (same, its) -> {
            if (its.users.decrementAndGet() > 0) {
                return its;
            }
            sources.decrementAndGet();
            return null;
        });
    }

    /** Whether half of the whole is in use. */
    public boolean isTight() {
        return used.get() > limitBytes / 2;
    }

    /** Whether the connections of a source have to do with their fair share. */
    boolean isTight(Account account) {
        return account.used.get() > allowance(used.get()) / 2;
    }

    /** What a window to a source may be: less than asked for if its connections have to do with their fair share. */
    public int limitBytes(TrafficSource source, int asked) {
        Account its = accounts.get(source);
        return its != null && isTight(its) ? Math.min(asked, fairShareBytes(its)) : asked;
    }

    /** What one source may have while so much is in use. */
    private long allowance(long usedBytes) {
        return usedBytes <= limitBytes / 2
                ? limitBytes / 2
                : Math.max(0, limitBytes - usedBytes) / (2L * Math.max(1, sources.get()));
    }

    /** What one ring may hold while {@link #isTight(Account)}. */
    int fairShareBytes(Account account) {
        return fairShareBytes(account, used.get());
    }

    private int fairShareBytes(Account account, long usedBytes) {
        long share = allowance(usedBytes) / ((long) SHARES_PER_USER * Math.max(1, account.users.get()));
        return (int) Math.min(Integer.MAX_VALUE, Math.max(RingCopy.FIRST_CAPACITY, share));
    }

    /** Whether a ring may grow; if so, it is charged. */
    boolean mayGrow(Account account, int fromBytes, int toBytes) {
        long more = (long) toBytes - fromBytes;
        long after = used.addAndGet(more);
        long its = account.used.addAndGet(more);
        long allowance = allowance(after);
        boolean first = toBytes <= RingCopy.FIRST_CAPACITY;
        if (first
                || (its <= allowance
                        && (its <= allowance - allowance / 4 || toBytes / 2 <= fairShareBytes(account, after)))) {
            return true;
        }
        giveBack(account, more);
        refusals.incrementAndGet();
        return false;
    }

    void giveBack(Account account, long bytes) {
        used.addAndGet(-bytes);
        account.used.addAndGet(-bytes);
    }

    /** Bytes that rings hold. */
    public long usedBytes() {
        return used.get();
    }

    /** How often a ring was not allowed to grow. */
    public long refusals() {
        return refusals.get();
    }

    /** Sources with connections. */
    int sources() {
        return accounts.size();
    }
}
