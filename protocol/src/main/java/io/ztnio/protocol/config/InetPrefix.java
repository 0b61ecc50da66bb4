package io.ztnio.protocol.config;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * An IP address with the length of its prefix: an InetAddress of {@code protocol.md} 5.1 whose port field counts bits.
 * Immutable.
 */
public record InetPrefix(InetAddress address, int bits) {
    /** Longest encoding. */
    public static final int MAX_LENGTH = SocketAddressField.MAX_LENGTH;

    public InetPrefix {
        if (bits < 0 || bits > 0xffff) {
            throw new IllegalArgumentException(bits + " prefix bits");
        }
    }

    /** The address alone: a prefix of all its bits. */
    public static InetPrefix of(InetAddress address) {
        return new InetPrefix(address, address.getAddress().length * 8);
    }

    /** Reads one; empty if it is null, or if the reader has failed. The number of bits may be an impossible one. */
    public static Optional<InetPrefix> read(ByteReader reader) {
        return Optional.ofNullable(SocketAddressField.read(reader))
                .map(field -> new InetPrefix(field.getAddress(), field.getPort()));
    }

    public void write(ByteWriter writer) {
        SocketAddressField.write(writer, new InetSocketAddress(address, bits));
    }

    /** Writes the null address. */
    public static void writeNull(ByteWriter writer) {
        SocketAddressField.write(writer, null);
    }

    /** Whether the address has so many bits. */
    public boolean isPossible() {
        return bits <= address.getAddress().length * 8;
    }

    public boolean isIpv6() {
        return address instanceof Inet6Address;
    }

    /** Whether {@code ip}, 4 or 16 bytes, is inside; host bits of this prefix's own address do not matter. */
    public boolean contains(byte[] ip) {
        byte[] own = address.getAddress();
        if (own.length != ip.length) {
            return false;
        }
        int left = Math.min(bits, own.length * 8);
        for (int i = 0; left > 0; i++, left -= 8) {
            int mask = left >= 8 ? 0xff : (0xff00 >> left) & 0xff;
            if (((own[i] ^ ip[i]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** This prefix with its host bits cleared. */
    public InetPrefix network() {
        byte[] ip = address.getAddress();
        for (int i = 0; i < ip.length; i++) {
            int keep = Math.max(0, Math.min(8, bits - i * 8));
            ip[i] &= (byte) (0xff00 >> keep);
        }
        return new InetPrefix(SocketAddressField.address(ip), bits);
    }

    /**
     * Reads {@code address} or {@code address/bits}; names are not looked up. Without bits the prefix is the address.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static InetPrefix parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = SocketAddressField.parseAddress(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not an IP address or prefix"));
        int width = address.getAddress().length * 8;
        String bitsText = slash < 0 ? "" + width : text.substring(slash + 1);
        if (!bitsText.matches("\\d{1,3}") || Integer.parseInt(bitsText) > width) {
            throw new IllegalArgumentException("'" + text + "' has an impossible prefix length");
        }
        return new InetPrefix(address, Integer.parseInt(bitsText));
    }

    @Override
    public String toString() {
        return SocketAddressField.format(address) + "/" + bits;
    }
}
