package io.ztnio.provider.dns;

import java.time.Duration;

/**
 * How long to wait for what. Immutable.
 *
 * @param firstTry wait for a server in the first round; each round doubles it
 * @param rounds how often each server is asked
 * @param stream how long an answer over TCP may take
 * @param total after that the question has failed, whatever is under way
 * @param second how long the addresses of one IP version wait for those of the other
 */
public record DnsTimings(Duration firstTry, int rounds, Duration stream, Duration total, Duration second) {
    /** A first packet to a member may have to find the member first: 2 seconds, then 4; 12 in all. */
    public static final DnsTimings DEFAULT = new DnsTimings(
            Duration.ofSeconds(2), 2, Duration.ofSeconds(5), Duration.ofSeconds(12), Duration.ofSeconds(2));

    long tryNanos(int round) {
        return firstTry.toNanos() << Math.min(round, 8);
    }
}
