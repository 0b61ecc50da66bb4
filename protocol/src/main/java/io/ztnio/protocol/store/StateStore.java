package io.ztnio.protocol.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Named byte strings that outlive the process. Keys are relative paths with {@code /} between the parts, each part
 * of letters, digits, {@code .}, {@code _} and {@code -}, not starting with a dot: {@code identity.secret},
 * {@code planet}, {@code moons.d/000000deadbeef00.moon}, {@code peers.d/8e4df28b72.peer}.
 *
 * <p>Thread: implementations are thread-safe.
 */
public interface StateStore {
    /** The end of the key of a value that was set aside. */
    String DAMAGED = ".damaged";

    /** The value, or empty if there is none. */
    Optional<byte[]> get(String key) throws IOException;

    /** Sets a value: afterwards, even if the process dies half-way, the store holds the old value or the new one. */
    void put(String key, byte[] value) throws IOException;

    /** Removes a value; nothing happens if there is none. */
    void delete(String key) throws IOException;

    /**
     * Puts a value that cannot be understood out of the way, so that it can be looked at but is not read again: it moves to
     * {@code key} with {@value #DAMAGED} at its end, in place of what was set aside there before.
     *
     * @return the key that it has now
     */
    default String setAside(String key) throws IOException {
        String aside = key + DAMAGED;
        Optional<byte[]> value = get(key);
        if (value.isPresent()) {
            put(aside, value.get());
            delete(key);
        }
        return aside;
    }

    /** The keys directly below {@code directory} (such as {@code peers.d}), sorted; empty if there are none. */
    List<String> list(String directory) throws IOException;
}
