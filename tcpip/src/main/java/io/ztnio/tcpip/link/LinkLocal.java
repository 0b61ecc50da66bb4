package io.ztnio.tcpip.link;

import io.ztnio.tcpip.wire.IpAddresses;
import java.net.InetAddress;

/** IPv6 addresses of a link's scope (RFC 4007, RFC 4291 2.5.6). Thread: stateless. */
public final class LinkLocal {
    /** Bits of the prefix that all of a link are on. */
    public static final int PREFIX_BITS = 64;

    private LinkLocal() {}

    /**
     * The address that a station makes of its MAC address (RFC 4291 appendix A), with its prefix.
     *
     * @param mac 48 bits
     * @param scope the link's, a positive number
     */
    public static IpPrefix of(long mac, int scope) {
        return new IpPrefix(IpAddresses.linkLocal(mac, scope), PREFIX_BITS);
    }

    /** The scope that an IPv6 address names, unicast or group, if it is of a link's scope; 0 otherwise. */
    public static int scope(InetAddress address) {
        return IpAddresses.linkScope(address);
    }
}
