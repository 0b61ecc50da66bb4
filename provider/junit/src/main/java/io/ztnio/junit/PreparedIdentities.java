package io.ztnio.junit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Identities made beforehand, because making one takes up to some seconds. Everybody knows their secrets, so they are for
 * networks in memory only. Immutable.
 */
final class PreparedIdentities {
    private static final List<String> ALL = read();

    private PreparedIdentities() {}

    /** The text of an {@code identity.secret}, always the same for a number. */
    static String get(int number) {
        if (number >= ALL.size()) {
            throw new IllegalStateException("a test's network has at most " + (ALL.size() - 1) + " nodes");
        }
        return ALL.get(number);
    }

    private static List<String> read() {
        try (InputStream in = PreparedIdentities.class.getResourceAsStream("identities.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
