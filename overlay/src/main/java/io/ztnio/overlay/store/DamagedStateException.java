package io.ztnio.overlay.store;

import java.io.IOException;

/** A state file cannot be read. The message names it and says what to do. */
public final class DamagedStateException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedStateException(String key, String what) {
        super(key + " is damaged (" + what + "). It was left as it is: restore it from a backup, or remove it");
    }

    DamagedStateException(String key, String what, Exception cause) {
        this(key, what);
        initCause(cause);
    }
}
