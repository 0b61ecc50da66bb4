package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.buffer.MemoryBudget;
import io.ztnio.tcpip.share.TrafficSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The connections of a layer that their application has closed and that are not over. There may be only so many, and three
 * quarters of those of one source: one more sheds another, of the source with most of them, of its oldest the one that holds most
 * memory. So who closes is not paid for by whoever leaves many behind.
 *
 * <p>Thread: confined to the gate.
 */
public final class Orphans {
    /** Of the oldest of a source, so many are looked at. */
    private static final int LOOKED_AT = 16;

    /** At most so many are shed for one that comes, should there be too many by far because memory has become tight. */
    private static final int SHED_AT_ONCE = 4;

    private final int most;
    private final MemoryBudget budget;
    private final Map<TrafficSource, Group> groups = new HashMap<>();

    /** By the number of orphans: the groups that have so many, the one that has had so for longest first. */
    private Group[] first = new Group[16];

    private Group[] last = new Group[16];
    private int largest;
    private int count;

    /** A connection whose application has left it. */
    public abstract static class Orphan {
        private final TrafficSource source;
        private Group group;
        private Orphan older;
        private Orphan newer;

        protected Orphan(TrafficSource source) {
            this.source = source;
        }

        /** Bytes of memory that it holds. */
        protected abstract long heldBytes();

        /** Bytes that all connections of its source hold. */
        protected abstract long usedBySource();

        /** Whether its source has to do with its fair share of memory. */
        protected abstract boolean isTight();

        /** Ends it at once; it removes itself. */
        protected abstract void shed(long nowNanos);
    }

    private static final class Group {
        private final TrafficSource source;
        private Orphan oldest;
        private Orphan newest;
        private int count;
        private Group before;
        private Group after;

        private Group(TrafficSource source) {
            this.source = source;
        }
    }

    /** @param most connections, a quarter of it if memory is tight */
    Orphans(int most, MemoryBudget budget) {
        this.most = most;
        this.budget = budget;
    }

    /** Takes one more, and sheds others if these are too many; false if there may be none at all. */
    public boolean add(Orphan orphan, long nowNanos) {
        int allowed = budget.isTight() ? most / 4 : most;
        if (allowed == 0) {
            return false;
        }
        Group group = groups.computeIfAbsent(orphan.source, Group::new);
        reserve(group.count + 1);
        orphan.group = group;
        orphan.older = group.newest;
        if (group.newest == null) {
            group.oldest = orphan;
        } else {
            group.newest.newer = orphan;
        }
        group.newest = orphan;
        move(group, group.count + 1);
        count++;
        if (group.count > allowed - allowed / 4) {
            choose(group).shed(nowNanos);
        }
        for (int i = 0; i < SHED_AT_ONCE && count > allowed; i++) {
            choose(first[largest]).shed(nowNanos);
        }
        return true;
    }

    /** One that was {@linkplain #add added} is over; perhaps told twice. */
    public void remove(Orphan orphan) {
        Group group = orphan.group;
        if (group == null) {
            return;
        }
        orphan.group = null;
        if (orphan.older == null) {
            group.oldest = orphan.newer;
        } else {
            orphan.older.newer = orphan.newer;
        }
        if (orphan.newer == null) {
            group.newest = orphan.older;
        } else {
            orphan.newer.older = orphan.older;
        }
        orphan.older = null;
        orphan.newer = null;
        count--;
        move(group, group.count - 1);
        if (group.count == 0) {
            groups.remove(group.source);
        }
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /**
     * Somebody was refused memory: of the sources that have to do with their fair share, sheds orphans that hold any, the
     * largest of whoever has most.
     */
    void relieve(long nowNanos) {
        Orphan[] victims = new Orphan[LOOKED_AT];
        int found = 0;
        for (Group group : groups.values()) {
            for (Orphan orphan = group.oldest; orphan != null; orphan = orphan.newer) {
                if (orphan.heldBytes() > 0 && orphan.isTight()) {
                    found = insert(victims, found, orphan);
                }
            }
        }
        for (int i = 0; i < found; i++) {
            victims[i].shed(nowNanos);
        }
    }

    /** Keeps the worst, in order. */
    private static int insert(Orphan[] victims, int found, Orphan orphan) {
        int at = found;
        while (at > 0 && isWorse(orphan, victims[at - 1])) {
            at--;
        }
        if (at == victims.length) {
            return found;
        }
        int kept = Math.min(found, victims.length - 1);
        System.arraycopy(victims, at, victims, at + 1, kept - at);
        victims[at] = orphan;
        return kept + 1;
    }

    private static boolean isWorse(Orphan one, Orphan other) {
        long more = one.usedBySource() - other.usedBySource();
        return more > 0 || (more == 0 && one.heldBytes() > other.heldBytes());
    }

    private static Orphan choose(Group group) {
        Orphan chosen = group.oldest;
        Orphan next = chosen.newer;
        for (int i = 1; i < LOOKED_AT && next != null; i++) {
            if (next.heldBytes() > chosen.heldBytes()) {
                chosen = next;
            }
            next = next.newer;
        }
        return chosen;
    }

    private void reserve(int number) {
        if (number >= first.length) {
            Group[] moreLast = Arrays.copyOf(last, number * 2);
            first = Arrays.copyOf(first, number * 2);
            last = moreLast;
        }
    }

    /** Moves a group to those that have one more or one less. */
    private void move(Group group, int to) {
        int from = group.count;
        if (from > 0) {
            unlink(group, from);
        }
        group.count = to;
        if (to > 0) {
            group.before = last[to];
            if (last[to] == null) {
                first[to] = group;
            } else {
                last[to].after = group;
            }
            last[to] = group;
        }
        largest = Math.max(largest, to);
        while (largest > 0 && first[largest] == null) {
            largest--;
        }
    }

    private void unlink(Group group, int from) {
        if (group.before == null) {
            first[from] = group.after;
        } else {
            group.before.after = group.after;
        }
        if (group.after == null) {
            last[from] = group.before;
        } else {
            group.after.before = group.before;
        }
        group.before = null;
        group.after = null;
    }
}
