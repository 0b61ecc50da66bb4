package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.wire.BigEndian;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.random.RandomGenerator;

/**
 * Which of several stacks has a flow: a keyed hash of both socket addresses, the same seen from either end, so that the
 * two ends of a connection to oneself meet on one stack. Keyed, so that a peer cannot choose ports that all fall on one.
 *
 * <p>Thread: immutable.
 */
public final class FlowHash {
    private static final long MULTIPLIER_1 = 0xbf58_476d_1ce4_e5b9L;
    private static final long MULTIPLIER_2 = 0x94d0_49bb_1331_11ebL;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private final long key0;
    private final long key1;
    private final int owners;

    /**
     * A hash with a key of its own.
     *
     * @param owners stacks to choose among, at least 1
     * @param random unpredictable
     */
    public FlowHash(int owners, RandomGenerator random) {
        this.owners = owners;
        this.key0 = random.nextLong();
        this.key1 = random.nextLong();
    }

    /** The owner of a flow between two socket addresses, 0 to one less than there are. */
    public int owner(InetAddress one, int onePort, InetAddress other, int otherPort) {
        return owners == 1 ? 0 : choose(end(one, onePort) + end(other, otherPort));
    }

    /**
     * The owner of a flow as a packet names it.
     *
     * @param addressesAt offset of the source address, which the destination address follows
     * @param v6 whether they are IPv6 addresses
     * @param portsAt offset of the source port, which the destination port follows
     */
    public int owner(byte[] buffer, int addressesAt, boolean v6, int portsAt) {
        int destinationAt = addressesAt + (v6 ? IPV6_BYTES : IPV4_BYTES);
        return choose(end(buffer, addressesAt, v6, BigEndian.u16(buffer, portsAt))
                + end(buffer, destinationAt, v6, BigEndian.u16(buffer, portsAt + 2)));
    }

    private long end(InetAddress address, int port) {
        if (address instanceof Inet4Address) {
            // The 32 bits of the address.
            return end(0, address.hashCode() & 0xffff_ffffL, port);
        }
        return end(address.getAddress(), 0, true, port);
    }

    private long end(byte[] buffer, int addressAt, boolean v6, int port) {
        return v6
                ? end(BigEndian.i64(buffer, addressAt), BigEndian.i64(buffer, addressAt + 8), port)
                : end(0, BigEndian.i32(buffer, addressAt) & 0xffff_ffffL, port);
    }

    private long end(long high, long low, int port) {
        return mix(mix(mix(low ^ key0) + high ^ key1) + port);
    }

    private int choose(long sum) {
        return (int) (((mix(sum ^ key1) >>> 32) * owners) >>> 32);
    }

    private static long mix(long word) {
        long mixed = (word ^ word >>> 30) * MULTIPLIER_1;
        mixed = (mixed ^ mixed >>> 27) * MULTIPLIER_2;
        return mixed ^ mixed >>> 31;
    }
}
