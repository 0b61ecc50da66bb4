package io.ztnio.provider.routing;

import io.ztnio.tcpip.link.IpPrefix;
import java.net.Inet4Address;
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

        IpKey key() {
            return IpKey.of(prefix.address());
        }
    }

    private PrefixMap(List<Entry<V>> ipv4Entries, List<Entry<V>> ipv6Entries) {
        this.ipv4Values = ipv4Entries.stream().map(Entry::value).toList();
        this.ipv4 = ipv4Entries.stream().mapToInt(e -> e.key().value).toArray();
        this.ipv4Masks = ipv4Entries.stream()
                .mapToInt(e -> (int) mask(e.prefix().bits() + Integer.SIZE))
                .toArray();
        this.ipv6Values = ipv6Entries.stream().map(Entry::value).toList();
        this.ipv6High = ipv6Entries.stream().mapToLong(e -> e.key().high).toArray();
        this.ipv6Low = ipv6Entries.stream().mapToLong(e -> e.key().low).toArray();
        this.ipv6HighMasks = ipv6Entries.stream()
                .mapToLong(e -> mask(Math.min(Long.SIZE, e.prefix().bits())))
                .toArray();
        this.ipv6LowMasks = ipv6Entries.stream()
                .mapToLong(e -> mask(Math.max(0, e.prefix().bits() - Long.SIZE)))
                .toArray();
    }

    /** The value, or {@code null} if no prefix contains the address. */
    V find(IpKey address) {
        if (address.ipv4) {
            for (int i = 0; i < ipv4.length; i++) {
                if (((address.value ^ ipv4[i]) & ipv4Masks[i]) == 0) {
                    return ipv4Values.get(i);
                }
            }
            return null;
        }
        for (int i = 0; i < ipv6High.length; i++) {
            if (((address.high ^ ipv6High[i]) & ipv6HighMasks[i]) == 0
                    && ((address.low ^ ipv6Low[i]) & ipv6LowMasks[i]) == 0) {
                return ipv6Values.get(i);
            }
        }
        return null;
    }

    /** So many leading ones, 0 to 64. */
    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (Long.SIZE - bits);
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
