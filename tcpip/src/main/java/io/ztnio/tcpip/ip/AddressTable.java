package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.IpAddresses;
import java.net.InetAddress;

/**
 * The address objects of recent packets, so that a packet of a known peer allocates none: direct-mapped, newer
 * addresses push out older ones.
 *
 * <p>Thread: confined to the gate.
 */
final class AddressTable {
    private static final int SLOTS = 1024;
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

    private final int[] v4Keys = new int[SLOTS];
    private final InetAddress[] v4 = new InetAddress[SLOTS];
    private final long[] v6High = new long[SLOTS];
    private final long[] v6Low = new long[SLOTS];
    private final InetAddress[] v6 = new InetAddress[SLOTS];

    InetAddress ipv4(int address) {
        int slot = slot(address);
        InetAddress known = v4[slot];
        if (known != null && v4Keys[slot] == address) {
            return known;
        }
        InetAddress made = IpAddresses.ofIpv4(address);
        v4Keys[slot] = address;
        v4[slot] = made;
        return made;
    }

    InetAddress ipv6(byte[] buffer, int offset) {
        long high = BigEndian.i64(buffer, offset);
        long low = BigEndian.i64(buffer, offset + 8);
        int slot = slot(high * 31 + low);
        InetAddress known = v6[slot];
        if (known != null && v6Low[slot] == low && v6High[slot] == high) {
            return known;
        }
        InetAddress made = IpAddresses.ofIpv6(high, low);
        v6High[slot] = high;
        v6Low[slot] = low;
        v6[slot] = made;
        return made;
    }

    private static int slot(long key) {
        return (int) ((key * MIX) >>> 54);
    }
}
