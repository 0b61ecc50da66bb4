package io.ztnio.protocol.config;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.SocketAddressField;
import java.util.List;

/** IPv6 addresses that follow from network and member ({@code protocol.md} 7.5). Thread-safe. */
public final class ManagedAddresses {
    public static final int RFC4193_BITS = 88;
    public static final int SIXPLANE_BITS = 40;

    private ManagedAddresses() {}

    /** {@code fd}, network ID, {@code 9993}, address; /88. */
    public static InetPrefix rfc4193(long networkId, long address) {
        byte[] ip = new byte[16];
        ip[0] = (byte) 0xfd;
        BigEndian.putLong(ip, 1, networkId);
        ip[9] = (byte) 0x99;
        ip[10] = (byte) 0x93;
        BigEndian.putAddress(ip, 11, address);
        return new InetPrefix(SocketAddressField.address(ip), RFC4193_BITS);
    }

    /** {@code fc}, folded network ID, address, zeros, {@code 01}; /40, so that each member owns a /80. */
    public static InetPrefix sixPlane(long networkId, long address) {
        byte[] ip = new byte[16];
        ip[0] = (byte) 0xfc;
        BigEndian.putInt(ip, 1, (int) (networkId ^ networkId >>> 32));
        BigEndian.putAddress(ip, 5, address);
        ip[15] = 1;
        return new InetPrefix(SocketAddressField.address(ip), SIXPLANE_BITS);
    }

    /**
     * The member that owns an IPv6 address by one of the two formulas, seen from a member that has one itself.
     *
     * @param own this member's assigned addresses
     * @return its address, or -1 if the address does not follow from a member
     */
    public static long memberOf(byte[] ipv6, int offset, long networkId, List<InetPrefix> own) {
        for (int i = 0; i < own.size(); i++) {
            InetPrefix prefix = own.get(i);
            long member = -1;
            if (prefix.bits() == RFC4193_BITS
                    && isRfc4193(ipv6, offset, networkId)
                    && sharesPrefix(prefix, ipv6, offset)) {
                member = BigEndian.getAddress(ipv6, offset + 11);
            } else if (prefix.bits() == SIXPLANE_BITS
                    && isSixPlane(ipv6, offset, networkId)
                    && sharesPrefix(prefix, ipv6, offset)) {
                member = BigEndian.getAddress(ipv6, offset + 5);
            }
            if (member >= 0 && !Address.isReserved(member)) {
                return member;
            }
        }
        return -1;
    }

    private static boolean isRfc4193(byte[] ip, int offset, long networkId) {
        return ip[offset] == (byte) 0xfd
                && BigEndian.getLong(ip, offset + 1) == networkId
                && BigEndian.getShort(ip, offset + 9) == 0x9993;
    }

    private static boolean isSixPlane(byte[] ip, int offset, long networkId) {
        return ip[offset] == (byte) 0xfc && BigEndian.getInt(ip, offset + 1) == (int) (networkId ^ networkId >>> 32);
    }

    private static boolean sharesPrefix(InetPrefix prefix, byte[] ip, int offset) {
        byte[] own = prefix.address().getAddress();
        if (own.length != 16) {
            return false;
        }
        for (int i = 0; i < prefix.bits() / 8; i++) {
            if (own[i] != ip[offset + i]) {
                return false;
            }
        }
        return true;
    }
}
