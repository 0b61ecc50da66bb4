package io.ztnio.tcpip.icmp;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * How many ICMP errors are sent: to each destination one a second, with bursts of six, and to all together about a thousand
 * a second, with bursts of about fifty.
 *
 * <p>What all share is not exact: an error costs none, one or two of the common tokens, at random. Otherwise somebody could
 * tell from whether he still gets an error how many others were answered, and so which ports are open (as "SAD DNS" did).
 * For the same reason nothing of the common tokens is taken for an error that its destination may not have, and no two
 * destinations share theirs.
 *
 * <p>Thread: confined to the gate.
 */
final class ErrorRate {
    static final int MAX_DESTINATIONS = 1024;
    private static final int PER_SECOND = 1000;
    private static final int BURST = 50;
    private static final int PER_DESTINATION_PER_SECOND = 1;
    private static final int DESTINATION_BURST = 6;
    private static final int MOST_TOKENS = 2;

    private final RandomGenerator random;
    private final TokenBucket all = new TokenBucket(PER_SECOND, BURST);
    /** The one asked for longest ago goes first. */
    private final Map<InetAddress, TokenBucket> destinations = new LinkedHashMap<>(16, 0.75f, true);

    /** @param random cryptographically strong */
    ErrorRate(RandomGenerator random) {
        this.random = random;
    }

    /** Whether an error may be sent now; it counts as sent then. */
    boolean tryTake(InetAddress destination, long nowNanos) {
        TokenBucket its = destinations.get(destination);
        if (its == null) {
            if (destinations.size() >= MAX_DESTINATIONS) {
                destinations.remove(destinations.keySet().iterator().next());
            }
            its = new TokenBucket(PER_DESTINATION_PER_SECOND, DESTINATION_BURST);
            destinations.put(destination, its);
        }
        if (!its.has(nowNanos) || !all.has(nowNanos)) {
            return false;
        }
        its.take(1);
        all.take(random.nextInt(MOST_TOKENS + 1));
        return true;
    }

    int destinations() {
        return destinations.size();
    }
}
