package io.ztnio.overlay.node;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.identity.NodeId;
import io.ztnio.overlay.session.Bytes;
import io.ztnio.overlay.session.DropReason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/** Takes in the authentic frames of the members of a network. Thread: confined to the gate. */
final class Inbox {
    private final NodeCore node;
    private final Membership network;
    private final AddressPins pins;
    private final Discovery discovery;

    Inbox(NodeCore node, Membership network, AddressPins pins, Discovery discovery) {
        this.node = node;
        this.network = network;
        this.pins = pins;
        this.discovery = discovery;
    }

    /** An authentic frame, its kind first. */
    void onFrame(
            Channel channel, int socket, InetSocketAddress from, byte[] buffer, int offset, int length, long nowNanos) {
        Member member = channel.member();
        member.heardNanos = nowNanos;
        if (member.current != null
                && channel.session() == member.current.session()
                && channel.session().isNewest()
                && (member.socket != socket || !from.equals(member.endpoint))) {
            Membership.moveTo(member, socket, from);
        }
        boolean wellFormed = switch (Bytes.u8(buffer, offset)) {
            case Frames.KEEPALIVE -> onKeepalive(member, buffer, offset, length);
            case Frames.RAW -> onRaw(member, false, buffer, offset, length);
            case Frames.RAW_BROADCAST -> onRaw(member, true, buffer, offset, length);
            case Frames.ETHERNET -> onEthernet(member, buffer, offset, length, nowNanos);
            case Frames.ETHERNET_GROUP -> onGroup(member, buffer, offset, length, nowNanos);
            case Frames.ANNOUNCE -> onAnnouncement(member, buffer, offset, length, nowNanos);
            case Frames.PEERS -> onPeers(member, buffer, offset, length, nowNanos);
            case Frames.GOODBYE -> onGoodbye(member, nowNanos);
            default -> false;
        };
        if (!wellFormed) {
            node.drops().count(DropReason.MALFORMED_FRAME);
        }
    }

    private static boolean onKeepalive(Member member, byte[] buffer, int offset, int length) {
        if (length != 5) {
            return false;
        }
        member.confirmedRevision = Bytes.i32(buffer, offset + 1);
        return true;
    }

    private boolean onRaw(Member member, boolean broadcast, byte[] buffer, int offset, int length) {
        node.frame(network.id(), member.id, broadcast, buffer, offset + 1, length - 1);
        return true;
    }

    private boolean onEthernet(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        if (length <= Frames.ETHERNET_HEADER) {
            return false;
        }
        deliver(
                member,
                DerivedAddresses.mac(node.id()),
                Bytes.u16(buffer, offset + 1),
                buffer,
                offset + Frames.ETHERNET_HEADER,
                length - Frames.ETHERNET_HEADER,
                nowNanos);
        return true;
    }

    private boolean onGroup(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        if (length <= Frames.GROUP_HEADER || (Bytes.u8(buffer, offset + 1) & 1) == 0) {
            return false;
        }
        deliver(
                member,
                Bytes.u48(buffer, offset + 1),
                Bytes.u16(buffer, offset + 7),
                buffer,
                offset + Frames.GROUP_HEADER,
                length - Frames.GROUP_HEADER,
                nowNanos);
        return true;
    }

    private void deliver(
            Member member, long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        if (SourceCheck.passes(network.id(), member, etherType, buffer, offset, length)) {
            node.ethernet()
                    .onEthernet(network.id(), member.mac, destinationMac, etherType, buffer, offset, length, nowNanos);
        } else {
            node.drops().count(DropReason.FOREIGN_ADDRESS);
        }
    }

    private boolean onAnnouncement(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        Frames.Announcement said = Frames.readAnnouncement(buffer, offset, length);
        if (said == null) {
            return false;
        }
        network.onRun(member, said.revision(), nowNanos);
        if (said.revision() != member.receivedRevision) {
            member.receivedRevision = said.revision();
            List<InetAddress> granted = pins.claim(member.id, said.addresses(), address -> {
                node.drops().count(DropReason.ADDRESS_CONFLICT);
                node.event(
                        OverlayEvent.Kind.ADDRESS_CONFLICT,
                        network.id(),
                        member.id,
                        address.getHostAddress() + " is taken by " + NodeId.format(network.nodeOf(address)));
            });
            if (!granted.equals(member.addresses) || !said.name().equals(member.name)) {
                member.name = said.name();
                member.addresses(granted);
                network.addressesChanged();
                node.event(OverlayEvent.Kind.PEER_CHANGED, network.id(), member.id, description(member));
            }
        }
        network.outbox().sendKeepalive(member, nowNanos);
        return true;
    }

    private static String description(Member member) {
        String addresses = member.addresses.isEmpty()
                ? "no addresses of its own"
                : member.addresses.stream()
                        .map(InetAddress::getHostAddress)
                        .collect(Collectors.joining(" ", "addresses ", ""));
        return member.name.map(name -> "name " + name + ", ").orElse("") + addresses;
    }

    private boolean onPeers(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        List<Frames.Introduction> peers = Frames.readPeers(buffer, offset, length);
        if (peers == null) {
            return false;
        }
        for (Frames.Introduction peer : peers) {
            discovery.onIntroduced(peer, member, nowNanos);
        }
        return true;
    }

    private boolean onGoodbye(Member member, long nowNanos) {
        network.goOffline(member, "it said goodbye");
        member.nextAttemptNanos = nowNanos + Membership.LONGEST_PAUSE_NANOS;
        network.onLeft(member, nowNanos);
        return true;
    }
}
