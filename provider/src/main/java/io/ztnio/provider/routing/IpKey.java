package io.ztnio.provider.routing;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * An IP address as numbers, to compare it with many prefixes. An IPv4-mapped IPv6 address is the IPv4 address, as it is on
 * the wire. Immutable; short-lived.
 */
final class IpKey {
    private static final long MAPPED = 0xffff;
    private static final int LOOPBACK_NET = 127;
    private static final int LINK_LOCAL_IPV4 = 0xa9fe;
    private static final int MULTICAST_IPV4 = 0xe;
    private static final int MULTICAST_IPV6 = 0xff;
    private static final int LINK_LOCAL_IPV6 = 0xfe80 >>> 6;

    /** Which of the numbers count. */
    final boolean ipv4;

    final int value;
    final long high;
    final long low;

    private IpKey(int value) {
        this.ipv4 = true;
        this.value = value;
        this.high = 0;
        this.low = 0;
    }

    private IpKey(long high, long low) {
        this.ipv4 = false;
        this.value = 0;
        this.high = high;
        this.low = low;
    }

    static IpKey of(InetAddress address) {
        if (address instanceof Inet4Address) {
            // Documented: the hash code of an IPv4 address is the address. It spares an array.
            return new IpKey(address.hashCode());
        }
        byte[] bytes = address.getAddress();
        long high = i64(bytes, 0);
        long low = i64(bytes, 8);
        return high == 0 && low >>> 32 == MAPPED ? new IpKey((int) low) : new IpKey(high, low);
    }

    boolean isLoopback() {
        return ipv4 ? value >>> 24 == LOOPBACK_NET : high == 0 && low == 1;
    }

    boolean isWildcard() {
        return ipv4 ? value == 0 : high == 0 && low == 0;
    }

    boolean isGroup() {
        return ipv4 ? value >>> 28 == MULTICAST_IPV4 : high >>> 56 == MULTICAST_IPV6;
    }

    /** 255.255.255.255. */
    boolean isEverybody() {
        return ipv4 && value == -1;
    }

    boolean isLinkLocal() {
        return ipv4 ? value >>> 16 == LINK_LOCAL_IPV4 : high >>> 54 == LINK_LOCAL_IPV6;
    }

    private static long i64(byte[] bytes, int offset) {
        long number = 0;
        for (int i = 0; i < 8; i++) {
            number = number << 8 | (bytes[offset + i] & 0xff);
        }
        return number;
    }
}
