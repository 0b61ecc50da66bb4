package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.share.TrafficSource;
import java.net.InetAddress;

/** A source and a destination address with the link between them; transports keep it per connection. */
public interface IpPath {
    InetAddress local();

    InetAddress remote();

    /** Whether both addresses and the link are still configured. Otherwise ask {@link IpLayer#path} again. */
    boolean isValid();

    /** Whether it leads to one host, not to a group or everybody. */
    default boolean isUnicast() {
        return true;
    }

    /** Largest IP packet that goes unfragmented: the link's MTU, or less after ICMP said so. */
    int mtuBytes();

    /**
     * ICMP says that a packet on this path was too big, and the transport has found that it sent the packet that is quoted:
     * from now on {@link #mtuBytes} says so, for this path and others to the same destination.
     *
     * @param reportedBytes the MTU reported; less than IP demands of every link is not believed
     */
    default void confirmTooBig(int reportedBytes, long nowNanos) {}

    /**
     * Largest IP packet that goes in so many datagrams of the network below the link; at most {@link #mtuBytes}, which
     * holds where packets are not split. It may change at any time.
     */
    default int packetBytes(int datagrams) {
        return mtuBytes();
    }

    /** Whether what can wait should wait until the stack is told to resume. */
    default boolean isCongested() {
        return false;
    }

    /**
     * Whether packets go to this neighbour, as the destination or as a router; while its MAC address is not known, whether
     * they went there last.
     */
    default boolean leadsTo(IpInterface link, long neighborMac) {
        return false;
    }

    /**
     * Who has sent the packet that is being delivered, if this is the way back to its source address; to be asked during the
     * delivery. Whoever is beyond the link is known by the address.
     */
    default TrafficSource source() {
        return TrafficSource.ofSite(remote());
    }

    /** 20 or 40. */
    int headerLength();

    /** Where the transport header starts in {@link IpLayer#scratch()}. */
    int transportOffset();

    /**
     * The ones' complement sum of the pseudo header, not inverted, to start a transport checksum with.
     *
     * @param transportLength header and payload, in bytes
     */
    long pseudoHeaderSum(int protocol, int transportLength);

    /**
     * Sends what stands in {@link IpLayer#scratch()} at {@link #transportOffset()}, fragmenting it if it is larger than
     * the MTU and may be fragmented.
     *
     * @param protocol IP protocol number
     * @param transportLength header and payload, in bytes
     * @param trafficClass the TOS or traffic class octet
     * @param mayFragment false for TCP
     */
    void send(int protocol, int transportLength, int trafficClass, boolean mayFragment, long nowNanos);
}
