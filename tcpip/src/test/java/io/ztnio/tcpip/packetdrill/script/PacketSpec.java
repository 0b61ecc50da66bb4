package io.ztnio.tcpip.packetdrill.script;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A packet as a script writes it. */
public sealed interface PacketSpec {
    /** What a line says of IP. */
    Ip ip();

    /**
     * What a line says of the IP header.
     *
     * @param trafficClass the traffic class, of which {@code classMask} counts
     * @param hops TTL or hop limit
     */
    record Ip(OptionalInt trafficClass, int classMask, OptionalInt hops) {
        public static final Ip ANY = new Ip(OptionalInt.empty(), 0, OptionalInt.empty());
    }

    /** Ports, 0 if the line does not say. */
    record Ports(int source, int destination) {
        public static final Ports ANY = new Ports(0, 0);
    }

    /**
     * A TCP segment.
     *
     * @param flags letters of FSRP.UEW, or - for none
     * @param sequence relative to the sender's first; empty for any
     * @param absolute whether the sequence number is as it is on the wire
     * @param length of the payload
     * @param window as on the wire
     * @param options empty for any
     */
    record Tcp(
            Ip ip,
            Ports ports,
            String flags,
            OptionalLong sequence,
            boolean absolute,
            int length,
            OptionalLong acknowledgment,
            OptionalInt window,
            int urgentPointer,
            Optional<List<TcpOption>> options)
            implements PacketSpec {
        public boolean has(char flag) {
            return flags.indexOf(flag) >= 0;
        }
    }

    /** A UDP datagram. */
    record Udp(Ip ip, Ports ports, int length) implements PacketSpec {}

    /**
     * An ICMP error, of either version.
     *
     * @param type as {@code unreachable}
     * @param code as {@code port_unreachable}, or empty
     * @param sequence of the TCP segment that it quotes; empty if the line quotes none, or another protocol
     * @param quotedLength its payload
     * @param udp whether it quotes a UDP datagram
     */
    record Icmp(
            Ip ip, String type, String code, OptionalInt mtuBytes, OptionalLong sequence, int quotedLength, boolean udp)
            implements PacketSpec {}
}
