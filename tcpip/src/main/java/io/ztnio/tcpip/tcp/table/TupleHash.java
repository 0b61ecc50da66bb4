package io.ztnio.tcpip.tcp.table;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.random.RandomGenerator;

/**
 * A keyed hash (SipHash-2-4) of the addresses of a connection: where initial sequence numbers (RFC 6528), timestamp
 * offsets and ephemeral ports (RFC 6056 3.3.3) start, what SYN cookies prove, and how flows are found.
 *
 * <p>An IPv6 address counts as the keyed hash of its bytes, remembered for recent address objects: so the packets of a
 * known peer cost no allocation.
 *
 * <p>Thread: one object per stack and purpose, confined to the gate.
 */
public final class TupleHash {
    private static final int REMEMBERED = 256;

    private final long key0;
    private final long key1;
    private final InetAddress[] recent = new InetAddress[REMEMBERED];
    private final long[] recentHash = new long[REMEMBERED];
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    /** @param random cryptographically strong */
    public TupleHash(RandomGenerator random) {
        key0 = random.nextLong();
        key1 = random.nextLong();
    }

    /** With a key that is given. */
    public TupleHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** The hash of four addresses. */
    public long hash(InetAddress local, int localPort, InetAddress remote, int remotePort) {
        return hash(local, localPort, remote, remotePort, 0);
    }

    /** As {@link #hash(InetAddress, int, InetAddress, int)}, of {@code more} too. */
    public long hash(InetAddress local, int localPort, InetAddress remote, int remotePort, long more) {
        long from = word(local);
        long to = word(remote);
        begin();
        compress(from);
        compress(to);
        compress((long) localPort << 16 | remotePort);
        compress(more);
        return finish();
    }

    @SuppressWarnings("ReferenceEquality") // the same object, or it is hashed anew
    private long word(InetAddress address) {
        if (address instanceof Inet4Address) {
            // The 32 bits of the address.
            return address.hashCode();
        }
        int slot = (address.hashCode() * 0x9E37_79B9) >>> 24;
        if (recent[slot] != address) {
            byte[] bytes = address.getAddress();
            begin();
            for (int i = 0; i < bytes.length; i += 4) {
                compress((long) (bytes[i] & 0xff) << 24
                        | (bytes[i + 1] & 0xff) << 16
                        | (bytes[i + 2] & 0xff) << 8
                        | (bytes[i + 3] & 0xff));
            }
            recentHash[slot] = finish();
            recent[slot] = address;
        }
        return recentHash[slot];
    }

    private void begin() {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
    }

    private long finish() {
        v2 ^= 0xff;
        for (int i = 0; i < 4; i++) {
            round();
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void compress(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
    }
}
