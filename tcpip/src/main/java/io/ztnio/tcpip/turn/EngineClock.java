package io.ztnio.tcpip.turn;

/**
 * An engine's time: nanoseconds since the engine was made, and the epoch milliseconds that belong to them. Both are
 * monotonic: a step of the system's clock does not reach the cores.
 *
 * <p>Thread: thread-safe.
 */
public final class EngineClock {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long originNanos = System.nanoTime();
    private final long originMillis = System.currentTimeMillis();

    /** A clock that shows 0 ns now. */
    public EngineClock() {
        // The fields take the time; spelled out because the package is exported.
    }

    /** Nanoseconds, never negative. */
    public long nanos() {
        return System.nanoTime() - originNanos;
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
