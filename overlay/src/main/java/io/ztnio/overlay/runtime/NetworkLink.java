package io.ztnio.overlay.runtime;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.node.MemberLife;
import io.ztnio.overlay.node.Membership;
import io.ztnio.overlay.node.NetworkView;
import io.ztnio.overlay.session.Bytes;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.stack.IpStack;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A joined network as a link of the stack. What members announced needs no question on the wire: IPv6 addresses imply the
 * MAC, and ARP requests for known addresses are answered here. For members that are gone nobody answers, so that who connects
 * to them need not wait long; a question makes us look whether they are back.
 *
 * <p>Thread: confined to the gate.
 */
final class NetworkLink implements Link {
    private static final int ARP = 0x0806;
    private static final int ARP_LENGTH = 28;
    private static final int ARP_OPERATION = 6;
    private static final int ARP_SENDER_MAC = 8;
    private static final int ARP_SENDER_IP = 14;
    private static final int ARP_TARGET_MAC = 18;
    private static final int ARP_TARGET_IP = 24;
    private static final int REQUEST = 1;
    private static final int REPLY = 2;
    private static final int IPV6_LENGTH = 16;
    private static final int IPV6 = 0x86dd;
    private static final int NEXT_HEADER = 6;
    private static final int ICMPV6 = 58;
    private static final int ICMP = 40;
    private static final int SOLICITATION = 135;

    /** Where the address stands that a neighbour solicitation asks for. */
    private static final int SOLICITED = 48;

    private final Membership network;
    private final Gate gate;
    private final LinkPort port;
    private final long mac;

    NetworkLink(Membership network, long nodeId, IpStack stack, Gate gate, long nowNanos) {
        this.network = network;
        this.gate = gate;
        this.mac = DerivedAddresses.mac(nodeId);
        this.port = stack.attach(this);
        NetworkView view = network.view();
        port.configure(view.linkConfig(), nowNanos);
        network.life(new MemberLife() {
            @Override
            public void onRestarted(long memberMac, long now) {
                port.probe(memberMac, now);
            }

            @Override
            public void onLeft(long memberMac, long now) {
                port.left(memberMac, now);
            }

            @Override
            public void onLost(long memberMac, long now) {
                port.lost(memberMac, now);
            }
        });
    }

    Membership network() {
        return network;
    }

    void detach(long nowNanos) {
        port.detach(nowNanos);
    }

    void onFrame(
            long sourceMac, long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        port.onFrame(sourceMac, destinationMac, etherType, buffer, offset, length, nowNanos);
    }

    @Override
    public long mac() {
        return mac;
    }

    @Override
    public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        if (etherType == ARP && length >= ARP_LENGTH && Bytes.u16(buffer, offset + ARP_OPERATION) == REQUEST) {
            long owner = ownerOf(buffer, offset + ARP_TARGET_IP, 4);
            if (owner >= 0 && !network.isGone(owner)) {
                answer(DerivedAddresses.mac(owner), Arrays.copyOfRange(buffer, offset, offset + ARP_LENGTH));
                return;
            }
            network.seek(owner, nowNanos);
        } else if (isSolicitation(etherType, buffer, offset, length)) {
            network.seek(ownerOf(buffer, offset + SOLICITED, IPV6_LENGTH), nowNanos);
        }
        network.sendEthernet(destinationMac, etherType, buffer, offset, length, nowNanos);
    }

    /** Makes the reply out of the request, and lets it arrive when the stack is not busy sending. */
    private void answer(long ownerMac, byte[] packet) {
        Bytes.u16(packet, ARP_OPERATION, REPLY);
        int asker = Bytes.i32(packet, ARP_SENDER_IP);
        Bytes.i32(packet, ARP_SENDER_IP, Bytes.i32(packet, ARP_TARGET_IP));
        Bytes.i32(packet, ARP_TARGET_IP, asker);
        Bytes.u48(packet, ARP_SENDER_MAC, ownerMac);
        Bytes.u48(packet, ARP_TARGET_MAC, mac);
        gate.post(now -> port.onFrame(ownerMac, mac, ARP, packet, 0, ARP_LENGTH, now));
    }

    @Override
    public long derivedMac(byte[] ipv6, int offset) {
        long node = ownerOf(ipv6, offset, IPV6_LENGTH);
        return node < 0 || network.isGone(node) ? UNKNOWN_MAC : DerivedAddresses.mac(node);
    }

    @Override
    public long ownerMac(byte[] ip) {
        long node = ownerOf(ip, 0, ip.length);
        return node < 0 ? UNKNOWN_MAC : DerivedAddresses.mac(node);
    }

    private static boolean isSolicitation(int etherType, byte[] buffer, int offset, int length) {
        return etherType == IPV6
                && length >= SOLICITED + IPV6_LENGTH
                && Bytes.u8(buffer, offset + NEXT_HEADER) == ICMPV6
                && Bytes.u8(buffer, offset + ICMP) == SOLICITATION;
    }

    private long ownerOf(byte[] address, int offset, int length) {
        try {
            return network.nodeOf(InetAddress.getByAddress(Arrays.copyOfRange(address, offset, offset + length)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    /** Everybody gets what goes to a group; the stack takes what it wants. */
    @Override
    public void subscribe(long groupMac, int distinguisher) {}

    @Override
    public void unsubscribe(long groupMac, int distinguisher) {}
}
