package io.ztnio.protocol.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * A range of IP addresses, as rules, routes and path restrictions name it: an InetAddress whose port is the number of bits
 * ({@code protocol.md} 5.1).
 *
 * @param bits 0 to 32 or 128; more counts as all
 */
public record IpPrefix(InetAddress network, int bits) {
    public static IpPrefix of(InetSocketAddress field) {
        return new IpPrefix(field.getAddress(), field.getPort());
    }

    /**
     * Whether {@code address} is inside, by the reference implementation's rule. IPv6 compares the masked address with the
     * network <em>unmasked</em>: an IPv6 prefix with host bits set contains nothing. IPv4 ignores host bits.
     */
    public boolean contains(InetAddress address) {
        byte[] networkBytes = network.getAddress();
        byte[] bytes = address.getAddress();
        if (bytes.length != networkBytes.length) {
            return false;
        }
        clearHostBits(bytes);
        if (bytes.length == 4) {
            clearHostBits(networkBytes);
        }
        return Arrays.equals(bytes, networkBytes);
    }

    private void clearHostBits(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.max(0, Math.min(8, bits - 8 * i));
            bytes[i] &= (byte) (0xff00 >> kept);
        }
    }

    @Override
    public String toString() {
        return SocketAddressField.format(network) + "/" + bits;
    }
}
