package io.ztnio.overlay.address;

import io.ztnio.overlay.session.Bytes;
import io.ztnio.tcpip.link.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * What follows from a node's id alone.
 *
 * <pre>
 *  IPv6   0 fd   1 network id (8)   9 7a 74 ("zt")   11 node id (5)          prefix: 88 bits
 *  MAC    0 02   1 node id (5)                                               locally administered, unicast
 * </pre>
 *
 * Stateless.
 */
public final class DerivedAddresses {
    /** Bits of the prefix that the derived addresses of one network share. */
    public static final int PREFIX_BITS = 88;

    /** What every MAC address begins with: locally administered, unicast. */
    private static final long MAC_PREFIX = 0x02L << 40;

    private static final int LENGTH = 16;
    private static final int NETWORK = 1;
    private static final int MARK = 9;
    private static final int NODE = 11;
    private static final int MARK_VALUE = 0x7a74;
    private static final byte FIRST = (byte) 0xfd;
    private static final long NODE_MASK = 0xff_ffff_ffffL;

    private DerivedAddresses() {}

    /** The IPv6 address of a node on a network. */
    public static InetAddress ipv6(long networkId, long nodeId) {
        byte[] address = new byte[LENGTH];
        address[0] = FIRST;
        Bytes.i64(address, NETWORK, networkId);
        Bytes.u16(address, MARK, MARK_VALUE);
        Bytes.u40(address, NODE, nodeId);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an IPv6 address", e);
        }
    }

    /** The address with the prefix of its network. */
    public static IpPrefix prefix(long networkId, long nodeId) {
        return new IpPrefix(ipv6(networkId, nodeId), PREFIX_BITS);
    }

    /** The node that has an IPv6 address on a network, or -1 if the address is not derived. */
    public static long nodeOf(long networkId, byte[] ipv6, int offset) {
        boolean derived = ipv6[offset] == FIRST
                && Bytes.i64(ipv6, offset + NETWORK) == networkId
                && Bytes.u16(ipv6, offset + MARK) == MARK_VALUE;
        return derived ? Bytes.u40(ipv6, offset + NODE) : -1;
    }

    /** The MAC address of a node: the same on every network. */
    public static long mac(long nodeId) {
        return MAC_PREFIX | nodeId;
    }

    /** The node with a MAC address, or -1 if it is none of ours. */
    public static long nodeOfMac(long mac) {
        return (mac & ~NODE_MASK) == MAC_PREFIX ? mac & NODE_MASK : -1;
    }
}
