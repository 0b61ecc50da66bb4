package io.ztnio.protocol.config;

import io.ztnio.protocol.identity.Address;

/** MAC addresses of members: 48 bits in a {@code long} ({@code protocol.md} 5.4). Thread-safe. */
public final class MacAddress {
    public static final int LENGTH = 6;
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final long ADDRESS_MASK = 0xff_ffff_ffffL;

    private MacAddress() {}

    /** The MAC address of a member on a network. */
    public static long of(long address, long networkId) {
        return (long) firstOctet(networkId) << 40 | ((address ^ mask(networkId)) & ADDRESS_MASK);
    }

    /** The member with this MAC address; only meaningful if {@link #isMember}. */
    public static long address(long mac, long networkId) {
        return (mac ^ mask(networkId)) & ADDRESS_MASK;
    }

    /** Whether the MAC address is one that {@link #of} gives on this network to an address that may exist. */
    public static boolean isMember(long mac, long networkId) {
        return mac >>> 40 == firstOctet(networkId) && !Address.isReserved(address(mac, networkId));
    }

    /** First octet of every member's MAC address. 0x52 is avoided: it is the default of some hypervisors' bridges. */
    public static int firstOctet(long networkId) {
        int octet = (int) (networkId & 0xfe) | 0x02;
        return octet == 0x52 ? 0x32 : octet;
    }

    public static boolean isMulticast(long mac) {
        return (mac >>> 40 & 1) != 0;
    }

    /** Six pairs of lower-case hexadecimal digits with colons. */
    public static String format(long mac) {
        return String.format(
                "%02x:%02x:%02x:%02x:%02x:%02x",
                mac >>> 40 & 0xff,
                mac >>> 32 & 0xff,
                mac >>> 24 & 0xff,
                mac >>> 16 & 0xff,
                mac >>> 8 & 0xff,
                mac & 0xff);
    }

    /**
     * Reads twelve hexadecimal digits, in pairs with colons or without.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static long parse(String text) {
        if (!text.matches("[0-9a-fA-F]{12}|[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
            throw new IllegalArgumentException("'" + text + "' is not a MAC address");
        }
        return Long.parseLong(text.replace(":", ""), 16);
    }

    /** The network ID's bytes 1 to 5, counted from the last, in reverse order. */
    private static long mask(long networkId) {
        return (networkId >>> 8 & 0xff) << 32
                | (networkId >>> 16 & 0xff) << 24
                | (networkId >>> 24 & 0xff) << 16
                | (networkId >>> 32 & 0xff) << 8
                | (networkId >>> 40 & 0xff);
    }
}
