package io.ztnio.protocol.transport;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A {@code msghdr} of 64-bit Linux (56 bytes: address, its length, ranges, their number, control, its length, flags) and in the same
 * buffer all that it points to, but for the data: one range (address, length), one control message (16 bytes: length, level, type; then
 * its data, padded to 8), one {@code sockaddr_in} (16 bytes: family, port, address, 8 unused) or {@code sockaddr_in6} (28 bytes: family,
 * port, flow, address, scope). Thread: one at a time.
 */
final class IncubatorMessage {
    static final int AF_INET = 2;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;

    private static final int ADDRESS_LENGTH = 8;
    private static final int RANGES = 16;
    private static final int RANGE_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;

    private static final int RANGE_AT = 64;
    private static final int CONTROL_AT = 80;
    private static final int CONTROL_HEADER = 16;
    private static final int ADDRESS_AT = 112;
    private static final int LENGTH = 144;

    private static final int PORT = 2;
    private static final int IPV4 = 4;
    private static final int IPV6 = 8;
    private static final int SCOPE = 24;
    private static final int IPV4_LENGTH = 16;
    private static final int IPV6_LENGTH = 28;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(LENGTH).order(ByteOrder.nativeOrder());
    private final long at = IncubatorCalls.address(memory);
    private final ByteBuffer data;

    private InetSocketAddress addressed;
    private int addressedFamily;
    private int addressLength;

    /**
     * A message without an address.
     *
     * @param data direct: what can be sent
     */
    IncubatorMessage(ByteBuffer data) {
        this.data = data;
        memory.putLong(0, at + ADDRESS_AT);
        memory.putLong(RANGES, at + RANGE_AT);
        memory.putLong(RANGE_COUNT, 1);
        memory.putLong(RANGE_AT, IncubatorCalls.address(data.duplicate().clear()));
        memory.putLong(CONTROL, at + CONTROL_AT);
        memory.putLong(CONTROL_LENGTH, CONTROL_HEADER + Long.BYTES);
        memory.putLong(CONTROL_AT, CONTROL_HEADER + Short.BYTES);
        memory.putInt(CONTROL_AT + 8, SOL_UDP);
        memory.putInt(CONTROL_AT + 12, UDP_SEGMENT);
    }

    /**
     * Sends the first bytes of the data in datagrams of {@code segment} bytes, the last of which may be shorter.
     *
     * @param family of the socket
     * @return whether the system has taken all; if not, it has taken none
     */
    boolean send(int fd, int family, InetSocketAddress to, int length, int segment) {
        if (!to.equals(addressed) || family != addressedFamily) {
            addressLength = writeAddress(memory, ADDRESS_AT, family, to);
            addressed = to;
            addressedFamily = family;
        }
        if (addressLength == 0) {
            return false;
        }
        memory.putInt(ADDRESS_LENGTH, addressLength);
        memory.putLong(RANGE_AT + 8, length);
        memory.putShort(CONTROL_AT + CONTROL_HEADER, (short) segment);
        return IncubatorCalls.sendMessage(fd, at, this) >= 0;
    }

    /**
     * Writes an address for a socket of a family: to one for IPv6, IPv4 addresses are {@code ::ffff:a.b.c.d}.
     *
     * @return its length, or 0 if a socket of that family cannot reach it
     */
    static int writeAddress(ByteBuffer memory, int start, int family, InetSocketAddress address) {
        byte[] ip = address.getAddress().getAddress();
        memory.put(start, new byte[IPV6_LENGTH]);
        memory.putShort(start, (short) family);
        memory.put(start + PORT, (byte) (address.getPort() >>> 8));
        memory.put(start + PORT + 1, (byte) address.getPort());
        if (family == AF_INET) {
            if (ip.length != 4) {
                return 0;
            }
            memory.put(start + IPV4, ip);
            return IPV4_LENGTH;
        }
        if (ip.length != 4) {
            memory.put(start + IPV6, ip);
            memory.putInt(start + SCOPE, ((Inet6Address) address.getAddress()).getScopeId());
        } else if (!address.getAddress().isAnyLocalAddress()) {
            memory.putShort(start + IPV6 + 10, (short) 0xffff);
            memory.put(start + IPV6 + 12, ip);
        }
        return IPV6_LENGTH;
    }
}
