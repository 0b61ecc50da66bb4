package io.ztnio.protocol.relay;

import io.ztnio.protocol.wire.IpScope;
import java.net.Inet4Address;
import java.net.InetSocketAddress;

/**
 * Whether the relay over TCP is needed: nothing has come by UDP for a minute or half of one, although something is sent again and again
 * ({@code protocol.md} 8.13). Thread: {@link #received} and {@link #look} by who receives, the others by any.
 */
final class RelayNeed {
    /** Without a datagram for so long, UDP counts as blocked. */
    static final long BLOCKED_MILLIS = 60_000;

    /**
     * The same where the relay is one's own, and not the public one of which everybody is to make little use. A root that was silent for 14 to
     * 19 s is asked, and again 5 s later: one answer may be lost.
     */
    static final long OWN_BLOCKED_MILLIS = 25_000;

    /** What was received by UDP less than so long ago ends the use of the relay. */
    static final long OPEN_MILLIS = 20_000;

    /** Between two datagrams that show that somebody wants to send. */
    static final long WANTED_MILLIS = 2_500;

    private static final long NEVER = Long.MIN_VALUE / 4;

    private final boolean forced;
    private final boolean named;
    private final long blockedMillis;
    private final long startMillis;
    private long lastReceivedMillis = NEVER;
    private volatile boolean blocked;
    private long lastSentMillis = NEVER;

    /**
     * UDP is open.
     *
     * @param forced whether UDP is not to be used at all
     * @param named whether it is a relay of one's own: private addresses count too, not only those of the internet
     */
    RelayNeed(boolean forced, boolean named, long nowMillis) {
        this.forced = forced;
        this.named = named;
        this.blockedMillis = named ? OWN_BLOCKED_MILLIS : BLOCKED_MILLIS;
        this.startMillis = nowMillis;
        this.blocked = forced;
    }

    boolean isForced() {
        return forced;
    }

    /** Whether datagrams to and from this address are the relay's business: it does IPv4 only. */
    boolean concerns(InetSocketAddress remote, int lengthBytes) {
        if (!(remote.getAddress() instanceof Inet4Address) || lengthBytes < RelayRecords.MIN_DATAGRAM) {
            return false;
        }
        IpScope scope = IpScope.of(remote.getAddress());
        return scope == IpScope.GLOBAL || (named && scope != IpScope.MULTICAST && scope != IpScope.NONE);
    }

    /** A datagram came by UDP. */
    void received(InetSocketAddress from, int lengthBytes, long nowMillis) {
        if (concerns(from, lengthBytes)) {
            lastReceivedMillis = nowMillis;
        }
    }

    /** Time has passed. */
    void look(long nowMillis) {
        blocked = forced || nowMillis - Math.max(lastReceivedMillis, startMillis) > blockedMillis;
    }

    /** Whether datagrams go by the relay, too or only. */
    boolean isBlocked() {
        return blocked;
    }

    /** Whether the connection is not needed any longer. */
    boolean isOpenAgain(long nowMillis) {
        return !forced && nowMillis - lastReceivedMillis < OPEN_MILLIS;
    }

    /** While {@link #isBlocked}: a datagram is sent. Returns whether that makes a connection worth while. */
    synchronized boolean sent(long nowMillis) {
        long since = nowMillis - lastSentMillis;
        if (since > WANTED_MILLIS || forced) {
            lastSentMillis = nowMillis;
        }
        return forced || named || (since > WANTED_MILLIS && since < BLOCKED_MILLIS);
    }
}
