package io.ztnio.tcpip.link;

import java.net.InetAddress;

/**
 * A virtual Ethernet that frames can be sent to. MAC addresses are 48-bit values in a {@code long}, first octet most
 * significant.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack that it is attached to, except {@link #mac},
 * {@link #derivedMac} and {@link #ownerMac}, which any thread may call.
 */
public interface Link {
    /** Bytes that the caller of {@link #send} leaves free in front of the payload for the headers of lower layers. */
    int HEADROOM = 64;

    /** Bytes that the caller of {@link #send} leaves free behind the payload. */
    int TAILROOM = 32;

    /** Returned by {@link #derivedMac} for an address that says nothing of its MAC. */
    long UNKNOWN_MAC = -1;

    /** This link's own MAC address. */
    long mac();

    /**
     * Sends one Ethernet frame from {@link #mac()}, best effort.
     *
     * <p>The callee may overwrite the payload, {@link #HEADROOM} bytes before and {@link #TAILROOM} bytes behind it
     * (headers are put in front and encryption happens in place), and keeps no reference after it returns.
     *
     * @param destinationMac unicast, multicast or broadcast
     * @param etherType 0 to 0xffff
     * @param buffer holds the payload (from the IP or ARP header on) at {@code offset}, {@code length} bytes
     * @param nowNanos time of this turn
     */
    void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos);

    /**
     * The MAC address that an IPv6 address of this link implies by its form (ZeroTier's RFC 4193 and 6PLANE schemes,
     * {@code protocol.md} 7.5), or {@link #UNKNOWN_MAC}; what it says needs no neighbour discovery.
     *
     * @param ipv6 holds 16 address bytes at {@code offset}
     */
    long derivedMac(byte[] ipv6, int offset);

    /**
     * The MAC address of the only station that may have an address, where the network says so, by the address's form, by a
     * certificate or because its owner is known; or {@link #UNKNOWN_MAC}. It may still have to be asked for; who else claims
     * the address is not believed. Any thread.
     *
     * @param ip 4 or 16 bytes
     */
    default long ownerMac(byte[] ip) {
        return ip.length == 4 ? UNKNOWN_MAC : derivedMac(ip, 0);
    }

    /**
     * The largest IP packet to a neighbour that this link carries in so many datagrams of the network below. Larger ones
     * are carried too, up to the MTU, but at the price of another datagram.
     *
     * @param destinationMac of the neighbour, or {@link #UNKNOWN_MAC} while it is not known
     * @param datagrams at least 1
     * @return {@code Integer.MAX_VALUE}, as here, if the link does not split packets
     */
    default int preferredPacketBytes(long destinationMac, int datagrams) {
        return Integer.MAX_VALUE;
    }

    /**
     * Whether what can wait should not be sent to a neighbour now, because the link is behind with what it has. Who is told
     * so waits for {@code IpStack.resume}. Acknowledgments and single packets are sent all the same.
     *
     * @return false, as here, if {@link #send} is done when it returns
     */
    default boolean isCongested(long destinationMac) {
        return false;
    }

    /**
     * Whether this is a loopback link, as "lo" is one: nobody else is on it, every address of its prefixes is an own one,
     * 127.0.0.0/8 and ::1 may be among them, and nothing is sent but what stays here.
     *
     * @return false, as here, for an Ethernet
     */
    default boolean isLoopback() {
        return false;
    }

    /**
     * Whether it is asked on the link if somebody else has an address that the link is given, and IPv4 addresses are announced there.
     *
     * @return false, as here, for a link that knows itself who has which address
     */
    default boolean isAnnouncing() {
        return false;
    }

    /**
     * Another station says that it has an own address; each address is told of at most once in 10 s. The address stays ours.
     *
     * @param mac the other one's
     */
    default void onConflict(InetAddress own, long mac) {
        // Whoever wants to know of it implements this.
    }

    /**
     * The scope of this link's IPv6 link-local addresses and groups (RFC 4007): which link an address such as
     * {@code fe80::1%1234567890} is on. Any thread.
     *
     * @return a positive number of this link only; 0, as here, if the link has none
     */
    default int scopeId() {
        return 0;
    }

    /**
     * Asks for frames to a multicast group.
     *
     * @param distinguisher ZeroTier's ADI: for address resolution over IPv4, the address itself; otherwise 0
     */
    void subscribe(long groupMac, int distinguisher);

    /** Ends what {@link #subscribe} asked for. */
    void unsubscribe(long groupMac, int distinguisher);
}
