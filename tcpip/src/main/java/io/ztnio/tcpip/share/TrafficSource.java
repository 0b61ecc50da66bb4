package io.ztnio.tcpip.share;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Who traffic comes from, as far as nobody can be many at will: shares of memory, places and rates go by it. A station on the
 * link is one, whatever addresses it has (a 6PLANE member has 2^48 of them), for its MAC address is not its to choose. Of those
 * behind a router each IPv4 address is one and each IPv6 /64, of which a site may have several and a host seldom more than one.
 *
 * <p>Thread: immutable.
 *
 * @param scope the kind, or of a station the number of its link
 * @param high first half of what tells it from others of its kind
 * @param low second half
 */
public record TrafficSource(int scope, long high, long low) {
    private static final int IPV4_HOST = -1;
    private static final int IPV6_HOST = -2;
    private static final int IPV6_SITE = -3;

    /**
     * A station.
     *
     * @param link the link's number, 0 or more
     */
    public static TrafficSource ofStation(int link, long mac) {
        return new TrafficSource(link, 0, mac);
    }

    /** Whoever has exactly this address: one of our own, say. */
    public static TrafficSource ofHost(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new TrafficSource(IPV4_HOST, 0, bytes.getInt())
                : new TrafficSource(IPV6_HOST, bytes.getLong(), bytes.getLong());
    }

    /** Whoever is behind a router with this address. */
    public static TrafficSource ofSite(InetAddress address) {
        return address instanceof Inet4Address
                ? ofHost(address)
                : new TrafficSource(
                        IPV6_SITE, ByteBuffer.wrap(address.getAddress()).getLong(), 0);
    }
}
