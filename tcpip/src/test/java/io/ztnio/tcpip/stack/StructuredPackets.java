package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Frames as a member would write them who knows the protocols: right lengths and checksums, numbers that fit what the stack
 * has just sent, and one or the other field that is not as it should be. A function of its seed and of what it is shown.
 */
final class StructuredPackets {
    private static final int ROOM = 1400;
    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int PSH = 8;
    private static final int ACK = 16;

    /** What a segment may say, in its options. */
    private static final List<int[]> OPTIONS = List.of(
            new int[] {},
            new int[] {2, 4, 0, 48, 4, 2, 1, 3, 3, 14},
            new int[] {2, 4, 255, 255},
            new int[] {8, 10, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0},
            new int[] {5, 10, 0, 0, 0, 1, 0, 0, 0, 9},
            new int[] {5, 34},
            new int[] {1, 1, 1, 1, 0},
            new int[] {254, 0},
            new int[] {254, 40, 1, 2});

    private final Random random;
    private final List<String> ipv4;
    private final List<String> ipv6;
    private final int[] ports;

    /** The last packets of the stack, to answer and to quote. */
    private final byte[][] seen = new byte[16][];

    private int shown;

    /**
     * Packets between addresses of each version.
     *
     * @param ports that somebody may be at
     */
    StructuredPackets(long seed, List<String> ipv4, List<String> ipv6, int... ports) {
        this.random = new Random(seed);
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.ports = ports;
    }

    /** Something that the stack has sent. */
    void show(TestLink.Frame frame) {
        if (frame.etherType() != EtherType.ARP) {
            seen[shown++ % seen.length] = frame.payload();
        }
    }

    /** The packets of one whole: one, or its fragments. */
    List<byte[]> next() {
        byte[] packet = packet();
        if (random.nextInt(8) > 0) {
            return List.of(packet);
        }
        int payload = packet.length - WirePackets.headerLength(packet);
        int cut = payload < 16 ? 8 : 8 * (1 + random.nextInt(payload / 8 - 1));
        if (payload <= cut) {
            return List.of(WirePackets.fragment(
                    packet, Arrays.copyOfRange(packet, packet.length - payload, packet.length), 0, false, id()));
        }
        List<byte[]> both = WirePackets.fragments(packet, cut, id());
        return switch (random.nextInt(4)) {
            case 0 -> List.of(both.get(1), both.get(0));
            case 1 -> List.of(both.get(0));
            case 2 -> List.of(both.get(0), both.get(0), both.get(1));
            default -> both;
        };
    }

    private int id() {
        return random.nextInt(64);
    }

    private byte[] packet() {
        boolean v4 = random.nextBoolean();
        String source = pick(v4 ? ipv4 : ipv6);
        String destination = pick(v4 ? ipv4 : ipv6);
        return switch (random.nextInt(8)) {
            case 0 -> WirePackets.udp(source, port(), destination, port(), random.nextInt(ROOM));
            case 1, 2, 3 -> tcp(source, destination, v4);
            case 4 -> icmpError(source, destination, v4);
            case 5 -> icmp(source, destination, v4);
            case 6 ->
                v4
                        ? WirePackets.echoRequest(source, destination, random.nextInt(ROOM))
                        : neighbour(source, destination);
            default -> WirePackets.ip(source, destination, random.nextInt(256), bytes(random.nextInt(64)));
        };
    }

    private byte[] tcp(String source, String destination, boolean v4) {
        int[] options = OPTIONS.get(random.nextInt(OPTIONS.size()));
        int header = 20 + (options.length + 3) / 4 * 4;
        byte[] segment = new byte[header + (random.nextBoolean() ? 0 : random.nextInt(ROOM))];
        byte[] answered = random.nextInt(8) > 0 ? seenTcp(v4) : null;
        int sequence = random.nextInt();
        int acknowledgment = random.nextInt();
        int sourcePort = port();
        int destinationPort = port();
        String from = source;
        String to = destination;
        if (answered != null) {
            int at = WirePackets.headerLength(answered);
            from = address(answered, at == Ipv4Header.LENGTH ? Ipv4Header.DESTINATION : Ipv6Header.DESTINATION);
            to = address(answered, at == Ipv4Header.LENGTH ? Ipv4Header.SOURCE : Ipv6Header.SOURCE);
            sourcePort = BigEndian.u16(answered, at + 2);
            destinationPort = BigEndian.u16(answered, at);
            sequence = BigEndian.i32(answered, at + 8) + near();
            acknowledgment = BigEndian.i32(answered, at + 4) + sequenceLength(answered, at) + near();
        }
        BigEndian.u16(segment, 0, sourcePort);
        BigEndian.u16(segment, 2, destinationPort);
        BigEndian.i32(segment, 4, sequence);
        BigEndian.i32(segment, 8, acknowledgment);
        segment[12] = (byte) ((header / 4) << 4);
        segment[13] = (byte) flags(answered != null);
        BigEndian.u16(segment, 14, random.nextBoolean() ? 0xffff : random.nextInt(4));
        for (int i = 0; i < options.length; i++) {
            segment[20 + i] = (byte) options[i];
        }
        byte[] packet = WirePackets.ip(from, to, IpProtocol.TCP, segment);
        int at = WirePackets.headerLength(packet);
        BigEndian.u16(packet, at + 16, checksum(packet, at, IpProtocol.TCP));
        return packet;
    }

    private static int sequenceLength(byte[] packet, int at) {
        int payload = packet.length - at - ((packet[at + 12] >>> 4) & 0xf) * 4;
        return payload + ((packet[at + 13] & (SYN | FIN)) == 0 ? 0 : 1);
    }

    private static String address(byte[] packet, int at) {
        int length = WirePackets.headerLength(packet) == Ipv4Header.LENGTH ? 4 : 16;
        return IpAddresses.of(Arrays.copyOfRange(packet, at, at + length)).getHostAddress();
    }

    /** Of what follows the header of IP, with the addresses in front of it (RFC 9293 3.1). */
    private static int checksum(byte[] packet, int at, int protocol) {
        int addresses = at == Ipv4Header.LENGTH ? Ipv4Header.SOURCE : Ipv6Header.SOURCE;
        long sum = (long) protocol
                + packet.length
                - at
                + InternetChecksum.sum(packet, addresses, at == Ipv4Header.LENGTH ? 8 : 32)
                + InternetChecksum.sum(packet, at, packet.length - at);
        return ~InternetChecksum.fold(sum) & 0xffff;
    }

    private int flags(boolean answering) {
        int any = random.nextInt(16);
        if (any == 0) {
            return random.nextInt(256);
        }
        if (!answering) {
            return SYN;
        }
        return any < 9 ? ACK : any < 11 ? ACK | PSH : any < 13 ? ACK | SYN : any < 15 ? ACK | FIN : RST;
    }

    /** Mostly right; else as wrong as may matter. */
    private int near() {
        if (random.nextBoolean()) {
            return 0;
        }
        return switch (random.nextInt(5)) {
            case 0 -> 1;
            case 1 -> random.nextInt(3000);
            case 2 -> -random.nextInt(3000);
            case 3 -> 1 << random.nextInt(32);
            default -> 0;
        };
    }

    private byte[] icmpError(String source, String destination, boolean v4) {
        byte[] quoted = seen[random.nextInt(seen.length)];
        byte[] body = quoted == null ? bytes(40) : Arrays.copyOf(quoted, Math.min(quoted.length, v4 ? 28 : 1200));
        if (random.nextInt(3) == 0 && body.length > 0) {
            body[random.nextInt(body.length)] = (byte) random.nextInt(256);
        }
        int type = v4
                ? (random.nextBoolean() ? IcmpHeader.V4_UNREACHABLE : 11 + random.nextInt(2))
                : 1 + random.nextInt(4);
        return WirePackets.icmp(
                source, destination, type, random.nextInt(8), random.nextInt(1 << (1 + random.nextInt(16))), body);
    }

    private byte[] icmp(String source, String destination, boolean v4) {
        int type = v4 ? random.nextInt(20) : 128 + random.nextInt(30);
        return WirePackets.icmp(
                source, destination, type, random.nextInt(3), random.nextInt(), bytes(random.nextInt(80)));
    }

    private byte[] neighbour(String source, String destination) {
        long mac = random.nextInt(3) == 0 ? -1 : random.nextLong() & 0xffff_ffff_ffffL;
        return random.nextBoolean()
                ? WirePackets.solicitation(source, destination, pick(ipv6), mac)
                : WirePackets.advertisement(source, destination, pick(ipv6), random.nextInt(8) << 29, mac);
    }

    private byte[] seenTcp(boolean v4) {
        byte[] one = seen[random.nextInt(seen.length)];
        if (one == null || (Ipv4Header.version(one, 0) == 4) != v4) {
            return null;
        }
        int protocol = v4 ? Ipv4Header.protocol(one, 0) : Ipv6Header.nextHeader(one, 0);
        return protocol == IpProtocol.TCP ? one : null;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private int port() {
        return ports[random.nextInt(ports.length)];
    }

    private String pick(List<String> some) {
        return some.get(random.nextInt(some.size()));
    }
}
