package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.packetdrill.script.ControlBits;
import io.ztnio.tcpip.packetdrill.script.PacketSpec;
import io.ztnio.tcpip.packetdrill.script.TcpOption;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/** Makes IP packets of what a script says that the peer sends. */
final class PacketWriter {
    private static final int DEFAULT_HOPS = 255;

    private PacketWriter() {}

    /** A segment of the peer. */
    static byte[] tcp(PacketSpec.Tcp spec, Conversation flow) {
        byte[] options = options(spec.options().orElse(List.of()), flow);
        ByteBuffer out = ByteBuffer.allocate(20 + options.length + spec.length());
        long named = spec.sequence().orElse(0);
        int sequence = spec.has('S') ? (int) named : flow.peerToWire(named);
        out.putShort((short) flow.remote.getPort()).putShort((short) flow.local.getPort());
        out.putInt(sequence);
        out.putInt(
                spec.has('.')
                        ? flow.toWire(spec.acknowledgment().orElse(0))
                        : (int) spec.acknowledgment().orElse(0));
        out.put((byte) (((20 + options.length) / 4) << 4)).put((byte) ControlBits.of(spec.flags()));
        out.putShort((short) spec.window().orElse(0)).putShort((short) 0).putShort((short) spec.urgentPointer());
        out.put(options);
        long position = flow.peerPosition(sequence + (spec.has('S') ? 1 : 0));
        for (int i = 0; i < spec.length(); i++) {
            out.put(Segments.payload(position + i));
        }
        return ip(spec.ip(), Segments.TCP, flow, out.array(), 16);
    }

    /** A datagram of the peer. */
    static byte[] udp(PacketSpec.Udp spec, Conversation flow) {
        ByteBuffer out = ByteBuffer.allocate(8 + spec.length());
        out.putShort((short) flow.remote.getPort()).putShort((short) flow.local.getPort());
        out.putShort((short) out.capacity()).putShort((short) 0);
        for (int i = 0; i < spec.length(); i++) {
            out.put(Segments.payload(i));
        }
        return ip(spec.ip(), Segments.UDP, flow, out.array(), 6);
    }

    /** An error about a packet of the stack. */
    static byte[] icmp(PacketSpec.Icmp spec, Conversation flow) {
        byte[] transport;
        int protocol;
        if (spec.udp()) {
            protocol = Segments.UDP;
            ByteBuffer udp = ByteBuffer.allocate(8 + spec.quotedLength());
            udp.putShort((short) flow.local.getPort()).putShort((short) flow.remote.getPort());
            udp.putShort((short) udp.capacity());
            transport = udp.array();
        } else {
            protocol = Segments.TCP;
            ByteBuffer tcp = ByteBuffer.allocate(20 + spec.quotedLength());
            tcp.putShort((short) flow.local.getPort()).putShort((short) flow.remote.getPort());
            tcp.putInt(flow.toWire(spec.sequence().orElse(0)));
            tcp.putInt(0).put((byte) 0x50);
            transport = tcp.array();
        }
        byte[] quoted =
                header(PacketSpec.Ip.ANY, protocol, flow.local.getAddress(), flow.remote.getAddress(), transport);
        int most = (flow.isV6() ? 1280 - 48 : 576 - 28);
        int length = Math.min(quoted.length, most);
        IcmpNames.Code code = IcmpNames.of(spec, flow.isV6());
        ByteBuffer out = ByteBuffer.allocate(8 + length);
        out.put((byte) code.type()).put((byte) code.code()).putShort((short) 0);
        out.putInt(spec.mtuBytes().orElse(0)).put(quoted, 0, length);
        return ip(spec.ip(), flow.isV6() ? Segments.ICMPV6 : Segments.ICMP, flow, out.array(), 2);
    }

    private static byte[] ip(PacketSpec.Ip spec, int protocol, Conversation flow, byte[] transport, int checksumAt) {
        InetAddress source = flow.remote.getAddress();
        InetAddress destination = flow.local.getAddress();
        long pseudo = protocol == Segments.ICMP ? 0 : pseudoHeader(source, destination, protocol, transport.length);
        int sum = ~InternetChecksum.fold(pseudo + InternetChecksum.sum(transport, 0, transport.length));
        transport[checksumAt] = (byte) (sum >>> 8);
        transport[checksumAt + 1] = (byte) sum;
        return header(spec, protocol, source, destination, transport);
    }

    static long pseudoHeader(InetAddress source, InetAddress destination, int protocol, int length) {
        byte[] from = source.getAddress();
        byte[] to = destination.getAddress();
        return (long) protocol
                + length
                + InternetChecksum.sum(from, 0, from.length)
                + InternetChecksum.sum(to, 0, to.length);
    }

    private static byte[] header(
            PacketSpec.Ip spec, int protocol, InetAddress source, InetAddress destination, byte[] transport) {
        int trafficClass = spec.trafficClass().orElse(0);
        int hops = spec.hops().orElse(DEFAULT_HOPS);
        byte[] from = source.getAddress();
        if (from.length == 16) {
            ByteBuffer out = ByteBuffer.allocate(40 + transport.length);
            out.putInt(6 << 28 | trafficClass << 20);
            out.putShort((short) transport.length).put((byte) protocol).put((byte) hops);
            return out.put(from).put(destination.getAddress()).put(transport).array();
        }
        ByteBuffer out = ByteBuffer.allocate(20 + transport.length);
        out.put((byte) 0x45).put((byte) trafficClass).putShort((short) out.capacity());
        out.putShort((short) 0).putShort((short) 0x4000);
        out.put((byte) hops).put((byte) protocol).putShort((short) 0);
        out.put(from).put(destination.getAddress()).put(transport);
        out.putShort(10, (short) ~InternetChecksum.sum(out.array(), 0, 20));
        return out.array();
    }

    private static byte[] options(List<TcpOption> options, Conversation flow) {
        ByteBuffer out = ByteBuffer.allocate(64);
        for (TcpOption option : options) {
            List<Long> numbers = option.numbers();
            switch (option.kind()) {
                case END -> out.put((byte) 0);
                case NO_OPERATION -> out.put((byte) 1);
                case SEGMENT_SIZE ->
                    out.put((byte) 2).put((byte) 4).putShort(numbers.get(0).shortValue());
                case WINDOW_SCALE ->
                    out.put((byte) 3).put((byte) 3).put(numbers.get(0).byteValue());
                case SACK_PERMITTED -> out.put((byte) 4).put((byte) 2);
                case SACK -> {
                    out.put((byte) 5).put((byte) (2 + 4 * numbers.size()));
                    numbers.forEach(number -> out.putInt(flow.toWire(number)));
                }
                case TIMESTAMP -> {
                    out.put((byte) 8).put((byte) 10).putInt(numbers.get(0).intValue());
                    int echo = numbers.get(1).intValue();
                    out.putInt(echo == 0 ? 0 : flow.timestampToWire(echo));
                }
                case OTHER -> throw new IllegalStateException("scripts cannot write " + option);
            }
        }
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
