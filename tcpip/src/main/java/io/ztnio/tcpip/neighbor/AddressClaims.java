package io.ztnio.tcpip.neighbor;

import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.wire.BigEndian;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What is said on a link of the addresses that it is given: whether somebody else has them is asked twice (RFC 4862 5.4, RFC 5227
 * 2.1.1), and IPv4 ones are then announced twice (RFC 5227 2.3). Nothing waits for an answer: the network's controller has given the
 * address, and whoever has it too is told of, not made way for. Members of a ZeroTier network meet in this way too: they are asked
 * before anybody needs them.
 *
 * <p>Thread: confined to the gate.
 */
public final class AddressClaims {
    private static final long SECOND = 1_000_000_000L;

    /** So that not all ask at once who get an address at the same time. */
    private static final long FIRST_WITHIN_NANOS = SECOND;

    /** A daemon tells of its addresses' groups up to 5 s after it has them; one that is new too does not hear the first question. */
    private static final long SECOND_QUESTION_NANOS = 6 * SECOND;

    /** RFC 5227 1.1: ANNOUNCE_WAIT, ANNOUNCE_INTERVAL. */
    private static final long ANNOUNCEMENT_NANOS = 2 * SECOND;

    private static final int QUESTIONS = 2;
    private static final int ANNOUNCEMENTS = 2;

    /** RFC 5227 1.1: DEFEND_INTERVAL. */
    private static final long DEFENCE_NANOS = 10 * SECOND;

    /** Of one address. */
    private static final class Claim {
        private int said;
        private long dueNanos;

        private Claim(long dueNanos) {
            this.dueNanos = dueNanos;
        }
    }

    private final Link link;
    private final Arp arp;
    private final Ndp ndp;
    private final RandomGenerator random;
    private final Map<InetAddress, Claim> claims = new HashMap<>();
    private final Map<InetAddress, Long> nextDefenceNanos = new HashMap<>();

    public AddressClaims(Link link, Arp arp, Ndp ndp, RandomGenerator random) {
        this.link = link;
        this.arp = arp;
        this.ndp = ndp;
        this.random = random;
    }

    /** The link has a new address. */
    public void begin(InetAddress own, long nowNanos) {
        claims.put(own, new Claim(nowNanos + random.nextLong(FIRST_WITHIN_NANOS)));
    }

    /** The link does not have an address any more. */
    public void end(InetAddress address) {
        claims.remove(address);
        nextDefenceNanos.remove(address);
    }

    /** Another station has said that an own address is its. */
    public void onConflict(InetAddress own, long mac, long nowNanos) {
        Long next = nextDefenceNanos.get(own);
        if (next != null && nowNanos < next) {
            return;
        }
        nextDefenceNanos.put(own, nowNanos + DEFENCE_NANOS);
        link.onConflict(own, mac);
        if (own instanceof Inet4Address) {
            arp.announce(ipv4(own), nowNanos);
        }
    }

    /** Says what is due. Returns the next deadline, or {@code Long.MAX_VALUE}. */
    public long turn(long nowNanos) {
        long next = Long.MAX_VALUE;
        if (claims.isEmpty()) {
            return next;
        }
        Iterator<Map.Entry<InetAddress, Claim>> entries = claims.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<InetAddress, Claim> entry = entries.next();
            Claim claim = entry.getValue();
            if (claim.dueNanos <= nowNanos) {
                say(entry.getKey(), claim.said++, nowNanos);
                if (claim.said == (entry.getKey() instanceof Inet4Address ? QUESTIONS + ANNOUNCEMENTS : QUESTIONS)) {
                    entries.remove();
                    continue;
                }
                claim.dueNanos = nowNanos + (claim.said < QUESTIONS ? SECOND_QUESTION_NANOS : ANNOUNCEMENT_NANOS);
            }
            next = Math.min(next, claim.dueNanos);
        }
        return next;
    }

    private void say(InetAddress own, int saidBefore, long nowNanos) {
        if (!(own instanceof Inet4Address)) {
            ndp.probe(own, nowNanos);
        } else if (saidBefore < QUESTIONS) {
            arp.probe(ipv4(own), nowNanos);
        } else {
            arp.announce(ipv4(own), nowNanos);
        }
    }

    private static int ipv4(InetAddress address) {
        return BigEndian.i32(address.getAddress(), 0);
    }
}
