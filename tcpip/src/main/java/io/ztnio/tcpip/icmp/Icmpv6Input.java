package io.ztnio.tcpip.icmp;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.group.GroupQuery;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.Ingress;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.TransportInput;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import java.net.InetAddress;

/** Takes in ICMPv6 messages (RFC 4443), neighbour discovery among them. Thread: confined to the gate. */
final class Icmpv6Input implements TransportInput {
    private static final int FIRST_INFORMATIONAL = 128;
    private static final int LISTENER_REPORT_BYTES = 24;
    private static final int ROUTER_SOLICITATION = 133;
    private static final int ROUTER_ADVERTISEMENT = 134;

    private final IcmpLayer icmp;
    private final IpCore ip;

    Icmpv6Input(IcmpLayer icmp, IpCore ip) {
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
        if (InternetChecksum.fold(pseudoHeaderSum + InternetChecksum.sum(buffer, offset, length)) != 0xffff) {
            ip.drops().count(DropReason.ICMP_CHECKSUM);
            return;
        }
        int type = IcmpHeader.type(buffer, offset);
        if (source.isAnyLocalAddress() && !maySayNoSource(type)) {
            ip.drops().count(DropReason.BAD_SOURCE);
            return;
        }
        if (type < FIRST_INFORMATIONAL) {
            onErrorMessage(source, unicast, type, buffer, offset, length, nowNanos);
            return;
        }
        Ingress ingress = ip.ingress();
        switch (type) {
            case IcmpHeader.V6_ECHO_REQUEST ->
                // RFC 4443 4.2: a request to a group is answered from a unicast address.
                icmp.reply(
                        unicast ? destination : null,
                        source,
                        IpProtocol.ICMPV6,
                        IcmpHeader.V6_ECHO_REPLY,
                        trafficClass,
                        buffer,
                        offset,
                        length,
                        nowNanos);
            case IcmpHeader.V6_ECHO_REPLY -> icmp.pings().onReply(source, buffer, offset, length, ingressNanos);
            case IcmpHeader.V6_NEIGHBOUR_SOLICITATION, IcmpHeader.V6_NEIGHBOUR_ADVERTISEMENT -> {
                // RFC 6980 5: fragments would get past whoever watches over neighbour discovery on the way.
                if (ingress.isFragmented()) {
                    ip.drops().count(DropReason.MALFORMED_NDP);
                } else if (!ingress.isLooped()) {
                    ingress.link()
                            .ndp()
                            .onMessage(
                                    ingress.sourceMac(),
                                    source,
                                    destination,
                                    ingress.hopLimit(),
                                    buffer,
                                    offset,
                                    length,
                                    nowNanos);
                }
            }
            case IcmpHeader.V6_LISTENER_QUERY -> onListenerQuery(source, buffer, offset, length, nowNanos);
            case IcmpHeader.V6_LISTENER_REPORT -> onListenerReport(source, buffer, offset, length);
            case ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT -> ip.drops().count(DropReason.NOT_FOR_US);
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
        if (IcmpHeader.type(buffer, offset) == IcmpHeader.V6_ECHO_REQUEST) {
            icmp.onRequestError(error, local, remote, buffer, offset, mtuBytes, nowNanos);
        } else {
            ip.drops().count(DropReason.ICMP_UNRELATED);
        }
    }

    /** Who looks for duplicates of its address has none yet (RFC 4861 4.3, RFC 3590), nor has who looks for a router. */
    private static boolean maySayNoSource(int type) {
        return type == IcmpHeader.V6_NEIGHBOUR_SOLICITATION
                || type == ROUTER_SOLICITATION
                || type == IcmpHeader.V6_LISTENER_REPORT;
    }

    /** RFC 3810 6.2: only what came from the link itself is believed. */
    private void onListenerQuery(InetAddress source, byte[] buffer, int offset, int length, long nowNanos) {
        Ingress ingress = ip.ingress();
        boolean believed = ingress.hopLimit() == 1 && source.isLinkLocalAddress();
        GroupQuery query = believed ? GroupQuery.ofMld(buffer, offset, length) : null;
        if (query == null) {
            ip.drops().count(DropReason.MALFORMED_GROUP_MESSAGE);
        } else if (!ingress.isLooped()) {
            ingress.link().onGroupQuery(query, true, nowNanos);
        }
    }

    /** A report of another host, in version 1 (RFC 2710 3). */
    private void onListenerReport(InetAddress source, byte[] buffer, int offset, int length) {
        Ingress ingress = ip.ingress();
        if (length < LISTENER_REPORT_BYTES || ingress.hopLimit() != 1 || !source.isLinkLocalAddress()) {
            ip.drops().count(DropReason.MALFORMED_GROUP_MESSAGE);
        } else if (!ingress.isLooped()) {
            ingress.link().onForeignReport(IpAddresses.ofIpv6(buffer, offset + IcmpHeader.LENGTH));
        }
    }

    private void onErrorMessage(
            InetAddress source, boolean unicast, int type, byte[] buffer, int offset, int length, long nowNanos) {
        IcmpError error = error(type, IcmpHeader.code(buffer, offset));
        if (error == null || !unicast) {
            ip.drops().count(DropReason.UNKNOWN_ICMP_TYPE);
            return;
        }
        int mtu = 0;
        if (error == IcmpError.PACKET_TOO_BIG) {
            int reported = IcmpHeader.rest(buffer, offset);
            mtu = reported < 0 ? Integer.MAX_VALUE : reported;
        }
        int quoted = offset + IcmpHeader.LENGTH;
        ip.onQuotedError(error, source, true, buffer, quoted, length - IcmpHeader.LENGTH, mtu, nowNanos);
    }

    /** RFC 4443 3; {@code null} for what is not known. */
    private static IcmpError error(int type, int code) {
        return switch (type) {
            case IcmpHeader.V6_PACKET_TOO_BIG -> IcmpError.PACKET_TOO_BIG;
            case IcmpHeader.V6_TIME_EXCEEDED -> IcmpError.TIME_EXCEEDED;
            case IcmpHeader.V6_PARAMETER_PROBLEM -> IcmpError.PROTOCOL_UNREACHABLE;
            case IcmpHeader.V6_UNREACHABLE ->
                switch (code) {
                    case 0 -> IcmpError.NETWORK_UNREACHABLE;
                    case 1, 5, 6 -> IcmpError.ADMINISTRATIVELY_PROHIBITED;
                    case 4 -> IcmpError.PORT_UNREACHABLE;
                    default -> IcmpError.HOST_UNREACHABLE;
                };
            default -> null;
        };
    }
}
