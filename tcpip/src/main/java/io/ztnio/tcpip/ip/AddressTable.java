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
    private final int[] v6Scopes = new int[SLOTS];
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

    /** @param linkScope the scope of the link that the address is on, for one of the link's scope; 0 for none */
    InetAddress ipv6(byte[] buffer, int offset, int linkScope) {
        long high = BigEndian.i64(buffer, offset);
        int scope = IpAddresses.isLinkLocal(high) ? linkScope : 0;
        long low = BigEndian.i64(buffer, offset + 8);
        int slot = slot(high * 31 + low);
        InetAddress known = v6[slot];
        if (known != null && v6Low[slot] == low && v6High[slot] == high && v6Scopes[slot] == scope) {
            return known;
        }
        InetAddress made = IpAddresses.ofIpv6(high, low, scope);
        v6High[slot] = high;
        v6Low[slot] = low;
        v6Scopes[slot] = scope;
        v6[slot] = made;
        return made;
    }

    private static int slot(long key) {
        return (int) ((key * MIX) >>> 54);
    }
}
