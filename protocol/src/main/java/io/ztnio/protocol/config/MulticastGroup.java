package io.ztnio.protocol.config;

import io.ztnio.protocol.wire.BigEndian;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * A multicast group: a MAC address and, for ARP only, the IPv4 address asked for ({@code protocol.md} 5.4). Immutable.
 *
 * @param mac 48 bits
 * @param adi additional distinguishing information: an IPv4 address as a big-endian integer, or 0
 */
public record MulticastGroup(long mac, int adi) implements Comparable<MulticastGroup> {
    /** Everybody who takes broadcasts. */
    public static final MulticastGroup BROADCAST = new MulticastGroup(MacAddress.BROADCAST, 0);

    /** Where requests to resolve {@code ip} go: ARP by its ADI, NDP to the solicited-node group. */
    public static MulticastGroup resolving(InetAddress ip) {
        byte[] bytes = ip.getAddress();
        if (ip instanceof Inet4Address) {
            return new MulticastGroup(MacAddress.BROADCAST, BigEndian.getInt(bytes, 0));
        }
        long low = BigEndian.getInt(bytes, bytes.length - 4) & 0xff_ffffL;
        return new MulticastGroup(0x3333_ff00_0000L | low, 0);
    }

    @Override
    public int compareTo(MulticastGroup other) {
        int byMac = Long.compare(mac, other.mac);
        return byMac != 0 ? byMac : Integer.compareUnsigned(adi, other.adi);
    }

    @Override
    public String toString() {
        return MacAddress.format(mac) + "/" + Integer.toUnsignedString(adi, 16);
    }
}
