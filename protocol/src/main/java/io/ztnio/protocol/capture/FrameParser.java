package io.ztnio.protocol.capture;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Finds the UDP datagrams in captured frames, one after the other. IP fragments and IPv6 extension headers are not
 * followed. Confined to its creator.
 */
final class FrameParser {
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int ETHERTYPE_PPPOE = 0x8864;
    private static final int PPP_IPV4 = 0x0021;
    private static final int PPP_IPV6 = 0x0057;
    private static final int PPP_ADDRESS_AND_CONTROL = 0xff03;
    private static final int NOT_IP = -1;

    private static final int PROTOCOL_UDP = 17;
    private static final int UDP_HEADER_LENGTH = 8;
    /** More fragments, or not the first. */
    private static final int IPV4_FRAGMENT_MASK = 0x3fff;

    private final List<UdpDatagram> datagrams = new ArrayList<>();
    private final TreeMap<Integer, Integer> skipped = new TreeMap<>();
    private int packets;
    private int cutShort;

    /** What was found so far. */
    Capture capture(boolean damaged) {
        return new Capture(datagrams, packets, skipped, cutShort, damaged);
    }

    /**
     * A frame.
     *
     * @param whole whether it was captured up to its end
     */
    void add(int linkType, long timeNanos, byte[] bytes, int offset, int length, boolean whole) {
        packets++;
        if (!LinkTypes.isKnown(linkType)) {
            skipped.merge(linkType, 1, Integer::sum);
            return;
        }
        ByteReader reader = new ByteReader(bytes, offset, length);
        int etherType = networkLayer(linkType, reader);
        if (etherType == ETHERTYPE_IPV4) {
            addIpv4(timeNanos, reader, whole);
        } else if (etherType == ETHERTYPE_IPV6) {
            addIpv6(timeNanos, reader, whole);
        }
    }

    /** The EtherType of what the reader stands at afterwards; {@link #NOT_IP} for what is neither. */
    private static int networkLayer(int linkType, ByteReader reader) {
        return switch (linkType) {
            case LinkTypes.ETHERNET -> tagged(reader, 12);
            case LinkTypes.LINUX_COOKED -> tagged(reader, 14);
            case LinkTypes.LINUX_COOKED_2 -> {
                int protocol = reader.getShort();
                reader.skip(18);
                yield behindTags(protocol, reader);
            }
            case LinkTypes.NULL, LinkTypes.LOOP -> addressFamily(reader.getInt());
            case LinkTypes.PPP -> ppp(reader.getShort(), reader);
            case LinkTypes.IPV4 -> ETHERTYPE_IPV4;
            case LinkTypes.IPV6 -> ETHERTYPE_IPV6;
            default -> raw(reader);
        };
    }

    /** By the version in the first byte; no address family begins with one. */
    private static int raw(ByteReader reader) {
        if (reader.remaining() == 0) {
            return NOT_IP;
        }
        return switch (reader.array()[reader.position()] >>> 4 & 0x0f) {
            case 4 -> ETHERTYPE_IPV4;
            case 6 -> ETHERTYPE_IPV6;
            default -> addressFamily(reader.getInt());
        };
    }

    private static int tagged(ByteReader reader, int linkLayerLength) {
        reader.skip(linkLayerLength);
        return behindTags(reader.getShort(), reader);
    }

    /** Steps over any number of 802.1Q and 802.1ad tags, and the older values that stood for the latter. */
    private static int behindTags(int etherType, ByteReader reader) {
        int type = etherType;
        while (reader.ok() && isTag(type)) {
            reader.skip(2);
            type = reader.getShort();
        }
        if (type == ETHERTYPE_PPPOE) {
            reader.skip(6);
            return ppp(reader.getShort(), reader);
        }
        return reader.ok() ? type : NOT_IP;
    }

    private static boolean isTag(int etherType) {
        return switch (etherType) {
            case 0x8100, 0x88a8, 0x9100, 0x9200, 0x9300 -> true;
            default -> false;
        };
    }

    private static int ppp(int firstTwoBytes, ByteReader reader) {
        int protocol = firstTwoBytes == PPP_ADDRESS_AND_CONTROL ? reader.getShort() : firstTwoBytes;
        return switch (protocol) {
            case PPP_IPV4 -> ETHERTYPE_IPV4;
            case PPP_IPV6 -> ETHERTYPE_IPV6;
            default -> NOT_IP;
        };
    }

    /** The host that captured wrote its own number, in its own byte order (link type 0) or the network's (108). */
    private static int addressFamily(int field) {
        int family = (field & 0xffff) == 0 ? Integer.reverseBytes(field) : field;
        return switch (family) {
            case 2 -> ETHERTYPE_IPV4;
            // Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS.
            case 10, 23, 24, 28, 30 -> ETHERTYPE_IPV6;
            default -> NOT_IP;
        };
    }

    private void addIpv4(long timeNanos, ByteReader reader, boolean whole) {
        int versionAndLength = reader.getByte();
        reader.skip(5);
        int fragment = reader.getShort() & IPV4_FRAGMENT_MASK;
        reader.skip(1);
        int protocol = reader.getByte();
        reader.skip(2);
        byte[] source = reader.getBytes(4);
        byte[] destination = reader.getBytes(4);
        reader.skip(4 * (versionAndLength & 0x0f) - 20);
        if (reader.ok() && versionAndLength >>> 4 == 4 && fragment == 0 && protocol == PROTOCOL_UDP) {
            addUdp(timeNanos, reader, source, destination, whole);
        }
    }

    private void addIpv6(long timeNanos, ByteReader reader, boolean whole) {
        reader.skip(6);
        int nextHeader = reader.getByte();
        reader.skip(1);
        byte[] source = reader.getBytes(16);
        byte[] destination = reader.getBytes(16);
        if (reader.ok() && nextHeader == PROTOCOL_UDP) {
            addUdp(timeNanos, reader, source, destination, whole);
        }
    }

    private void addUdp(long timeNanos, ByteReader reader, byte[] source, byte[] destination, boolean whole) {
        int sourcePort = reader.getShort();
        int destinationPort = reader.getShort();
        int payloadLength = reader.getShort() - UDP_HEADER_LENGTH;
        reader.skip(2);
        Bytes payload = Bytes.read(reader, payloadLength);
        if (!reader.ok()) {
            cutShort += whole ? 0 : 1;
            return;
        }
        InetAddress from = SocketAddressField.address(source);
        InetAddress to = SocketAddressField.address(destination);
        datagrams.add(new UdpDatagram(
                timeNanos,
                new InetSocketAddress(from, sourcePort),
                new InetSocketAddress(to, destinationPort),
                payload));
    }
}
