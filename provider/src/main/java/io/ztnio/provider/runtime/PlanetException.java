package io.ztnio.provider.runtime;

import java.io.IOException;

/** The planet that is configured, or that the home has, cannot be used. The message says why, and what to do. */
public final class PlanetException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What is wrong with it. */
    public enum Kind {
        /** It is not there, cannot be read, or is no planet. */
        UNREADABLE,
        /** It may not be used here: it is the public one, or not the one that the home has. */
        REFUSED,
        /** Its roots are where this node sends nothing. */
        OUT_OF_REACH
    }

    PlanetException(Kind kind, String message) {
        this(kind, message, null);
    }

    PlanetException(Kind kind, String message, IOException cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}
