package io.ztnio.protocol.network;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * An IP address with the length of its prefix: an InetAddress of {@code protocol.md} 5.1 whose port field counts bits.
 * Immutable.
 */
public record InetPrefix(InetAddress address, int bits) {
    /** Longest encoding. */
    public static final int MAX_LENGTH = 19;

    public InetPrefix {
        if (bits < 0 || bits > 0xffff) {
            throw new IllegalArgumentException(bits + " prefix bits");
        }
    }

    /** Reads one; empty if it is null, or if the reader has failed. */
    public static Optional<InetPrefix> read(ByteReader reader) {
        int type = reader.getByte();
        switch (type) {
            case 4, 6 -> {
                byte[] ip = reader.getBytes(type == 4 ? 4 : 16);
                int bits = reader.getShort();
                return reader.ok() ? Optional.of(new InetPrefix(address(ip), bits)) : Optional.empty();
            }
            case 1, 2 -> reader.skip(6);
            case 3 -> reader.skip(reader.getShort());
            case 0 -> {}
            default -> reader.fail();
        }
        return Optional.empty();
    }

    public void write(ByteWriter writer) {
        byte[] ip = address.getAddress();
        writer.putByte(ip.length == 4 ? 4 : 6).putBytes(ip).putShort(bits);
    }

    /** Writes the null address. */
    public static void writeNull(ByteWriter writer) {
        writer.putByte(0);
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
        return new InetPrefix(address(ip), bits);
    }

    /** An address of 4 or 16 bytes. IPv4-mapped IPv6 addresses stay IPv6. */
    static InetAddress address(byte[] ip) {
        try {
            return ip.length == 16 ? Inet6Address.getByAddress(null, ip, -1) : InetAddress.getByAddress(ip);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(ip.length + " bytes are no IP address", e);
        }
    }

    /**
     * Reads {@code address} or {@code address/bits}; names are not looked up. Without bits the prefix is the address.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static InetPrefix parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        // Only what cannot be a host name goes to getByName.
        if (!literal.matches("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address or prefix");
        }
        try {
            InetAddress address = InetAddress.getByName(literal);
            int width = address instanceof Inet6Address ? 128 : 32;
            int bits = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > width) {
                throw new IllegalArgumentException("'" + text + "' has an impossible prefix length");
            }
            return new InetPrefix(address, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address or prefix", e);
        }
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }
}
