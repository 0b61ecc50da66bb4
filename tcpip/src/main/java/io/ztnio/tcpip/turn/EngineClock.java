package io.ztnio.tcpip.turn;

import java.util.function.LongSupplier;

/**
 * An engine's time: nanoseconds since the engine was made, and the epoch milliseconds that belong to them. Both are
 * monotonic: a step of the system's clock does not reach the cores.
 *
 * <p>Thread: thread-safe.
 */
public final class EngineClock {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongSupplier source;
    private final long originNanos;
    private final long originMillis;

    /** A clock that shows 0 ns now. */
    public EngineClock() {
        this(System::nanoTime, System.currentTimeMillis());
    }

    /**
     * The same of another time than the system's.
     *
     * @param source nanoseconds that never go back
     * @param epochMillis now
     */
    public EngineClock(LongSupplier source, long epochMillis) {
        this.source = source;
        this.originNanos = source.getAsLong();
        this.originMillis = epochMillis;
    }

    /** Nanoseconds, never negative. */
    public long nanos() {
        return source.getAsLong() - originNanos;
    }

    /** Epoch milliseconds at {@code nanos} of this clock. */
    public long millis(long nanos) {
        return originMillis + nanos / NANOS_PER_MILLI;
    }

    /** When this clock shows {@code millis}; {@link Long#MAX_VALUE} stands for never. */
    public long nanosAt(long millis) {
        long delta = millis - originMillis;
        return delta > Long.MAX_VALUE / NANOS_PER_MILLI || millis == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : delta * NANOS_PER_MILLI;
    }
}
