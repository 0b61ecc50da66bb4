package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.Ingress;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.TransportInput;
import io.ztnio.tcpip.tcp.table.FlowHash;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.InetAddress;

/**
 * What the home stack does with TCP that it could not hand over unseen: segments that came in fragments or behind extension
 * headers, and ICMP errors that quote a segment. The shard of the flow gets the whole packet and handles it anew, with the
 * path MTU and all.
 *
 * <p>Thread: confined to the node's gate.
 */
final class TcpHandOver implements TransportInput {
    private static final int MAX_IPV4_BYTES = 65_535;
    private static final int FRAGMENT_BITS = 0xbfff;

    private final StackShards shards;
    private final IpCore home;
    private final FlowHash hash;

    TcpHandOver(StackShards shards, IpCore home, FlowHash hash) {
        this.shards = shards;
        this.home = home;
        this.hash = hash;
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
        if (!unicast) {
            home.drops().count(DropReason.NOT_FOR_US);
            return;
        }
        // Whoever gets a segment without ports only counts it.
        int owner = length < 4
                ? 0
                : hash.owner(source, BigEndian.u16(buffer, offset), destination, BigEndian.u16(buffer, offset + 2));
        handOver(owner, ingressNanos);
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
        handOver(hash.owner(local, BigEndian.u16(buffer, offset), remote, BigEndian.u16(buffer, offset + 2)), nowNanos);
    }

    /** Hands over the packet being delivered. */
    private void handOver(int owner, long ingressNanos) {
        Ingress ingress = home.ingress();
        SharedLink link = shards.link(ingress.link());
        byte[] packet = ingress.packet();
        int offset = ingress.packetOffset();
        int length = ingress.packetLength();
        if (link == null || ingress.isLooped()) {
            home.drops().count(DropReason.NOT_FOR_US);
            return;
        }
        boolean v6 = Ipv6Header.version(packet, offset) == 6;
        if (!v6 && (Ipv4Header.flagsAndOffset(packet, offset) & FRAGMENT_BITS) != 0) {
            if (length > MAX_IPV4_BYTES) {
                home.drops().count(DropReason.MALFORMED_FRAGMENT);
                return;
            }
            makeWhole(packet, offset, length);
        }
        shards.handOver(owner, link, ingress.sourceMac(), link.mac(), v6, packet, offset, length, ingressNanos);
    }

    /** Turns the header of a reassembled datagram, which is still that of its first fragment, into its own. */
    private static void makeWhole(byte[] packet, int offset, int length) {
        BigEndian.u16(packet, offset + 2, length);
        BigEndian.u16(packet, offset + 6, 0);
        BigEndian.u16(packet, offset + 10, 0);
        long sum = InternetChecksum.sum(packet, offset, Ipv4Header.headerLength(packet, offset));
        BigEndian.u16(packet, offset + 10, ~InternetChecksum.fold(sum) & 0xffff);
    }
}
