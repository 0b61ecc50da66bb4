package io.ztnio.provider.routing;

import io.ztnio.tcpip.link.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * What a network may claim without the user's word: private addresses, those shared among providers, those reserved for
 * documentation and tests, and those that belong to somebody but are commonly used as if private. They are the scopes
 * {@code PRIVATE}, {@code SHARED} and {@code PSEUDOPRIVATE} of {@link io.ztnio.protocol.wire.IpScope}. Stateless.
 */
final class PrivateRanges {
    /** Maximal blocks. */
    static final List<IpPrefix> ALL = List.of(
            ipv4(8, 10),
            ipv4(10, 100, 64),
            ipv4(12, 172, 16),
            ipv4(16, 192, 168),
            ipv4(24, 192, 0, 2),
            ipv4(15, 198, 18),
            ipv4(24, 198, 51, 100),
            ipv4(24, 203, 0, 113),
            ipv4(8, 6),
            ipv4(8, 11),
            ipv4(8, 21),
            ipv4(8, 22),
            ipv4(8, 25),
            ipv4(8, 26),
            ipv4(7, 28),
            ipv4(8, 30),
            ipv4(8, 51),
            ipv4(8, 55),
            ipv4(8, 56),
            ipv4(5, 240),
            ipv4(6, 248),
            ipv4(7, 252),
            ipv4(8, 254),
            uniqueLocal());

    private static final PrefixMap<Boolean> MAP = map();

    private PrivateRanges() {}

    private static PrefixMap<Boolean> map() {
        PrefixMap.Builder<Boolean> builder = new PrefixMap.Builder<>();
        ALL.forEach(range -> builder.put(range, true));
        return builder.build();
    }

    private static IpPrefix ipv4(int bits, int... start) {
        byte[] address = new byte[4];
        for (int i = 0; i < start.length; i++) {
            address[i] = (byte) start[i];
        }
        return prefix(address, bits);
    }

    /** fc00::/7. */
    private static IpPrefix uniqueLocal() {
        byte[] address = new byte[16];
        address[0] = (byte) 0xfc;
        return prefix(address, 7);
    }

    private static IpPrefix prefix(byte[] address, int bits) {
        try {
            return new IpPrefix(InetAddress.getByAddress(address), bits);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    static boolean contain(IpKey address) {
        return MAP.find(address) != null;
    }

    /** Whether all of it is within. */
    static boolean contain(IpPrefix prefix) {
        return ALL.stream().anyMatch(range -> range.bits() <= prefix.bits() && range.contains(prefix.address()));
    }
}
