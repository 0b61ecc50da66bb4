package io.ztnio.provider.dns;

import java.net.InetAddress;
import java.util.List;

/**
 * How a question ended. Immutable.
 *
 * @param addresses of an answer to A and AAAA
 * @param names of an answer to PTR
 * @param ttlSeconds how long it may be believed, 0 or more
 * @param reason of a failure, in words
 */
public record DnsOutcome(Kind kind, List<InetAddress> addresses, List<String> names, long ttlSeconds, String reason) {
    /** What there can be. */
    public enum Kind {
        /** There is something. */
        ANSWER,
        /** There certainly is nothing: no such name, or nothing of this type. */
        NOTHING,
        /** Nobody knows. */
        FAILURE
    }

    public DnsOutcome {
        addresses = List.copyOf(addresses);
        names = List.copyOf(names);
    }

    static DnsOutcome answer(List<InetAddress> addresses, List<String> names, long ttlSeconds) {
        return new DnsOutcome(Kind.ANSWER, addresses, names, ttlSeconds, "");
    }

    static DnsOutcome nothing(long ttlSeconds) {
        return new DnsOutcome(Kind.NOTHING, List.of(), List.of(), ttlSeconds, "");
    }

    static DnsOutcome failure(String reason) {
        return new DnsOutcome(Kind.FAILURE, List.of(), List.of(), 0, reason);
    }

    /** The same, to be believed no longer than that. */
    DnsOutcome within(long seconds) {
        return ttlSeconds <= seconds ? this : new DnsOutcome(kind, addresses, names, seconds, reason);
    }
}
