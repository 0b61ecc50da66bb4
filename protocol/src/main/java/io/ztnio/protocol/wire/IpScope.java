package io.ztnio.protocol.wire;

import java.net.InetAddress;

/** How far an IP address reaches; a later one is a better path ({@code protocol.md} 5.1). */
public enum IpScope {
    NONE(0),
    MULTICAST(1),
    LOOPBACK(2),
    /** Blocks of IPv4 that belong to somebody but are commonly used as if private. */
    PSEUDOPRIVATE(3),
    GLOBAL(4),
    LINK_LOCAL(5),
    /** Never the scope of an address. */
    SHARED(6),
    PRIVATE(7);

    private final int rank;

    IpScope(int rank) {
        this.rank = rank;
    }

    /** 0 to 7, higher is preferred. */
    public int rank() {
        return rank;
    }

    public static IpScope of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? ofIpv4(BigEndian.getInt(bytes, 0)) : ofIpv6(bytes);
    }

    private static IpScope ofIpv4(int ip) {
        return switch (ip >>> 24) {
            case 0, 255 -> NONE;
            case 127 -> LOOPBACK;
            case 10 -> PRIVATE;
            case 6, 11, 21, 22, 25, 26, 28, 29, 30, 51, 55, 56 -> PSEUDOPRIVATE;
            case 100 -> in(ip, 0x64400000, 10) ? PRIVATE : GLOBAL;
            case 169 -> in(ip, 0xa9fe0000, 16) ? LINK_LOCAL : GLOBAL;
            case 172 -> in(ip, 0xac100000, 12) ? PRIVATE : GLOBAL;
            case 192 -> in(ip, 0xc0a80000, 16) || in(ip, 0xc0000200, 24) ? PRIVATE : GLOBAL;
            case 198 -> in(ip, 0xc6120000, 15) || in(ip, 0xc6336400, 24) ? PRIVATE : GLOBAL;
            case 203 -> in(ip, 0xcb007100, 24) ? PRIVATE : GLOBAL;
            default -> {
                if (in(ip, 0xe0000000, 4)) {
                    yield MULTICAST;
                }
                yield in(ip, 0xf0000000, 4) ? PSEUDOPRIVATE : GLOBAL;
            }
        };
    }

    private static boolean in(int ip, int network, int bits) {
        return (ip ^ network) >>> (32 - bits) == 0;
    }

    private static IpScope ofIpv6(byte[] bytes) {
        long high = BigEndian.getLong(bytes, 0);
        long low = BigEndian.getLong(bytes, 8);
        int first = BigEndian.getShort(bytes, 0);
        if (high == 0) {
            if (low == 0) {
                return NONE;
            }
            return low == 1 || low >>> 24 == 0xffff7f ? LOOPBACK : GLOBAL;
        }
        if (first >>> 8 == 0xff) {
            return MULTICAST;
        }
        if ((first & 0xffc0) == 0xfe80) {
            return high == 0xfe80000000000000L && low == 1 ? LOOPBACK : LINK_LOCAL;
        }
        return (first & 0xfe00) == 0xfc00 ? PRIVATE : GLOBAL;
    }
}
