package io.ztnio.protocol.portmap;

import java.util.function.Consumer;

/**
 * Says why no port is mapped: a line when that begins and when the reason becomes another one, one in five minutes at most. Sans-I/O.
 *
 * <p>Thread: confined to its owner. Times are milliseconds of a clock that does not go backwards.
 */
final class MappingTrouble {
    static final long QUIET_MILLIS = 300_000;

    /** What is the matter. */
    enum Kind {
        NONE,
        SYSTEM,
        NO_ROUTER,
        NO_WAY,
        REFUSED
    }

    private final int port;
    private final Consumer<String> warnings;
    private Kind told = Kind.NONE;
    private long lastMillis = Long.MIN_VALUE / 2;

    /**
     * Nothing is the matter.
     *
     * @param port that is to be mapped
     */
    MappingTrouble(int port, Consumer<String> warnings) {
        this.port = port;
        this.warnings = warnings;
    }

    /** There is no mapping, for a reason that says what to do. */
    void is(Kind kind, String reason, long nowMillis) {
        if (kind != told && nowMillis - lastMillis >= QUIET_MILLIS) {
            told = kind;
            lastMillis = nowMillis;
            warnings.accept("UDP " + port + " is not mapped: " + reason);
        }
    }

    /** There is one. */
    void isOver() {
        told = Kind.NONE;
    }
}
