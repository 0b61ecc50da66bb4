package io.ztnio.tcpip.udp;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.TurnFailures;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.OutputPath;
import io.ztnio.tcpip.ip.TransportInput;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.UdpHeader;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * UDP of one stack: takes in datagrams for the endpoints. A wildcard address stands for both IP versions.
 *
 * <p>Thread: confined to the gate, but endpoints are opened by any thread.
 */
public final class UdpLayer implements TransportInput {
    private static final int CACHE_SLOTS = 256;

    private final Gate gate;
    private final IpCore ip;
    private final PortTable ports;
    private final OutputPath[] paths = new OutputPath[CACHE_SLOTS];
    /** The source address that each path was asked for with; {@code null} left the choice. */
    private final InetAddress[] pathSources = new InetAddress[CACHE_SLOTS];

    private final InetSocketAddress[] peers = new InetSocketAddress[CACHE_SLOTS];
    /** Endpoints with readiness to announce. */
    private final List<UdpEndpoint> announcing = new ArrayList<>();

    private final TurnFailures failures = new TurnFailures();

    /** Endpoints whose datagrams a congested link holds back. */
    private final Set<UdpEndpoint> held = new LinkedHashSet<>();

    public UdpLayer(Gate gate, IpCore ip, EphemeralPorts ephemeral, RandomGenerator random) {
        this.gate = gate;
        this.ip = ip;
        this.ports = new PortTable(ephemeral, random);
        ip.register(IpProtocol.UDP, this);
    }

    /** An unbound endpoint. Thread: any. */
    public DatagramEndpoint open() {
        return new UdpEndpoint(this);
    }

    /** A link that was congested takes more: goes on with what it held back. */
    public void resume(long nowNanos) {
        List<UdpEndpoint> endpoints = List.copyOf(held);
        held.clear();
        endpoints.forEach(endpoint -> endpoint.resume(nowNanos));
    }

    /** Remembers an endpoint for {@link #resume}. */
    void hold(UdpEndpoint endpoint) {
        held.add(endpoint);
    }

    /**
     * Ends a turn: announces readiness. Nothing here waits for a time. A listener that throws keeps nobody else from being
     * told; the first of what was thrown is thrown at the end.
     */
    public void turn() {
        int kept = 0;
        for (int i = 0; i < announcing.size(); i++) {
            UdpEndpoint endpoint = announcing.get(i);
            try {
                endpoint.announce();
            } catch (Throwable e) {
                failures.add(e);
                if (endpoint.mayAnnounceAgain()) {
                    announcing.set(kept++, endpoint);
                }
            }
        }
        announcing.subList(kept, announcing.size()).clear();
        failures.rethrow();
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
        int udpLength = length < UdpHeader.LENGTH ? 0 : UdpHeader.length(buffer, offset);
        if (udpLength < UdpHeader.LENGTH || udpLength > length || UdpHeader.sourcePort(buffer, offset) == 0) {
            ip.drops().count(DropReason.MALFORMED_UDP);
            return;
        }
        // The pseudo header was summed with IP's length; subtracting in ones' complement is adding the inverse.
        long sum = pseudoHeaderSum + udpLength + (~length & 0xffff);
        if (!isIntact(source, buffer, offset, udpLength, sum)) {
            ip.drops().count(DropReason.UDP_CHECKSUM);
            return;
        }
        int port = UdpHeader.destinationPort(buffer, offset);
        int sourcePort = UdpHeader.sourcePort(buffer, offset);
        if (!unicast) {
            deliverToAll(source, sourcePort, destination, port, buffer, offset, udpLength);
            return;
        }
        UdpEndpoint endpoint = ports.find(destination, port, source, sourcePort);
        if (endpoint == null) {
            ip.drops().count(DropReason.UDP_NO_PORT);
            ip.portUnreachable(nowNanos);
        } else {
            deliver(endpoint, source, sourcePort, buffer, offset, udpLength);
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
        int port = UdpHeader.sourcePort(buffer, offset);
        int remotePort = UdpHeader.destinationPort(buffer, offset);
        boolean confirmed = false;
        // As on Linux, only errors that are final are told, and only to connected endpoints.
        boolean isFinal = error == IcmpError.PORT_UNREACHABLE || error == IcmpError.PROTOCOL_UNREACHABLE;
        for (UdpEndpoint each = ports.first(port); each != null; each = each.nextOnPort) {
            if (each.hasSent(local, remote, remotePort, nowNanos)) {
                confirmed = true;
                if (isFinal && each.isConnectedTo(remote, remotePort)) {
                    each.onRefused();
                }
            }
        }
        if (!confirmed) {
            ip.drops().count(DropReason.ICMP_UNRELATED);
        } else if (error == IcmpError.PACKET_TOO_BIG) {
            ip.path(local, remote).ifPresent(path -> path.confirmTooBig(mtuBytes, nowNanos));
        }
    }

    /** For a node that ends: closes every endpoint that is bound. */
    public void closeAll(long nowNanos) {
        ports.all().forEach(endpoint -> endpoint.closeWithNode(nowNanos));
    }

    Gate gate() {
        return gate;
    }

    IpCore ip() {
        return ip;
    }

    PortTable ports() {
        return ports;
    }

    void announceLater(UdpEndpoint endpoint) {
        announcing.add(endpoint);
    }

    /** The path to send on, or {@code null}. */
    OutputPath path(InetAddress local, InetAddress remote) {
        int slot = (remote.hashCode() * 0x9e37_79b9) >>> 24;
        OutputPath path = paths[slot];
        if (path != null
                && IpAddresses.isSame(path.remote(), remote)
                && Objects.equals(pathSources[slot], local)
                && path.isValid()) {
            return path;
        }
        path = ip.route(local, remote);
        paths[slot] = path;
        pathSources[slot] = local;
        return path;
    }

    private static boolean isIntact(InetAddress source, byte[] buffer, int offset, int length, long sum) {
        if (UdpHeader.checksum(buffer, offset) == 0) {
            // RFC 8200 8.1: over IPv6 the checksum is not optional.
            return !(source instanceof Inet6Address);
        }
        return InternetChecksum.fold(sum + InternetChecksum.sum(buffer, offset, length)) == 0xffff;
    }

    private void deliverToAll(
            InetAddress source,
            int sourcePort,
            InetAddress destination,
            int port,
            byte[] buffer,
            int offset,
            int udpLength) {
        boolean found = false;
        for (UdpEndpoint each = ports.first(port); each != null; each = each.nextOnPort) {
            if (each.wantsFromGroup(
                    destination, source, sourcePort, ip.ingress().link())) {
                found = true;
                deliver(each, source, sourcePort, buffer, offset, udpLength);
            }
        }
        if (!found) {
            ip.drops().count(DropReason.UDP_NO_PORT);
        }
    }

    private void deliver(
            UdpEndpoint endpoint, InetAddress source, int sourcePort, byte[] buffer, int offset, int udpLength) {
        InetSocketAddress peer = peer(source, sourcePort);
        int payload = offset + UdpHeader.LENGTH;
        if (!endpoint.onDatagram(peer, buffer, payload, udpLength - UdpHeader.LENGTH)) {
            ip.drops().count(DropReason.UDP_QUEUE_FULL);
        }
    }

    /** The address object of a recent sender, so that its datagrams allocate none. */
    private InetSocketAddress peer(InetAddress address, int port) {
        int slot = ((address.hashCode() * 31 + port) * 0x9e37_79b9) >>> 24;
        InetSocketAddress known = peers[slot];
        if (known != null && known.getPort() == port && IpAddresses.isSame(known.getAddress(), address)) {
            return known;
        }
        InetSocketAddress made = new InetSocketAddress(address, port);
        peers[slot] = made;
        return made;
    }
}
