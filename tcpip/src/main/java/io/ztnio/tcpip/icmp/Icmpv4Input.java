package io.ztnio.tcpip.icmp;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.TransportInput;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpProtocol;
import java.net.InetAddress;

/** Takes in ICMP messages (RFC 792). Thread: confined to the gate. */
final class Icmpv4Input implements TransportInput {
    private final IcmpLayer icmp;
    private final IpCore ip;

    Icmpv4Input(IcmpLayer icmp, IpCore ip) {
        this.icmp = icmp;
        this.ip = ip;
    }

    @Override
    public void onPacket(
            InetAddress source,
            InetAddress destination,
            boolean unicast,
            int trafficClass,
            byte[] buffer,
            int offset,
            int length,
            long pseudoHeaderSum,
            long ingressNanos,
            long nowNanos) {
        if (length < IcmpHeader.LENGTH) {
            ip.drops().count(DropReason.MALFORMED_ICMP);
            return;
        }
        if (InternetChecksum.sum(buffer, offset, length) != 0xffff) {
            ip.drops().count(DropReason.ICMP_CHECKSUM);
            return;
        }
        // RFC 1122 3.2.2.6 lets a host ignore echo requests to groups; nothing else comes to groups.
        if (!unicast) {
            ip.drops().count(DropReason.NOT_FOR_US);
            return;
        }
        int type = IcmpHeader.type(buffer, offset);
        switch (type) {
            case IcmpHeader.V4_ECHO_REQUEST ->
                icmp.reply(
                        destination,
                        source,
                        IpProtocol.ICMP,
                        IcmpHeader.V4_ECHO_REPLY,
                        trafficClass,
                        buffer,
                        offset,
                        length,
                        nowNanos);
            case IcmpHeader.V4_ECHO_REPLY -> icmp.pings().onReply(source, buffer, offset, length, ingressNanos);
            case IcmpHeader.V4_UNREACHABLE, IcmpHeader.V4_TIME_EXCEEDED, IcmpHeader.V4_PARAMETER_PROBLEM -> {
                int code = IcmpHeader.code(buffer, offset);
                IcmpError error = error(type, code);
                int mtu = error == IcmpError.PACKET_TOO_BIG ? IcmpHeader.rest(buffer, offset) & 0xffff : 0;
                int quoted = offset + IcmpHeader.LENGTH;
                ip.onQuotedError(error, source, false, buffer, quoted, length - IcmpHeader.LENGTH, mtu, nowNanos);
            }
            default -> ip.drops().count(DropReason.UNKNOWN_ICMP_TYPE);
        }
    }

    @Override
    public void onError(
            IcmpError error,
            InetAddress local,
            InetAddress remote,
            byte[] buffer,
            int offset,
            int length,
            int mtuBytes,
            long nowNanos) {
        if (IcmpHeader.type(buffer, offset) == IcmpHeader.V4_ECHO_REQUEST) {
            icmp.onRequestError(error, local, remote, buffer, offset, mtuBytes, nowNanos);
        } else {
            ip.drops().count(DropReason.ICMP_UNRELATED);
        }
    }

    /** RFC 792, RFC 1122 3.2.2.1. */
    private static IcmpError error(int type, int code) {
        if (type == IcmpHeader.V4_TIME_EXCEEDED) {
            return IcmpError.TIME_EXCEEDED;
        }
        if (type == IcmpHeader.V4_PARAMETER_PROBLEM) {
            return IcmpError.PROTOCOL_UNREACHABLE;
        }
        return switch (code) {
            case 0, 6, 11 -> IcmpError.NETWORK_UNREACHABLE;
            case 2 -> IcmpError.PROTOCOL_UNREACHABLE;
            case 3 -> IcmpError.PORT_UNREACHABLE;
            case 4 -> IcmpError.PACKET_TOO_BIG;
            case 9, 10, 13 -> IcmpError.ADMINISTRATIVELY_PROHIBITED;
            default -> IcmpError.HOST_UNREACHABLE;
        };
    }
}
