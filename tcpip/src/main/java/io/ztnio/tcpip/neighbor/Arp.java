package io.ztnio.tcpip.neighbor;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.wire.ArpPacket;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import io.ztnio.tcpip.wire.IpAddresses;
import java.net.InetAddress;

/**
 * ARP (RFC 826) on one link: asks for IPv4 neighbours, and answers for the link's own addresses.
 *
 * <p>Thread: confined to the gate.
 */
public final class Arp implements Solicitor {
    private final Link link;
    private final LinkAddresses addresses;
    private final DropCounters drops;
    private final NeighborCache cache;
    private final byte[] packet = new byte[Link.HEADROOM + ArpPacket.LENGTH + Link.TAILROOM];

    public Arp(
            Link link,
            LinkAddresses addresses,
            UnresolvedPackets unresolved,
            WaitingPackets waiting,
            DropCounters drops) {
        this.link = link;
        this.addresses = addresses;
        this.drops = drops;
        this.cache = new NeighborCache(link, EtherType.IPV4, addresses, this, unresolved, waiting, drops);
    }

    public NeighborCache cache() {
        return cache;
    }

    /** Takes in an ARP packet from {@code sourceMac}. */
    public void onPacket(long sourceMac, byte[] buffer, int offset, int length, long nowNanos) {
        // ZeroTier authenticates the frame's source, so a packet that states another MAC is a lie (or proxied).
        if (!ArpPacket.isIpv4OverEthernet(buffer, offset, length)
                || ArpPacket.senderMac(buffer, offset) != sourceMac
                || EthernetAddress.isGroup(sourceMac)) {
            drops.count(DropReason.MALFORMED_ARP);
            return;
        }
        int operation = ArpPacket.operation(buffer, offset);
        int senderIpv4 = ArpPacket.senderIpv4(buffer, offset);
        InetAddress sender = IpAddresses.ofIpv4(senderIpv4);
        InetAddress target = IpAddresses.ofIpv4(ArpPacket.targetIpv4(buffer, offset));
        if (senderIpv4 != 0 && !addresses.mayBeNeighbor(sender)) {
            if (addresses.isOwn(sender)) {
                addresses.onConflict(sender, sourceMac, nowNanos);
            } else {
                drops.count(DropReason.BAD_SOURCE);
            }
            return;
        }
        boolean forUs = addresses.isOwn(target);
        if (forUs && operation == ArpPacket.REQUEST) {
            if (senderIpv4 != 0) {
                cache.onStated(sender, sourceMac, nowNanos);
            }
            if (!addresses.isAnswering()) {
                return;
            }
            int targetIpv4 = ArpPacket.targetIpv4(buffer, offset);
            ArpPacket.write(packet, Link.HEADROOM, ArpPacket.REPLY, link.mac(), targetIpv4, sourceMac, senderIpv4);
            link.send(sourceMac, EtherType.ARP, packet, Link.HEADROOM, ArpPacket.LENGTH, nowNanos);
        } else if (operation == ArpPacket.REQUEST || operation == ArpPacket.REPLY) {
            cache.onAnswered(sender, sourceMac, true, nowNanos);
        } else {
            drops.count(DropReason.MALFORMED_ARP);
        }
    }

    @Override
    public void solicit(Neighbor neighbor, boolean unicast, long nowNanos) {
        InetAddress source = addresses.sourceFor(neighbor.address());
        if (source == null) {
            return;
        }
        request(
                BigEndian.i32(source.getAddress(), 0),
                BigEndian.i32(neighbor.addressBytes(), 0),
                unicast ? neighbor.mac() : EthernetAddress.BROADCAST,
                nowNanos);
    }

    /** Asks whether anybody has an own address (RFC 5227 2.1.1). */
    void probe(int ownIpv4, long nowNanos) {
        request(0, ownIpv4, EthernetAddress.BROADCAST, nowNanos);
    }

    /** Says that an own address is ours (RFC 5227 2.3). */
    void announce(int ownIpv4, long nowNanos) {
        request(ownIpv4, ownIpv4, EthernetAddress.BROADCAST, nowNanos);
    }

    private void request(int senderIpv4, int targetIpv4, long destinationMac, long nowNanos) {
        ArpPacket.write(packet, Link.HEADROOM, ArpPacket.REQUEST, link.mac(), senderIpv4, 0, targetIpv4);
        link.send(destinationMac, EtherType.ARP, packet, Link.HEADROOM, ArpPacket.LENGTH, nowNanos);
    }

    @Override
    public long impliedMac(Neighbor neighbor) {
        return UNKNOWN_MAC;
    }
}
