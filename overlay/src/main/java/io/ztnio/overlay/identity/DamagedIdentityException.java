package io.ztnio.overlay.identity;

import java.io.IOException;

/** The identity files cannot be used. The message says what is wrong and what to do. */
public final class DamagedIdentityException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedIdentityException(String what) {
        super(what + ". Nothing was changed. Restore identity.secret and identity.public from a backup, or remove both:"
                + " the node then gets a new identity and another node id");
    }
}
