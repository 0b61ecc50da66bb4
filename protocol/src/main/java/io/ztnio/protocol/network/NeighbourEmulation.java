package io.ztnio.protocol.network;

import io.ztnio.protocol.rule.FilteredFrame;
import io.ztnio.protocol.wire.BigEndian;

/** Reads neighbour solicitations and writes the answers that nobody needs to be asked for ({@code protocol.md} 7.5). */
final class NeighbourEmulation {
    static final int ADVERTISEMENT_LENGTH = 72;

    private static final int ICMPV6 = 0x3a;
    private static final int SOLICITATION = 0x87;
    private static final int ADVERTISEMENT = 0x88;
    private static final int SOLICITATION_LENGTH = 64;
    private static final int IP_SOURCE = 8;
    private static final int IP_DESTINATION = 24;
    private static final int ICMP = 40;
    private static final int TARGET = 48;

    private NeighbourEmulation() {}

    static boolean isSolicitation(int etherType, byte[] buffer, int offset, int length) {
        return etherType == FilteredFrame.IPV6
                && length >= SOLICITATION_LENGTH
                && buffer[offset + 6] == ICMPV6
                && (buffer[offset + ICMP] & 0xff) == SOLICITATION;
    }

    /** Where in a solicitation's payload the target's 16 bytes stand. */
    static int targetOffset(int offset) {
        return offset + TARGET;
    }

    /** The advertisement that the solicited target, at {@code targetMac}, would send to the solicitation's source. */
    static byte[] advertisement(byte[] solicitation, int offset, long targetMac) {
        byte[] reply = new byte[ADVERTISEMENT_LENGTH];
        reply[0] = 0x60;
        reply[5] = ADVERTISEMENT_LENGTH - ICMP;
        reply[6] = ICMPV6;
        reply[7] = (byte) 255;
        System.arraycopy(solicitation, offset + TARGET, reply, IP_SOURCE, 16);
        System.arraycopy(solicitation, offset + IP_SOURCE, reply, IP_DESTINATION, 16);
        reply[ICMP] = (byte) ADVERTISEMENT;
        reply[ICMP + 4] = 0x60;
        System.arraycopy(solicitation, offset + TARGET, reply, TARGET, 16);
        reply[TARGET + 16] = 2;
        reply[TARGET + 17] = 1;
        BigEndian.putMac(reply, TARGET + 18, targetMac);
        BigEndian.putShort(reply, ICMP + 2, checksum(reply));
        return reply;
    }

    /** ICMPv6's checksum: over the pseudo-header of addresses, length and protocol, and the message. */
    private static int checksum(byte[] packet) {
        int sum = ADVERTISEMENT_LENGTH - ICMP + ICMPV6;
        for (int at = IP_SOURCE; at < packet.length; at += 2) {
            sum += BigEndian.getShort(packet, at);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~sum & 0xffff;
    }
}
