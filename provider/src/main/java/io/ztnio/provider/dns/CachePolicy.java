package io.ztnio.provider.dns;

import java.security.Security;

/**
 * How long names may be kept: what the JDK's own cache is told. Immutable.
 *
 * @param positiveSeconds at most so long, 0 for not at all, negative for as long as the server says
 * @param negativeSeconds the same of what there is not
 */
public record CachePolicy(long positiveSeconds, long negativeSeconds) {
    private static final long DEFAULT_POSITIVE_SECONDS = 30;
    private static final long DEFAULT_NEGATIVE_SECONDS = 10;

    /** {@code networkaddress.cache.ttl} and {@code networkaddress.cache.negative.ttl}, as they are set now. */
    public static CachePolicy ofJdk() {
        return new CachePolicy(
                seconds("networkaddress.cache.ttl", "sun.net.inetaddr.ttl", DEFAULT_POSITIVE_SECONDS),
                seconds(
                        "networkaddress.cache.negative.ttl",
                        "sun.net.inetaddr.negative.ttl",
                        DEFAULT_NEGATIVE_SECONDS));
    }

    private static long seconds(String security, String system, long otherwise) {
        String value = Security.getProperty(security);
        if (value == null) {
            value = System.getProperty(system);
        }
        try {
            return value == null ? otherwise : Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** How long an outcome may be kept. */
    long seconds(DnsOutcome outcome) {
        long most = switch (outcome.kind()) {
            case ANSWER -> positiveSeconds;
            case NOTHING -> negativeSeconds;
            case FAILURE -> 0;
        };
        return most < 0 ? outcome.ttlSeconds() : Math.min(most, outcome.ttlSeconds());
    }
}
