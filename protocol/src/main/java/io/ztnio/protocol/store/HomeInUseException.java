package io.ztnio.protocol.store;

import java.io.IOException;

/** Another node has the home. The message says which, and what to do. */
public final class HomeInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    HomeInUseException(String message) {
        super(message);
    }
}
