package io.ztnio.tcpip.share;

import java.util.HashMap;
import java.util.Map;

/**
 * How many places of a table each source has. A source may have as many as are left: so one has half of them at most, the next a
 * quarter, and whoever comes new finds one, however many have taken all that they may.
 *
 * <p>Thread: confined to one thread or lock.
 */
public final class SourceShares {
    private final Map<TrafficSource, Integer> counts = new HashMap<>();
    private int total;

    /** Whether a source may have another one of {@code places}. */
    public boolean mayAdd(TrafficSource source, int places) {
        return counts.getOrDefault(source, 0) < places - total;
    }

    /** A source takes one more place. */
    public void add(TrafficSource source) {
        counts.merge(source, 1, Integer::sum);
        total++;
    }

    /** A source gives a place back; nothing happens if it has none. */
    public void remove(TrafficSource source) {
        Integer before = counts.get(source);
        if (before != null) {
            counts.computeIfPresent(source, (same, count) -> count == 1 ? null : count - 1);
            total--;
        }
    }

    /** Nobody has any. */
    public void clear() {
        counts.clear();
        total = 0;
    }

    /** Places that are taken. */
    public int total() {
        return total;
    }
}
