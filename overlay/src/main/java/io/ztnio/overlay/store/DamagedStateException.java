package io.ztnio.overlay.store;

import java.io.IOException;

/** A state file is not what it should be. The message names it and says why. */
public final class DamagedStateException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedStateException(String key, String what) {
        super(key + " is damaged (" + what + ")");
    }

    DamagedStateException(String key, String what, Exception cause) {
        this(key, what);
        initCause(cause);
    }
}
