package io.ztnio.tcpip.turn;

/** Whether what arrives is so much for a moment that receiving and consuming it are work for two. Thread: of the holder of the duty. */
final class Bulk {
    /** Bytes in a millisecond that are bulk: a quarter of a gigabit a second. */
    private static final int BYTES = 32_768;

    private static final long WINDOW_NANOS = 1_000_000;

    private final EngineClock clock;
    private long windowNanos;
    private long lastNanos;
    private boolean ever;
    private int windowBytes;

    Bulk(EngineClock clock) {
        this.clock = clock;
    }

    /**
     * Something has arrived; whether that makes it bulk.
     *
     * @param bytes below 0: nothing has
     */
    boolean isReachedBy(int bytes) {
        if (bytes < 0) {
            return false;
        }
        windowBytes += bytes;
        if (windowBytes < BYTES) {
            return false;
        }
        long now = clock.nanos();
        boolean bulk = now - windowNanos < WINDOW_NANOS;
        windowNanos = now;
        windowBytes = 0;
        if (bulk) {
            lastNanos = now;
            ever = true;
        }
        return bulk;
    }

    /** Whether it has been bulk until just now. */
    boolean isGoingOn(long nowNanos) {
        return ever && nowNanos - lastNanos < 2 * WINDOW_NANOS;
    }
}
