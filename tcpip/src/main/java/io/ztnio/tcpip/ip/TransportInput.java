package io.ztnio.tcpip.ip;

import java.net.InetAddress;

/** What IP hands to a transport protocol. Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack. */
public interface TransportInput {
    /**
     * A packet for us: reassembled, its IP header checked, the transport checksum not. The bytes are only read, and
     * only until this method returns.
     *
     * @param source where it came from
     * @param destination the own, multicast or broadcast address that it was sent to
     * @param unicast false if {@code destination} is a multicast or broadcast address
     * @param pseudoHeaderSum as {@link IpPath#pseudoHeaderSum}
     * @param ingressNanos when its (last) datagram was received
     */
    void onPacket(
            InetAddress source,
            InetAddress destination,
            boolean unicast,
            int trafficClass,
            byte[] buffer,
            int offset,
            int length,
            long pseudoHeaderSum,
            long ingressNanos,
            long nowNanos);

    /**
     * An error for a packet of ours.
     *
     * @param local the source of that packet
     * @param remote its destination
     * @param buffer holds what the error quotes of it from the transport header on; at least 8 bytes
     * @param mtuBytes with {@link IcmpError#PACKET_TOO_BIG}: the MTU reported; otherwise 0
     */
    void onError(
            IcmpError error,
            InetAddress local,
            InetAddress remote,
            byte[] buffer,
            int offset,
            int length,
            int mtuBytes,
            long nowNanos);
}
