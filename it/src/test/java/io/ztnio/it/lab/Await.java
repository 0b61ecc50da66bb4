package io.ztnio.it.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for a state by asking for it. For systems outside this JVM, which cannot call back.
 *
 * <p>Thread: thread-safe.
 */
public final class Await {
    private static final long POLL_NANOS = Duration.ofMillis(100).toNanos();

    private Await() {}

    /**
     * The first value that {@code probe} finds.
     *
     * @param what the awaited state, for the message
     * @throws AssertionError if there is none in time
     */
    public static <T> T value(String what, Duration timeout, Supplier<Optional<T>> probe) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<T> value = probe.get();
            if (value.isPresent()) {
                return value.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + timeout.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Waits until {@code condition} holds. */
    public static void until(String what, Duration timeout, BooleanSupplier condition) {
        value(what, timeout, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }
}
