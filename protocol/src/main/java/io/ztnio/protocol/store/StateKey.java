package io.ztnio.protocol.store;

import java.util.regex.Pattern;

/** What a key may look like; see {@link StateStore}. Thread-safe. */
final class StateKey {
    private static final int MAX_LENGTH = 200;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

    private StateKey() {}

    /**
     * Returns {@code key}.
     *
     * @throws IllegalArgumentException if it could lead out of the store, or is not well-formed
     */
    static String check(String key) {
        if (!isKey(key)) {
            throw new IllegalArgumentException("'" + key + "' is not a key of a state store");
        }
        return key;
    }

    /** Whether it is well-formed. */
    static boolean isKey(String key) {
        return key.length() <= MAX_LENGTH && KEY.matcher(key).matches();
    }
}
