package io.ztnio.protocol.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The encoding of IP addresses with ports, "InetAddress" in {@code protocol.md} 5.1; the port is also the length of a prefix.
 * The null address is {@code null}. Thread-safe.
 */
public final class SocketAddressField {
    /** The longest encoding: IPv6. */
    public static final int MAX_LENGTH = 19;

    private static final int TYPE_NULL = 0;
    private static final int TYPE_ETHERNET = 1;
    private static final int TYPE_BLUETOOTH = 2;
    private static final int TYPE_OTHER = 3;
    private static final int TYPE_IPV4 = 4;
    private static final int TYPE_IPV6 = 6;

    private static final Pattern IPV4_TEXT = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6_TEXT = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private SocketAddressField() {}

    /**
     * Reads an address.
     *
     * @return {@code null} for the null address, for types that are only skipped, and if the reader fails, which it does for
     *     types that are not defined
     */
    public static InetSocketAddress read(ByteReader reader) {
        switch (reader.getByte()) {
            case TYPE_NULL -> {}
            case TYPE_ETHERNET, TYPE_BLUETOOTH -> reader.skip(6);
            case TYPE_OTHER -> reader.skip(reader.getShort());
            case TYPE_IPV4 -> {
                return readAddress(reader, 4);
            }
            case TYPE_IPV6 -> {
                return readAddress(reader, 16);
            }
            default -> reader.fail();
        }
        return null;
    }

    /** Passes over an address, which the reader fails at if {@link #read} would. */
    public static void skip(ByteReader reader) {
        switch (reader.getByte()) {
            case TYPE_NULL -> {}
            case TYPE_ETHERNET, TYPE_BLUETOOTH, TYPE_IPV4 -> reader.skip(6);
            case TYPE_OTHER -> reader.skip(reader.getShort());
            case TYPE_IPV6 -> reader.skip(18);
            default -> reader.fail();
        }
    }

    /** Reads an IP address of 4 or 16 bytes and a port, without a type; {@code null} if the reader fails. */
    public static InetSocketAddress readAddress(ByteReader reader, int addressLength) {
        byte[] address = reader.getBytes(addressLength);
        int port = reader.getShort();
        return reader.ok() ? new InetSocketAddress(address(address), port) : null;
    }

    /**
     * Writes an address.
     *
     * @param address {@code null} for the null address; must be resolved
     */
    public static void write(ByteWriter writer, InetSocketAddress address) {
        if (address == null) {
            writer.putByte(TYPE_NULL);
            return;
        }
        byte[] ip = address.getAddress().getAddress();
        writer.putByte(ip.length == 4 ? TYPE_IPV4 : TYPE_IPV6).putBytes(ip).putShort(address.getPort());
    }

    /** Length of the encoding: 1, 7 or 19. */
    public static int length(InetSocketAddress address) {
        return address == null ? 1 : address.getAddress().getAddress().length + 3;
    }

    /**
     * An IP address of 4 or 16 bytes. Unlike {@link InetAddress#getByAddress(byte[])} it leaves an IPv4-mapped IPv6 address
     * what it is on the wire.
     */
    public static InetAddress address(byte[] address) {
        try {
            return address.length == 16
                    ? Inet6Address.getByAddress(null, address, -1)
                    : InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + address.length, e);
        }
    }

    /** Whether 16 bytes are an IPv4 address in the form {@code ::ffff:a.b.c.d}. */
    public static boolean isMappedIpv4(byte[] ipv6) {
        return BigEndian.getLong(ipv6, 0) == 0 && BigEndian.getLong(ipv6, 8) >>> 32 == 0xffff;
    }

    /** Text {@code ip/port}; empty for the null address. */
    public static String format(InetSocketAddress address) {
        return address == null ? "" : format(address.getAddress()) + "/" + address.getPort();
    }

    /** The shortest text of an IP address (RFC 5952 for IPv6), without a zone. */
    public static String format(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address || bytes.length == 4 ? address.getHostAddress() : formatIpv6(bytes);
    }

    /** Reads {@code ip/port} or {@code ip}; never asks a name service. Empty if malformed. */
    public static Optional<InetSocketAddress> parse(String text) {
        int slash = text.indexOf('/');
        String ip = slash < 0 ? text : text.substring(0, slash);
        String port = slash < 0 ? "0" : text.substring(slash + 1);
        if (!port.matches("\\d{1,5}")) {
            return Optional.empty();
        }
        int number = Integer.parseInt(port);
        return number > 0xffff
                ? Optional.empty()
                : parseAddress(ip).map(address -> new InetSocketAddress(address, number));
    }

    /** Reads the text of an IP address; never asks a name service. Empty if malformed. */
    public static Optional<InetAddress> parseAddress(String text) {
        boolean ipv6 = IPV6_TEXT.matcher(text).matches();
        if (!ipv6 && !IPV4_TEXT.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            // Brackets make sure that nothing but an IPv6 literal is accepted.
            return Optional.of(InetAddress.getByName(ipv6 ? "[" + text + "]" : text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static String formatIpv6(byte[] bytes) {
        int zeroStart = -1;
        int zeroLength = 1;
        for (int start = 0; start < 8; start++) {
            int length = 0;
            while (start + length < 8 && BigEndian.getShort(bytes, 2 * (start + length)) == 0) {
                length++;
            }
            if (length > zeroLength) {
                zeroStart = start;
                zeroLength = length;
            }
        }
        StringBuilder text = new StringBuilder(40);
        for (int group = 0; group < 8; group++) {
            if (group == zeroStart) {
                text.append("::");
                group += zeroLength - 1;
            } else {
                if (group > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(BigEndian.getShort(bytes, 2 * group)));
            }
        }
        return text.toString();
    }
}
