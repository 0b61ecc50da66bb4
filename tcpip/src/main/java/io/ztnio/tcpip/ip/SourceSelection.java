package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import java.net.InetAddress;

/**
 * Which own address of a link talks to a destination (RFC 6724 5): the destination itself, then an address of suitable
 * scope, of the same label, and of the longest common prefix. The rules between (deprecated and temporary addresses, home
 * agents) have no meaning here.
 *
 * <p>Thread: stateless.
 */
final class SourceSelection {
    private static final int SCOPE_LINK = 2;
    private static final int SCOPE_SITE = 5;
    private static final int SCOPE_GLOBAL = 14;

    private SourceSelection() {}

    /** {@code null} if the link has no address of the version. */
    static InetAddress choose(LinkConfig config, InetAddress remote) {
        byte[] target = remote.getAddress();
        IpPrefix best = null;
        for (IpPrefix candidate : config.addresses()) {
            byte[] bytes = candidate.address().getAddress();
            if (bytes.length == target.length && (best == null || isBetter(candidate, best, remote, target))) {
                best = candidate;
            }
        }
        return best == null ? null : best.address();
    }

    private static boolean isBetter(IpPrefix a, IpPrefix b, InetAddress remote, byte[] target) {
        boolean sameA = a.address().equals(remote);
        if (sameA != b.address().equals(remote)) {
            return sameA;
        }
        byte[] bytesA = a.address().getAddress();
        byte[] bytesB = b.address().getAddress();
        int scopeA = scope(bytesA);
        int scopeB = scope(bytesB);
        if (scopeA != scopeB) {
            // Rule 2: the smaller one if it reaches, otherwise the larger one.
            return scopeA < scopeB ? scopeA >= scope(target) : scopeB < scope(target);
        }
        int label = label(target);
        boolean labelA = label(bytesA) == label;
        if (labelA != (label(bytesB) == label)) {
            return labelA;
        }
        return common(a, bytesA, target) > common(b, bytesB, target);
    }

    private static int common(IpPrefix own, byte[] bytes, byte[] target) {
        int bits = 0;
        while (bits < own.bits() && ((bytes[bits / 8] ^ target[bits / 8]) & (0x80 >>> (bits % 8))) == 0) {
            bits++;
        }
        return bits;
    }

    /** RFC 6724 3.1 and 3.2. */
    static int scope(byte[] address) {
        int first = address[0] & 0xff;
        int second = address[1] & 0xff;
        if (address.length == 4) {
            return first == 169 && second == 254 ? SCOPE_LINK : SCOPE_GLOBAL;
        }
        if (first == 0xff) {
            return second & 0xf;
        }
        if (first == 0xfe && (second & 0xc0) == 0x80) {
            return SCOPE_LINK;
        }
        return first == 0xfe && (second & 0xc0) == 0xc0 ? SCOPE_SITE : SCOPE_GLOBAL;
    }

    /** The policy table of RFC 6724 2.1, without what never appears on a link. */
    static int label(byte[] address) {
        if (address.length == 4) {
            return 4;
        }
        int high = ((address[0] & 0xff) << 8) | (address[1] & 0xff);
        int next = ((address[2] & 0xff) << 8) | (address[3] & 0xff);
        if (high >>> 9 == 0xfc >>> 1) {
            return 13;
        }
        if (high == 0x2002) {
            return 2;
        }
        if (high == 0x2001 && next == 0) {
            return 5;
        }
        if (high == 0x3ffe) {
            return 12;
        }
        return high >>> 6 == 0xfec0 >>> 6 ? 11 : 1;
    }
}
