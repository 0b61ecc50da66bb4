package io.ztnio.protocol.node;

import java.io.IOException;

/** A stored value is not what it should be. The message says which, what is wrong, and what to do. */
public final class DamagedStateException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedStateException(String message) {
        super(message);
    }
}
