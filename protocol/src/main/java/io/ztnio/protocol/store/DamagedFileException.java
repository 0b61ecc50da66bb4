package io.ztnio.protocol.store;

import java.io.IOException;

/** A stored value could not be understood and was set aside. The message says what is wrong and where it is now. */
public final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what happened.
     *
     * @param problem what is wrong with it, a phrase
     * @param aside the key that it has now
     */
    public DamagedFileException(String problem, String aside) {
        super("it is damaged (" + problem + ") and was set aside as " + aside + "; the node goes on without it");
    }
}
