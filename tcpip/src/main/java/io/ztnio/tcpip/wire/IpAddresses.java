package io.ztnio.tcpip.wire;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** IP addresses between bytes and objects. Thread: stateless. */
public final class IpAddresses {
    private static final long MAPPED_HIGH = 0;
    private static final long LINK_LOCAL_HIGH = 0xfe80_0000_0000_0000L;
    private static final int MAPPED_LOW = 0x0000_ffff;

    private IpAddresses() {}

    public static InetAddress ofIpv4(int address) {
        byte[] bytes = new byte[4];
        BigEndian.i32(bytes, 0, address);
        return of(bytes);
    }

    /** Always an {@link Inet6Address}, without scope. */
    public static InetAddress ofIpv6(byte[] buffer, int offset) {
        return ofIpv6(BigEndian.i64(buffer, offset), BigEndian.i64(buffer, offset + 8));
    }

    /** Always an {@link Inet6Address}, without scope. */
    public static InetAddress ofIpv6(long high, long low) {
        return ofIpv6(high, low, 0);
    }

    /**
     * Always an {@link Inet6Address}.
     *
     * @param scope a positive number (RFC 4007), or 0 for none
     */
    public static InetAddress ofIpv6(long high, long low, int scope) {
        byte[] bytes = new byte[16];
        BigEndian.i64(bytes, 0, high);
        BigEndian.i64(bytes, 8, low);
        try {
            // Without a scope it is not the same as with the scope 0: the text of that ends in "%0".
            return Inet6Address.getByAddress(null, bytes, scope == 0 ? -1 : scope);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** 4 or 16 bytes. */
    public static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException(wrongLength);
        }
    }

    /**
     * Whether an IPv6 address may not appear on a link: unspecified, loopback, or an IPv4 address in disguise
     * (::a.b.c.d and ::ffff:a.b.c.d, RFC 4291 2.5.5).
     */
    public static boolean isUnusable(byte[] buffer, int offset) {
        if (BigEndian.i64(buffer, offset) != MAPPED_HIGH) {
            return false;
        }
        int third = BigEndian.i32(buffer, offset + 8);
        return third == 0 || third == MAPPED_LOW;
    }

    public static boolean isUnspecified(byte[] buffer, int offset) {
        return BigEndian.i64(buffer, offset) == 0 && BigEndian.i64(buffer, offset + 8) == 0;
    }

    /**
     * The link-local address that a station makes of its MAC address (RFC 4291 2.5.6 and appendix A).
     *
     * @param mac 48 bits
     * @param scope the link's, a positive number
     */
    public static InetAddress linkLocal(long mac, int scope) {
        long id = (mac ^ 0x0200_0000_0000L) >>> 24 << 40 | 0xff_fe00_0000L | (mac & 0xff_ffff);
        return ofIpv6(LINK_LOCAL_HIGH, id, scope);
    }

    /**
     * Whether an IPv6 address is of fe80::/10.
     *
     * @param high its first 8 bytes
     */
    public static boolean isLinkLocal(long high) {
        return high >>> 54 == LINK_LOCAL_HIGH >>> 54;
    }

    /**
     * The scope that says which link an address is on (RFC 4007): a number with an IPv6 address of a link's scope, unicast or
     * group; 0 if it has none, and for every other address.
     */
    public static int linkScope(InetAddress address) {
        return address instanceof Inet6Address ipv6 && (ipv6.isLinkLocalAddress() || ipv6.isMCLinkLocal())
                ? ipv6.getScopeId()
                : 0;
    }

    /** Whether two addresses are one and on the same link; {@link InetAddress#equals} knows no scopes. */
    public static boolean isSame(InetAddress a, InetAddress b) {
        return a.equals(b) && linkScope(a) == linkScope(b);
    }

    /** Writes ff02::1:ff00:0 with the low 24 bits of an address (RFC 4291 2.7.1). */
    public static void writeSolicitedNode(byte[] to, int at, byte[] address, int offset) {
        BigEndian.i64(to, at, 0xff02_0000_0000_0000L);
        BigEndian.i32(to, at + 8, 1);
        BigEndian.i32(to, at + 12, 0xff00_0000 | (BigEndian.i32(address, offset + 12) & 0xff_ffff));
    }
}
