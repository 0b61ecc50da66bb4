package io.ztnio.protocol.node;

import java.io.IOException;

/** A stored value is not what it should be. The message says which, what is wrong, and what to do. */
public final class DamagedStateException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String key;

    DamagedStateException(String key, String message) {
        super(message);
        this.key = key;
    }

    /** The value's key: {@link NodeState#IDENTITY_SECRET} or {@link NodeState#PLANET}. */
    public String key() {
        return key;
    }
}
