package io.ztnio.provider.dns;

import java.util.Objects;

/**
 * What a server said to a question of ours. Immutable.
 *
 * @param outcome for {@link Kind#FINAL}
 * @param alias for {@link Kind#ALIAS}: the name to ask for instead
 * @param ttlSeconds of the alias
 * @param error for {@link Kind#ERROR}: the response code, or what is wrong with the answer
 */
record DnsReply(Kind kind, DnsOutcome outcome, String alias, long ttlSeconds, String error) {
    enum Kind {
        /** The end of the question. */
        FINAL,
        /** The name is another's, of which nothing was said. */
        ALIAS,
        /** Too long for a datagram. */
        TRUNCATED,
        /** Our query has something that the server does not understand: EDNS, that is. */
        NOT_UNDERSTOOD,
        /** The server cannot or will not answer. */
        ERROR
    }

    static DnsReply of(DnsOutcome outcome) {
        return new DnsReply(Kind.FINAL, Objects.requireNonNull(outcome), "", 0, "");
    }

    static DnsReply alias(String name, long ttlSeconds) {
        return new DnsReply(Kind.ALIAS, null, name, ttlSeconds, "");
    }

    static DnsReply truncated() {
        return new DnsReply(Kind.TRUNCATED, null, "", 0, "truncated");
    }

    static DnsReply notUnderstood(String error) {
        return new DnsReply(Kind.NOT_UNDERSTOOD, null, "", 0, error);
    }

    static DnsReply error(String error) {
        return new DnsReply(Kind.ERROR, null, "", 0, error);
    }
}
