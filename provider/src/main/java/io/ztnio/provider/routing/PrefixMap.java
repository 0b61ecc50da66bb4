package io.ztnio.provider.routing;

import io.ztnio.tcpip.link.IpPrefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Values of prefixes; the longest prefix that contains an address decides, of equal ones the one that was put first.
 * Meant for tens of prefixes.
 *
 * <p>Thread: immutable.
 */
final class PrefixMap<V> {
    private final List<V> ipv4Values;
    private final int[] ipv4;
    private final int[] ipv4Masks;
    private final List<V> ipv6Values;
    private final long[] ipv6High;
    private final long[] ipv6Low;
    private final long[] ipv6HighMasks;
    private final long[] ipv6LowMasks;

    private record Entry<V>(IpPrefix prefix, V value) {
        boolean isIpv4() {
            return prefix.address() instanceof Inet4Address;
        }
    }

    private PrefixMap(List<Entry<V>> ipv4Entries, List<Entry<V>> ipv6Entries) {
        this.ipv4Values = ipv4Entries.stream().map(Entry::value).toList();
        this.ipv4 =
                ipv4Entries.stream().mapToInt(e -> value(e.prefix().address())).toArray();
        this.ipv4Masks = ipv4Entries.stream()
                .mapToInt(e -> (int) mask(e.prefix().bits() + 32))
                .toArray();
        this.ipv6Values = ipv6Entries.stream().map(Entry::value).toList();
        this.ipv6High = ipv6Entries.stream().mapToLong(e -> i64(bytes(e), 0)).toArray();
        this.ipv6Low = ipv6Entries.stream().mapToLong(e -> i64(bytes(e), 8)).toArray();
        this.ipv6HighMasks = ipv6Entries.stream()
                .mapToLong(e -> mask(Math.min(64, e.prefix().bits())))
                .toArray();
        this.ipv6LowMasks = ipv6Entries.stream()
                .mapToLong(e -> mask(Math.max(0, e.prefix().bits() - 64)))
                .toArray();
    }

    /** The value, or {@code null} if no prefix contains the address. */
    V find(InetAddress address) {
        if (address instanceof Inet4Address) {
            int value = value(address);
            for (int i = 0; i < ipv4.length; i++) {
                if (((value ^ ipv4[i]) & ipv4Masks[i]) == 0) {
                    return ipv4Values.get(i);
                }
            }
            return null;
        }
        if (ipv6High.length == 0) {
            return null;
        }
        byte[] bytes = address.getAddress();
        long high = i64(bytes, 0);
        long low = i64(bytes, 8);
        for (int i = 0; i < ipv6High.length; i++) {
            if (((high ^ ipv6High[i]) & ipv6HighMasks[i]) == 0 && ((low ^ ipv6Low[i]) & ipv6LowMasks[i]) == 0) {
                return ipv6Values.get(i);
            }
        }
        return null;
    }

    /** Documented: the hash code of an IPv4 address is the address. It spares an array. */
    private static int value(InetAddress ipv4) {
        return ipv4.hashCode();
    }

    private static byte[] bytes(Entry<?> entry) {
        return entry.prefix().address().getAddress();
    }

    /** So many leading ones, 0 to 64. */
    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    private static long i64(byte[] bytes, int offset) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[offset + i] & 0xff);
        }
        return value;
    }

    /** Collects prefixes. Belongs to one thread. */
    static final class Builder<V> {
        private final List<Entry<V>> entries = new ArrayList<>();

        Builder<V> put(IpPrefix prefix, V value) {
            entries.add(new Entry<>(prefix, value));
            return this;
        }

        PrefixMap<V> build() {
            List<Entry<V>> sorted = new ArrayList<>(entries);
            // Stable: the first of equal ones stays first.
            sorted.sort(Comparator.comparingInt(entry -> -entry.prefix().bits()));
            return new PrefixMap<>(
                    sorted.stream().filter(Entry::isIpv4).toList(),
                    sorted.stream().filter(entry -> !entry.isIpv4()).toList());
        }
    }
}
