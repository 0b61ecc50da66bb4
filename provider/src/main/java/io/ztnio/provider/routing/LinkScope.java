package io.ztnio.provider.routing;

import io.ztnio.tcpip.link.LinkLocal;
import java.net.InetAddress;

/**
 * The numbers that say which network an IPv6 link-local address is on (RFC 4007): {@code fe80::1%1234567890}. They follow
 * from network ids, so that a network has the same in every process and at every start, and lie above those that operating
 * systems give their interfaces.
 *
 * <p>Thread: stateless.
 */
public final class LinkScope {
    /** Operating systems count their interfaces from 1. */
    private static final int BASE = 1 << 30;

    private LinkScope() {}

    /**
     * A network's number.
     *
     * @return 2^30 + 1 to 2^31 - 1
     */
    public static int of(long networkId) {
        // The finaliser of SplitMix64: networks of one controller differ in a few bits only.
        long mixed = (networkId ^ networkId >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return BASE + 1 + (int) Long.remainderUnsigned(mixed ^ mixed >>> 31, BASE - 1);
    }

    /** The number of virtual networks that an address of a link's scope names, or 0: it is not theirs. */
    static int named(InetAddress address) {
        int scope = LinkLocal.scope(address);
        return scope > BASE ? scope : 0;
    }
}
