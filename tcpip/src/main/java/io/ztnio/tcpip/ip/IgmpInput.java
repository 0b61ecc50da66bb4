package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.group.GroupQuery;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.IpAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Takes in IGMP (RFC 3376): queries, and other hosts' reports of older versions, which save ours.
 *
 * <p>Thread: confined to the gate.
 */
final class IgmpInput implements TransportInput {
    private static final int QUERY = 0x11;
    private static final int REPORT_V1 = 0x12;
    private static final int REPORT_V2 = 0x16;
    private static final int LEAST_BYTES = 8;
    private static final int GROUP = 4;

    private final IpCore core;

    IgmpInput(IpCore core) {
        this.core = core;
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
        if (length < LEAST_BYTES || !(source instanceof Inet4Address)) {
            core.drops().count(DropReason.MALFORMED_GROUP_MESSAGE);
        } else if (InternetChecksum.sum(buffer, offset, length) != 0xffff) {
            core.drops().count(DropReason.ICMP_CHECKSUM);
        } else if (!core.ingress().isLooped()) {
            onMessage(core.ingress().link(), buffer, offset, length, nowNanos);
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
        core.drops().count(DropReason.ICMP_UNRELATED);
    }

    private void onMessage(IpInterface link, byte[] buffer, int offset, int length, long nowNanos) {
        int type = BigEndian.u8(buffer, offset);
        if (type == REPORT_V1 || type == REPORT_V2) {
            link.onForeignReport(IpAddresses.ofIpv4(BigEndian.i32(buffer, offset + GROUP)));
        } else if (type == QUERY) {
            GroupQuery query = GroupQuery.ofIgmp(buffer, offset, length);
            if (query == null) {
                core.drops().count(DropReason.MALFORMED_GROUP_MESSAGE);
            } else {
                link.onGroupQuery(query, false, nowNanos);
            }
        }
    }
}
