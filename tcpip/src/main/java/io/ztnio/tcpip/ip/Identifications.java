package io.ztnio.tcpip.ip;

import java.util.random.RandomGenerator;

/**
 * The identifications of packets that may be fragmented (RFC 7739 5.3): each pair of addresses has a secret start, and
 * shares its counter with one in {@link #COUNTERS} others. So what one host receives says nothing of what another one
 * will.
 *
 * <p>Thread: confined to the gate.
 */
final class Identifications {
    private static final int COUNTERS = 1024;

    private final AddressHash hash;
    private final int[] counters = new int[COUNTERS];

    /** @param random cryptographically strong */
    Identifications(RandomGenerator random) {
        this.hash = new AddressHash(random);
        for (int i = 0; i < COUNTERS; i++) {
            counters[i] = random.nextInt();
        }
    }

    /** What {@link #next} is to be asked with; of the same addresses always the same. */
    long key(byte[] sourceAndDestination) {
        return hash.hash(sourceAndDestination);
    }

    /** 32 bits for IPv6; IPv4 takes the lower 16. */
    int next(long key) {
        return (int) key + counters[(int) (key >>> 32) & (COUNTERS - 1)]++;
    }
}
