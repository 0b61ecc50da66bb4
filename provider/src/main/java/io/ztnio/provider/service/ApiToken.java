package io.ztnio.provider.service;

import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The secret that a request has to know, in a value of the node's store that nobody else can read. Immutable.
 *
 * <p>Thread: thread-safe.
 */
final class ApiToken {
    /** Lets do everything. */
    static final String ALL = "authtoken.secret";

    /** Lets read the metrics only. */
    static final String METRICS = "metricstoken.secret";

    private static final String DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 24;

    private final byte[] secret;

    private ApiToken(String secret) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** That of the store, which is made if there is none. */
    static ApiToken of(StateStore store, String key, RandomGenerator random) throws IOException {
        Optional<String> stored = store.get(key)
                .map(content -> new String(content, StandardCharsets.UTF_8).strip())
                .filter(text -> !text.isEmpty());
        if (stored.isPresent()) {
            return new ApiToken(stored.get());
        }
        StringBuilder made = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            made.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        store.put(key, made.toString().getBytes(StandardCharsets.US_ASCII));
        return new ApiToken(made.toString());
    }

    /** Whether somebody knows it; takes the same time wherever a guess goes wrong. */
    boolean matches(String guess) {
        return MessageDigest.isEqual(secret, guess.getBytes(StandardCharsets.UTF_8));
    }
}
