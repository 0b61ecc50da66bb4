package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Tells multicast routers of a link which groups applications listen to: IGMPv3 (RFC 3376) and MLDv2 (RFC 3810) reports
 * when that changes, each repeated once, and when they ask. A report says that a group is listened to from all sources,
 * or no more; sources are filtered by the endpoints. Groups that only address resolution needs are not reported.
 *
 * <pre>
 *  report: 0 type (0x22 IGMP, 143 MLD)   2 checksum   6 number of records, always 1   8 record
 *  record: 0 type   1 auxiliary data, none   2 number of sources, always 0   4 group
 * </pre>
 *
 * <p>Thread: confined to the gate.
 */
final class GroupReports {
    /** Record types (RFC 3376 4.2.12). */
    private static final int IS_EXCLUDE = 2;

    private static final int TO_INCLUDE = 3;
    private static final int TO_EXCLUDE = 4;

    private static final int IGMP_REPORT = 0x22;
    private static final int MLD_REPORT = 143;
    private static final int REPORT_BYTES = 8;
    private static final int RECORD_BYTES = 4;
    private static final int ROUTER_ALERT_BYTES = 4;
    private static final int HOP_BY_HOP_BYTES = 8;
    private static final int INTERNETWORK_CONTROL = 0xc0;
    private static final int REPETITIONS = 2;
    private static final long REPETITION_NANOS = 1_000_000_000L;
    private static final int MAX_PENDING = 1024;
    private static final int ALL_IGMP_ROUTERS = 0xe000_0016;
    private static final long ALL_MLD_ROUTERS_HIGH = 0xff02_0000_0000_0000L;
    private static final long ALL_MLD_ROUTERS_LOW = 0x16;

    private static final class Pending {
        private final InetAddress group;
        private int recordType;
        private int left;
        private long dueNanos;

        private Pending(InetAddress group) {
            this.group = group;
        }
    }

    private final Link link;
    private final IpInterface addresses;
    private final RandomGenerator random;
    private final List<Pending> pending = new ArrayList<>();
    private final byte[] packet = new byte[Link.HEADROOM + 128 + Link.TAILROOM];

    GroupReports(Link link, IpInterface addresses, RandomGenerator random) {
        this.link = link;
        this.addresses = addresses;
        this.random = random;
    }

    /** An application listens to a group; said in the next turn. */
    void onJoin(InetAddress group) {
        announce(group, TO_EXCLUDE);
    }

    /** No application listens to a group any more. */
    void onLeave(InetAddress group) {
        announce(group, TO_INCLUDE);
    }

    /** A router asks for a group; answered once within the time that it gives, so that not all hosts answer at once. */
    void onQuery(InetAddress group, long mostNanos, long nowNanos) {
        Pending known = find(group);
        if (known == null) {
            long delay = mostNanos <= 0 ? 0 : random.nextLong(mostNanos);
            add(group, IS_EXCLUDE, 1, nowNanos + delay);
        }
    }

    /** Sends what is due. Returns the next deadline, or {@code Long.MAX_VALUE}. */
    long turn(long nowNanos) {
        long next = Long.MAX_VALUE;
        for (int i = pending.size() - 1; i >= 0; i--) {
            Pending each = pending.get(i);
            if (each.dueNanos <= nowNanos) {
                send(each.group, each.recordType, nowNanos);
                each.left--;
                each.dueNanos = nowNanos + 1 + random.nextLong(REPETITION_NANOS);
            }
            if (each.left == 0) {
                pending.remove(i);
            } else {
                next = Math.min(next, each.dueNanos);
            }
        }
        return next;
    }

    void clear() {
        pending.clear();
    }

    private void announce(InetAddress group, int recordType) {
        Pending known = find(group);
        if (known != null) {
            // RFC 3376 5.1: a change that was not said twice yet is replaced by the newer one.
            known.recordType = recordType;
            known.left = REPETITIONS;
            known.dueNanos = Long.MIN_VALUE;
        } else {
            add(group, recordType, REPETITIONS, Long.MIN_VALUE);
        }
    }

    private void add(InetAddress group, int recordType, int times, long dueNanos) {
        if (pending.size() < MAX_PENDING) {
            Pending made = new Pending(group);
            made.recordType = recordType;
            made.left = times;
            made.dueNanos = dueNanos;
            pending.add(made);
        }
    }

    private Pending find(InetAddress group) {
        for (Pending each : pending) {
            if (each.group.equals(group)) {
                return each;
            }
        }
        return null;
    }

    private void send(InetAddress group, int recordType, long nowNanos) {
        if (group instanceof Inet4Address) {
            sendIgmp(group, recordType, nowNanos);
        } else {
            sendMld(group, recordType, nowNanos);
        }
    }

    private void sendIgmp(InetAddress group, int recordType, long nowNanos) {
        int header = Link.HEADROOM;
        int report = header + Ipv4Header.LENGTH + ROUTER_ALERT_BYTES;
        int length = REPORT_BYTES + RECORD_BYTES + 4;
        InetAddress source = addresses.sourceFor(group);
        BigEndian.i32(packet, header + Ipv4Header.SOURCE, source == null ? 0 : BigEndian.i32(source.getAddress(), 0));
        BigEndian.i32(packet, header + Ipv4Header.DESTINATION, ALL_IGMP_ROUTERS);
        int total = report - header + length;
        Ipv4Header.writeWithRouterAlert(packet, header, INTERNETWORK_CONTROL, total, 1, IpProtocol.IGMP);
        writeReport(report, IGMP_REPORT, recordType, group, length, 0);
        link.send(EthernetAddress.ofIpv4Group(ALL_IGMP_ROUTERS), EtherType.IPV4, packet, header, total, nowNanos);
    }

    private void sendMld(InetAddress group, int recordType, long nowNanos) {
        int header = Link.HEADROOM;
        int extension = header + Ipv6Header.LENGTH;
        int report = extension + HOP_BY_HOP_BYTES;
        int length = REPORT_BYTES + RECORD_BYTES + 16;
        InetAddress source = addresses.linkLocal();
        if (source == null) {
            // RFC 3810 5.2.13.
            BigEndian.i64(packet, header + Ipv6Header.SOURCE, 0);
            BigEndian.i64(packet, header + Ipv6Header.SOURCE + 8, 0);
        } else {
            System.arraycopy(source.getAddress(), 0, packet, header + Ipv6Header.SOURCE, 16);
        }
        BigEndian.i64(packet, header + Ipv6Header.DESTINATION, ALL_MLD_ROUTERS_HIGH);
        BigEndian.i64(packet, header + Ipv6Header.DESTINATION + 8, ALL_MLD_ROUTERS_LOW);
        Ipv6Header.write(packet, header, 0, HOP_BY_HOP_BYTES + length, IpProtocol.HOP_BY_HOP, 1);
        // Next header, length, router alert (RFC 2711) for MLD, padding.
        BigEndian.i32(packet, extension, IpProtocol.ICMPV6 << 24 | 0x0502);
        BigEndian.i32(packet, extension + 4, 0x0000_0100);
        long sum = (long) IpProtocol.ICMPV6 + length + InternetChecksum.sum(packet, header + Ipv6Header.SOURCE, 32);
        writeReport(report, MLD_REPORT, recordType, group, length, sum);
        long mac = EthernetAddress.ofIpv6Group(packet, header + Ipv6Header.DESTINATION);
        link.send(mac, EtherType.IPV6, packet, header, report - header + length, nowNanos);
    }

    private void writeReport(int at, int type, int recordType, InetAddress group, int length, long sum) {
        BigEndian.i32(packet, at, type << 24);
        BigEndian.i32(packet, at + 4, 1);
        BigEndian.i32(packet, at + REPORT_BYTES, recordType << 24);
        byte[] bytes = group.getAddress();
        System.arraycopy(bytes, 0, packet, at + REPORT_BYTES + RECORD_BYTES, bytes.length);
        int checksum = ~InternetChecksum.fold(sum + InternetChecksum.sum(packet, at, length)) & 0xffff;
        BigEndian.u16(packet, at + 2, checksum);
    }

    /** The group that a query names, or {@code null} for all of them. */
    static InetAddress group(byte[] buffer, int at, boolean v6) {
        if (v6) {
            return IpAddresses.isUnspecified(buffer, at) ? null : IpAddresses.ofIpv6(buffer, at);
        }
        int bits = BigEndian.i32(buffer, at);
        return bits == 0 ? null : IpAddresses.ofIpv4(bits);
    }
}
