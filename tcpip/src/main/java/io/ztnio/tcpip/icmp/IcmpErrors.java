package io.ztnio.tcpip.icmp;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.ip.ErrorReporter;
import io.ztnio.tcpip.ip.Ingress;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.OutputPath;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Sends ICMP errors about received packets, as many as {@link ErrorRate} lets. Callers ask for unicast packets of transports
 * only, so that no error answers a group or another error (RFC 1122 3.2.2).
 *
 * <p>Thread: confined to the gate.
 */
final class IcmpErrors implements ErrorReporter {
    /** RFC 1812 4.3.2.3: as much as fits without exceeding it. */
    private static final int MAX_IPV4_BYTES = 576;

    private static final int MAX_IPV6_BYTES = 1280;

    private final IpCore ip;
    private final ErrorRate rate;

    IcmpErrors(IpCore ip, RandomGenerator random) {
        this.ip = ip;
        this.rate = new ErrorRate(random);
    }

    @Override
    public void protocolUnreachable(long nowNanos) {
        int pointer = ip.ingress().nextHeaderOffset();
        send(2, 0, IcmpHeader.V6_PARAMETER_PROBLEM, 1, pointer, nowNanos);
    }

    @Override
    public void portUnreachable(long nowNanos) {
        send(3, 0, IcmpHeader.V6_UNREACHABLE, 4, 0, nowNanos);
    }

    private void send(int v4Code, int v4Rest, int v6Type, int v6Code, int v6Rest, long nowNanos) {
        Ingress ingress = ip.ingress();
        byte[] packet = ingress.packet();
        int offset = ingress.packetOffset();
        boolean v6 = Ipv4Header.version(packet, offset) == 6;
        OutputPath path = back(packet, offset, v6);
        if (path == null || path.isBroadcast() || path.isMulticast()) {
            return;
        }
        // As in a kernel, who talks to himself may have them all.
        if (!path.link().link().isLoopback() && !rate.tryTake(path.source(), path.remote(), nowNanos)) {
            ip.drops().count(DropReason.ICMP_RATE_LIMITED);
            return;
        }
        int limit = (v6 ? MAX_IPV6_BYTES : MAX_IPV4_BYTES) - path.headerLength() - IcmpHeader.LENGTH;
        int quoted = Math.min(limit, ingress.packetLength());
        byte[] scratch = ip.scratch();
        int at = path.transportOffset();
        System.arraycopy(packet, offset, scratch, at + IcmpHeader.LENGTH, quoted);
        int length = IcmpHeader.LENGTH + quoted;
        if (v6) {
            long sum = path.pseudoHeaderSum(IpProtocol.ICMPV6, length);
            IcmpHeader.write(scratch, at, v6Type, v6Code, v6Rest, length, sum);
            path.send(IpProtocol.ICMPV6, length, 0, true, nowNanos);
        } else {
            IcmpHeader.write(scratch, at, IcmpHeader.V4_UNREACHABLE, v4Code, v4Rest, length, 0);
            path.send(IpProtocol.ICMP, length, 0, true, nowNanos);
        }
    }

    /** The path from the packet's destination to its source, or {@code null}. */
    private OutputPath back(byte[] packet, int offset, boolean v6) {
        int source = offset + (v6 ? Ipv6Header.SOURCE : Ipv4Header.SOURCE);
        int destination = offset + (v6 ? Ipv6Header.DESTINATION : Ipv4Header.DESTINATION);
        return ip.route(address(packet, destination, v6), address(packet, source, v6));
    }

    private static InetAddress address(byte[] packet, int offset, boolean v6) {
        return v6 ? IpAddresses.ofIpv6(packet, offset) : IpAddresses.of(Arrays.copyOfRange(packet, offset, offset + 4));
    }
}
