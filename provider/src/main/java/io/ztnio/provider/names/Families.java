package io.ztnio.provider.names;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Which IP versions are wanted, in which order. Immutable.
 *
 * @param ipv4 whether IPv4 is wanted
 * @param ipv6 whether IPv6 is wanted
 * @param order which comes first
 */
public record Families(boolean ipv4, boolean ipv6, Order order) {
    /** Which IP version comes first. */
    public enum Order {
        IPV4_FIRST,
        IPV6_FIRST,
        /** As they are found. */
        AS_FOUND
    }

    /** Bits of {@code InetAddressResolver.LookupPolicy}. */
    private static final int IPV4 = 1;

    private static final int IPV6 = 2;
    private static final int IPV4_FIRST = 4;
    private static final int IPV6_FIRST = 8;

    /** By {@code LookupPolicy.characteristics()}. */
    static Families ofCharacteristics(int bits) {
        Order order = Order.AS_FOUND;
        if ((bits & IPV4_FIRST) != 0) {
            order = Order.IPV4_FIRST;
        } else if ((bits & IPV6_FIRST) != 0) {
            order = Order.IPV6_FIRST;
        }
        return new Families((bits & IPV4) != 0, (bits & IPV6) != 0, order);
    }

    /** By the system properties {@code java.net.preferIPv4Stack} and {@code java.net.preferIPv6Addresses}. */
    public static Families ofProperties() {
        boolean ipv4Only = Boolean.getBoolean("java.net.preferIPv4Stack");
        String prefer = System.getProperty("java.net.preferIPv6Addresses", "false");
        Order order = prefer.equalsIgnoreCase("system") ? Order.AS_FOUND : Order.IPV4_FIRST;
        return new Families(true, !ipv4Only, prefer.equalsIgnoreCase("true") ? Order.IPV6_FIRST : order);
    }

    /** Those that are wanted, in the order in which they are. */
    List<InetAddress> select(List<InetAddress> addresses) {
        List<InetAddress> first = new ArrayList<>();
        List<InetAddress> second = new ArrayList<>();
        for (InetAddress address : addresses) {
            boolean isIpv4 = address instanceof Inet4Address;
            if (isIpv4 ? !ipv4 : !ipv6) {
                continue;
            }
            boolean later = order == Order.IPV4_FIRST ? !isIpv4 : order == Order.IPV6_FIRST && isIpv4;
            (later ? second : first).add(address);
        }
        first.addAll(second);
        return first;
    }
}
