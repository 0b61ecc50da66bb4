package io.ztnio.overlay.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A count per {@link DropReason}.
 *
 * <p>Thread: {@link #count} inside the gate; {@link #value} from any thread.
 */
@SuppressWarnings("EnumOrdinal") // the index of an array that lives no longer than the enum
public final class DropCounters {
    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[DropReason.values().length];

    /** All zero. */
    public DropCounters() {}

    /** Adds one. */
    public void count(DropReason reason) {
        int index = reason.ordinal();
        VALUES.setOpaque(values, index, values[index] + 1);
    }

    /** How often it happened so far. */
    public long value(DropReason reason) {
        return (long) VALUES.getOpaque(values, reason.ordinal());
    }

    /** The sum over all reasons. */
    public long total() {
        long total = 0;
        for (DropReason reason : DropReason.values()) {
            total += value(reason);
        }
        return total;
    }

    /** Those that are not zero, for logs. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (DropReason reason : DropReason.values()) {
            if (value(reason) > 0) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(reason)
                        .append(' ')
                        .append(value(reason));
            }
        }
        return text.toString();
    }
}
