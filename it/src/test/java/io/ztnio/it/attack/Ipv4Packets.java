package io.ztnio.it.attack;

import java.net.Inet4Address;
import java.nio.ByteBuffer;

/** IPv4 packets as an attacker writes them: with right checksums, and whatever else in them. */
final class Ipv4Packets {
    static final int SYN = 2;
    static final int ACK = 16;
    private static final int IP_BYTES = 20;
    private static final int TCP_BYTES = 20;
    private static final int ICMP_BYTES = 8;
    private static final int TCP = 6;
    private static final int ICMP = 1;
    private static final int TIME_TO_LIVE = 64;

    private Ipv4Packets() {}

    /** @param options a multiple of 4 bytes */
    static byte[] tcp(
            Inet4Address source,
            int sourcePort,
            Inet4Address destination,
            int port,
            int flags,
            int sequence,
            int acknowledgment,
            int window,
            byte[] options,
            int payloadBytes) {
        int header = TCP_BYTES + options.length;
        ByteBuffer packet = ip(source, destination, TCP, header + payloadBytes);
        packet.putShort((short) sourcePort)
                .putShort((short) port)
                .putInt(sequence)
                .putInt(acknowledgment);
        packet.putShort((short) (((header / 4) << 12) | flags))
                .putShort((short) window)
                .putInt(0);
        packet.put(options);
        long pseudo = TCP + header + payloadBytes + sum(packet, 12, 8);
        packet.putShort(IP_BYTES + 16, checksum(pseudo + sum(packet, IP_BYTES, header + payloadBytes)));
        return bytes(packet);
    }

    /** ICMP says that a segment was too big, of which it quotes the header. */
    static byte[] tooBig(Inet4Address reporter, Inet4Address to, byte[] segment, int mtuBytes) {
        int quoted = IP_BYTES + 8;
        ByteBuffer packet = ip(reporter, to, ICMP, ICMP_BYTES + quoted);
        packet.put((byte) 3).put((byte) 4).putShort((short) 0).putInt(mtuBytes).put(segment, 0, quoted);
        packet.putShort(IP_BYTES + 2, checksum(sum(packet, IP_BYTES, ICMP_BYTES + quoted)));
        return bytes(packet);
    }

    private static ByteBuffer ip(Inet4Address source, Inet4Address destination, int protocol, int length) {
        ByteBuffer packet = ByteBuffer.allocate(IP_BYTES + length);
        packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putInt(0x4000);
        packet.put((byte) TIME_TO_LIVE).put((byte) protocol).putShort((short) 0);
        packet.put(source.getAddress()).put(destination.getAddress());
        packet.putShort(10, checksum(sum(packet, 0, IP_BYTES)));
        return packet;
    }

    private static byte[] bytes(ByteBuffer packet) {
        byte[] bytes = new byte[packet.capacity()];
        packet.rewind().get(bytes);
        return bytes;
    }

    private static long sum(ByteBuffer packet, int offset, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            int octet = packet.get(offset + i) & 0xff;
            sum += i % 2 == 0 ? octet << 8 : octet;
        }
        return sum;
    }

    private static short checksum(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (short) ~folded;
    }
}
