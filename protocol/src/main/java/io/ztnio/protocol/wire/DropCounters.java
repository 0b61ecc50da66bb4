package io.ztnio.protocol.wire;

import java.util.EnumMap;

/**
 * Counts what was dropped, by reason; counting allocates nothing.
 *
 * <p>Thread: belongs to one thread.
 */
public final class DropCounters<R extends Enum<R>> {
    private final EnumMap<R, long[]> counts;

    public DropCounters(Class<R> reasons) {
        counts = new EnumMap<>(reasons);
        for (R reason : reasons.getEnumConstants()) {
            counts.put(reason, new long[1]);
        }
    }

    public void count(R reason) {
        counts.get(reason)[0]++;
    }

    public long get(R reason) {
        return counts.get(reason)[0];
    }
}
