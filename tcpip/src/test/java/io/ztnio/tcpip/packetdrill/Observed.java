package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.packetdrill.script.ControlBits;
import io.ztnio.tcpip.packetdrill.script.TcpOption;
import io.ztnio.tcpip.packetdrill.script.TcpOption.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A packet that the stack has sent.
 *
 * @param nanos when
 * @param transport from the transport header on
 */
@SuppressWarnings("ArrayRecordComponent")
record Observed(
        long nanos,
        int trafficClass,
        int hops,
        int protocol,
        InetSocketAddress source,
        InetSocketAddress destination,
        byte[] transport) {
    /** Reads an IP packet without extension headers. */
    static Observed of(long nanos, byte[] packet) {
        boolean v6 = packet[0] >>> 4 == 6;
        ByteBuffer in = ByteBuffer.wrap(packet);
        int header = v6 ? 40 : (packet[0] & 15) * 4;
        int end = v6 ? 40 + (in.getShort(4) & 0xffff) : in.getShort(2) & 0xffff;
        int protocol = packet[v6 ? 6 : 9] & 0xff;
        byte[] transport = Arrays.copyOfRange(packet, header, end);
        int from = v6 ? 8 : 12;
        int size = v6 ? 16 : 4;
        boolean ported = protocol == Segments.TCP || protocol == Segments.UDP;
        return new Observed(
                nanos,
                v6 ? in.getInt(0) >>> 20 & 0xff : packet[1] & 0xff,
                packet[v6 ? 7 : 8] & 0xff,
                protocol,
                new InetSocketAddress(address(packet, from, size), ported ? in.getShort(header) & 0xffff : 0),
                new InetSocketAddress(
                        address(packet, from + size, size), ported ? in.getShort(header + 2) & 0xffff : 0),
                transport);
    }

    private static InetAddress address(byte[] packet, int offset, int size) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(packet, offset, offset + size));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean hasRightChecksum() {
        long pseudo = protocol == Segments.ICMP
                ? 0
                : PacketWriter.pseudoHeader(source.getAddress(), destination.getAddress(), protocol, transport.length);
        return InternetChecksum.fold(pseudo + InternetChecksum.sum(transport, 0, transport.length)) == 0xffff;
    }

    boolean isTcp() {
        return protocol == Segments.TCP;
    }

    int sequence() {
        return ByteBuffer.wrap(transport).getInt(4);
    }

    int acknowledgment() {
        return ByteBuffer.wrap(transport).getInt(8);
    }

    int flags() {
        return transport[13] & 0xff;
    }

    boolean has(char flag) {
        return (flags() & ControlBits.of(flag)) != 0;
    }

    int window() {
        return ByteBuffer.wrap(transport).getShort(14) & 0xffff;
    }

    int urgentPointer() {
        return ByteBuffer.wrap(transport).getShort(18) & 0xffff;
    }

    int payloadOffset() {
        return isTcp() ? (transport[12] >>> 4 & 15) * 4 : 8;
    }

    int payloadLength() {
        return transport.length - payloadOffset();
    }

    /** The options as they are on the wire. */
    List<TcpOption> options() {
        List<TcpOption> out = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(transport, 20, payloadOffset() - 20);
        while (in.hasRemaining()) {
            int kind = in.get();
            if (kind <= 1) {
                out.add(new TcpOption(kind == 0 ? Kind.END : Kind.NO_OPERATION, List.of()));
                continue;
            }
            int length = in.get() - 2;
            ByteBuffer body = in.slice(in.position(), length);
            in.position(in.position() + length);
            out.add(option(kind, body));
        }
        return out;
    }

    private static TcpOption option(int kind, ByteBuffer body) {
        return switch (kind) {
            case 2 -> new TcpOption(Kind.SEGMENT_SIZE, List.of(body.getShort() & 0xffffL));
            case 3 -> new TcpOption(Kind.WINDOW_SCALE, List.of(body.get() & 0xffL));
            case 4 -> new TcpOption(Kind.SACK_PERMITTED, List.of());
            case 5 -> new TcpOption(Kind.SACK, words(body));
            case 8 -> new TcpOption(Kind.TIMESTAMP, words(body));
            default -> new TcpOption(Kind.OTHER, List.of((long) kind));
        };
    }

    private static List<Long> words(ByteBuffer body) {
        List<Long> out = new ArrayList<>();
        while (body.remaining() >= 4) {
            out.add(body.getInt() & 0xffff_ffffL);
        }
        return out;
    }
}
