package io.ztnio.tcpip.icmp;

import io.ztnio.tcpip.share.TrafficSource;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * How many ICMP errors are sent: to each destination one a second, with bursts of six; for what one source has sent, whatever
 * addresses it bears, about a quarter of a thousand a second, with bursts of about fifty; and to all together about a thousand a
 * second, with bursts of about two hundred. So nobody takes the errors of others alone.
 *
 * <p>What destinations share is not exact: an error costs none, one or two of the tokens, at random. Otherwise somebody could
 * tell from whether he still gets an error how many others were answered, and so which ports are open (as "SAD DNS" did); who
 * sends in the names of others shares a source with them. For the same reason nothing of these tokens is taken for an error that
 * its destination may not have, and no two destinations share theirs.
 *
 * <p>Thread: confined to the gate.
 */
final class ErrorRate {
    static final int MOST_REMEMBERED = 1024;
    private static final int PER_SECOND = 1000;
    private static final int BURST = 200;
    private static final int PER_SOURCE_PER_SECOND = 250;
    private static final int SOURCE_BURST = 50;
    private static final int PER_DESTINATION_PER_SECOND = 1;
    private static final int DESTINATION_BURST = 6;
    private static final int MOST_TOKENS = 2;

    private final RandomGenerator random;
    private final TokenBucket all = new TokenBucket(PER_SECOND, BURST);

    /** The one asked for longest ago goes first, of either. */
    private final Map<TrafficSource, TokenBucket> sources = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<InetAddress, TokenBucket> destinations = new LinkedHashMap<>(16, 0.75f, true);

    /** @param random cryptographically strong */
    ErrorRate(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Whether an error may be sent now; it counts as sent then.
     *
     * @param source who has sent what it is about
     */
    boolean tryTake(TrafficSource source, InetAddress destination, long nowNanos) {
        TokenBucket its = bucket(destinations, destination, PER_DESTINATION_PER_SECOND, DESTINATION_BURST);
        TokenBucket ofSource = bucket(sources, source, PER_SOURCE_PER_SECOND, SOURCE_BURST);
        if (!its.has(nowNanos) || !ofSource.has(nowNanos) || !all.has(nowNanos)) {
            return false;
        }
        its.take(1);
        ofSource.take(random.nextInt(MOST_TOKENS + 1));
        all.take(random.nextInt(MOST_TOKENS + 1));
        return true;
    }

    private static <K> TokenBucket bucket(Map<K, TokenBucket> buckets, K key, int perSecond, int burst) {
        TokenBucket its = buckets.get(key);
        if (its == null) {
            if (buckets.size() >= MOST_REMEMBERED) {
                buckets.remove(buckets.keySet().iterator().next());
            }
            its = new TokenBucket(perSecond, burst);
            buckets.put(key, its);
        }
        return its;
    }

    int destinations() {
        return destinations.size();
    }

    int sources() {
        return sources.size();
    }
}
