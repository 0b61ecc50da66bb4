package io.ztnio.provider.runtime;

import io.ztnio.tcpip.link.IpPrefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whose an IP address is: the longest prefix that covers it decides; with equal lengths the operating system's wins.
 * An address that no prefix covers is the operating system's.
 *
 * <p>Thread: immutable.
 */
final class RouteTable {
    /** Knows nothing: every address is the operating system's. */
    static final RouteTable EMPTY = new Builder().build();

    private final Ipv4Entry[] ipv4;
    private final Ipv6Entry[] ipv6;
    private final Set<InetAddress> own;

    private RouteTable(Ipv4Entry[] ipv4, Ipv6Entry[] ipv6, Set<InetAddress> own) {
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.own = own;
    }

    /** Whether {@code address} is reached through a virtual network. */
    boolean covers(InetAddress address) {
        if (address instanceof Inet4Address) {
            // Documented: the hash code of an IPv4 address is the address. It spares an array.
            int value = address.hashCode();
            for (Ipv4Entry entry : ipv4) {
                if (((value ^ entry.value) & entry.mask) == 0) {
                    return entry.virtual;
                }
            }
            return false;
        }
        for (Ipv6Entry entry : ipv6) {
            if (entry.prefix.contains(address)) {
                return entry.virtual;
            }
        }
        return false;
    }

    /** Whether {@code address} is an own address on a virtual network. */
    boolean isLocal(InetAddress address) {
        return own.contains(address);
    }

    private record Ipv4Entry(int value, int mask, boolean virtual) {}

    private record Ipv6Entry(IpPrefix prefix, boolean virtual) {}

    private record Entry(IpPrefix prefix, boolean virtual) {}

    /** Collects entries. Belongs to one thread. */
    static final class Builder {
        private final List<Entry> entries = new ArrayList<>();
        private final Set<InetAddress> own = new HashSet<>();

        /** Destinations on virtual networks. */
        Builder virtual(Collection<IpPrefix> prefixes) {
            prefixes.forEach(prefix -> entries.add(new Entry(prefix, true)));
            return this;
        }

        /** Destinations of the operating system. */
        Builder os(Collection<IpPrefix> prefixes) {
            prefixes.forEach(prefix -> entries.add(new Entry(prefix, false)));
            return this;
        }

        /** An own address on a virtual network; the prefix that comes with it is on-link. */
        Builder own(IpPrefix address) {
            own.add(address.address());
            int width = address.address().getAddress().length * 8;
            entries.add(new Entry(address, true));
            entries.add(new Entry(new IpPrefix(address.address(), width), true));
            return this;
        }

        RouteTable build() {
            List<Entry> sorted = new ArrayList<>(entries);
            // Longest prefix first; of equal ones the operating system's.
            sorted.sort(Comparator.comparingInt((Entry entry) -> -entry.prefix.bits())
                    .thenComparing(Entry::virtual));
            return new RouteTable(
                    sorted.stream()
                            .filter(entry -> entry.prefix.address() instanceof Inet4Address)
                            .map(entry -> new Ipv4Entry(
                                    entry.prefix.address().hashCode(), mask(entry.prefix.bits()), entry.virtual))
                            .toArray(Ipv4Entry[]::new),
                    sorted.stream()
                            .filter(entry -> !(entry.prefix.address() instanceof Inet4Address))
                            .map(entry -> new Ipv6Entry(entry.prefix, entry.virtual))
                            .toArray(Ipv6Entry[]::new),
                    Set.copyOf(own));
        }

        private static int mask(int bits) {
            return bits == 0 ? 0 : -1 << (32 - bits);
        }
    }
}
