package io.ztnio.provider.runtime;

/**
 * An engine's time: nanoseconds since the engine was made, and the epoch milliseconds that belong to them. Both are
 * monotonic: a step of the system's clock does not reach the cores.
 *
 * <p>Thread: thread-safe.
 */
final class EngineClock {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long originNanos = System.nanoTime();
    private final long originMillis = System.currentTimeMillis();

    /** Nanoseconds, never negative. */
    long nanos() {
        return System.nanoTime() - originNanos;
    }

    /** Epoch milliseconds at {@code nanos} of this clock. */
    long millis(long nanos) {
        return originMillis + nanos / NANOS_PER_MILLI;
    }

    /** When this clock shows {@code millis}; {@link Long#MAX_VALUE} stands for never. */
    long nanosAt(long millis) {
        long delta = millis - originMillis;
        return delta > Long.MAX_VALUE / NANOS_PER_MILLI || millis == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : delta * NANOS_PER_MILLI;
    }
}
