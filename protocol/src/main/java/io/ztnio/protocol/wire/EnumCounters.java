package io.ztnio.protocol.wire;

import java.util.EnumMap;

/**
 * Counts things of kinds, such as packets by verb and drops by reason; counting allocates nothing.
 *
 * <p>Thread: belongs to one thread.
 */
public final class EnumCounters<E extends Enum<E>> {
    private final EnumMap<E, long[]> counts;

    public EnumCounters(Class<E> kinds) {
        counts = new EnumMap<>(kinds);
        for (E kind : kinds.getEnumConstants()) {
            counts.put(kind, new long[1]);
        }
    }

    public void count(E kind) {
        counts.get(kind)[0]++;
    }

    public long get(E kind) {
        return counts.get(kind)[0];
    }
}
