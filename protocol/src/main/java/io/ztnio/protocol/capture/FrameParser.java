package io.ztnio.protocol.capture;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Finds a UDP datagram in a captured frame. IP fragments and IPv6 extension headers are not followed. */
final class FrameParser {
    private static final int LINK_ETHERNET = 1;
    private static final int LINK_RAW_IP = 101;
    private static final int LINK_LINUX_COOKED = 113;

    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_VLAN = 0x8100;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int PROTOCOL_UDP = 17;
    private static final int UDP_HEADER_LENGTH = 8;
    /** More fragments, or not the first. */
    private static final int IPV4_FRAGMENT_MASK = 0x3fff;

    private FrameParser() {}

    /** The datagram, or {@code null}. */
    static UdpDatagram parse(int linkType, long timeNanos, byte[] bytes, int offset, int length) {
        ByteReader reader = new ByteReader(bytes, offset, length);
        int etherType;
        switch (linkType) {
            case LINK_ETHERNET -> {
                reader.skip(12);
                etherType = reader.getShort();
                if (etherType == ETHERTYPE_VLAN) {
                    reader.skip(2);
                    etherType = reader.getShort();
                }
            }
            case LINK_LINUX_COOKED -> {
                reader.skip(14);
                etherType = reader.getShort();
            }
            case LINK_RAW_IP -> etherType = length > 0 && bytes[offset] >>> 4 == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
            default -> {
                return null;
            }
        }
        return switch (etherType) {
            case ETHERTYPE_IPV4 -> parseIpv4(timeNanos, reader);
            case ETHERTYPE_IPV6 -> parseIpv6(timeNanos, reader);
            default -> null;
        };
    }

    private static UdpDatagram parseIpv4(long timeNanos, ByteReader reader) {
        int versionAndLength = reader.getByte();
        reader.skip(5);
        int fragment = reader.getShort() & IPV4_FRAGMENT_MASK;
        reader.skip(1);
        int protocol = reader.getByte();
        reader.skip(2);
        byte[] source = reader.getBytes(4);
        byte[] destination = reader.getBytes(4);
        reader.skip(4 * (versionAndLength & 0x0f) - 20);
        boolean isUdp = reader.ok() && versionAndLength >>> 4 == 4 && fragment == 0 && protocol == PROTOCOL_UDP;
        return isUdp ? parseUdp(timeNanos, reader, source, destination) : null;
    }

    private static UdpDatagram parseIpv6(long timeNanos, ByteReader reader) {
        reader.skip(6);
        int nextHeader = reader.getByte();
        reader.skip(1);
        byte[] source = reader.getBytes(16);
        byte[] destination = reader.getBytes(16);
        return reader.ok() && nextHeader == PROTOCOL_UDP ? parseUdp(timeNanos, reader, source, destination) : null;
    }

    private static UdpDatagram parseUdp(long timeNanos, ByteReader reader, byte[] source, byte[] destination) {
        int sourcePort = reader.getShort();
        int destinationPort = reader.getShort();
        int payloadLength = reader.getShort() - UDP_HEADER_LENGTH;
        reader.skip(2);
        Bytes payload = Bytes.read(reader, payloadLength);
        if (!reader.ok()) {
            return null;
        }
        InetAddress from = SocketAddressField.address(source);
        InetAddress to = SocketAddressField.address(destination);
        return new UdpDatagram(
                timeNanos,
                new InetSocketAddress(from, sourcePort),
                new InetSocketAddress(to, destinationPort),
                payload);
    }
}
