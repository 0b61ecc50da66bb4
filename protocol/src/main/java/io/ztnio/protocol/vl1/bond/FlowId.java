package io.ztnio.protocol.vl1.bond;

import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;

/**
 * To which flow the frame in a packet belongs ({@code protocol.md} 8.12): destination port XOR source port XOR protocol of TCP, UDP,
 * SCTP and UDP-Lite. Stateless.
 */
final class FlowId {
    /** Of what belongs to no flow: it may take any way. */
    static final int NONE = -1;

    private static final int FRAME_TYPE = PacketHeader.LENGTH + 8;
    private static final int EXT_FRAME_FLAGS = PacketHeader.LENGTH + 8;
    private static final int EXT_FRAME_TYPE = EXT_FRAME_FLAGS + 1 + 6 + 6;
    private static final int CREDENTIAL_FLAG = 0x01;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int MORE_OR_LATER_FRAGMENT = 0x3fff;

    private FlowId() {}

    /** The flow of a packet in the clear, or {@link #NONE}. */
    static int of(byte[] buffer, int offset, int length) {
        int verb = PacketHeader.verbCode(buffer, offset);
        int type;
        if (verb == Verb.FRAME.code()) {
            type = FRAME_TYPE;
        } else if (verb == Verb.EXT_FRAME.code()
                && length > EXT_FRAME_TYPE + 2
                && (buffer[offset + EXT_FRAME_FLAGS] & CREDENTIAL_FLAG) == 0) {
            type = EXT_FRAME_TYPE;
        } else {
            return NONE;
        }
        int ip = type + 2;
        if (length < ip + IPV4_HEADER) {
            return NONE;
        }
        int etherType = BigEndian.getShort(buffer, offset + type);
        return ofIp(etherType, buffer, offset + ip, length - ip);
    }

    private static int ofIp(int etherType, byte[] buffer, int ip, int length) {
        if (etherType == IPV4) {
            int protocol = buffer[ip + 9] & 0xff;
            if ((BigEndian.getShort(buffer, ip + 6) & MORE_OR_LATER_FRAGMENT) != 0) {
                // Only the first fragment has ports: the fragments of one datagram have this in common.
                return BigEndian.getShort(buffer, ip + 4) ^ protocol;
            }
            return ofPorts(protocol, buffer, ip, (buffer[ip] & 0x0f) * 4, length);
        }
        if (etherType == IPV6 && length >= IPV6_HEADER) {
            return ofPorts(buffer[ip + 6] & 0xff, buffer, ip, IPV6_HEADER, length);
        }
        return NONE;
    }

    private static int ofPorts(int protocol, byte[] buffer, int ip, int header, int length) {
        boolean ports = protocol == 6 || protocol == 17 || protocol == 132 || protocol == 136;
        if (!ports || length < header + 4) {
            return NONE;
        }
        int source = BigEndian.getShort(buffer, ip + header);
        int destination = BigEndian.getShort(buffer, ip + header + 2);
        return destination ^ source ^ protocol;
    }
}
