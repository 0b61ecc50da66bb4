package io.ztnio.tcpip.ip;

/**
 * What is known of the packet being delivered beyond what {@link TransportInput#onPacket} is told; meaningful only
 * during that call.
 *
 * <p>Thread: confined to the gate.
 */
public final class Ingress {
    private IpInterface link;
    private boolean looped;
    private long sourceMac;
    private int hopLimit;
    private byte[] packet;
    private int packetOffset;
    private int packetLength;
    private int nextHeaderOffset;
    private boolean fragmented;

    Ingress() {}

    /** The interface it came in through; for a packet to ourselves the one that has its destination. */
    public IpInterface link() {
        return link;
    }

    /** Whether this stack sent it itself. */
    public boolean isLooped() {
        return looped;
    }

    public long sourceMac() {
        return sourceMac;
    }

    /** The TTL or hop limit it arrived with. */
    public int hopLimit() {
        return hopLimit;
    }

    /** Holds the packet from its IP header on, for ICMP to quote. */
    public byte[] packet() {
        return packet;
    }

    public int packetOffset() {
        return packetOffset;
    }

    public int packetLength() {
        return packetLength;
    }

    /** Where the octet that names the transport protocol is, from the IP header on. */
    public int nextHeaderOffset() {
        return nextHeaderOffset;
    }

    /** Whether it came in fragments, or says of itself that it is the only one (RFC 6946). */
    public boolean isFragmented() {
        return fragmented;
    }

    void frame(IpInterface itsLink, boolean itIsLooped, long itsSourceMac) {
        link = itsLink;
        looped = itIsLooped;
        sourceMac = itsSourceMac;
    }

    void packet(byte[] buffer, int offset, int length, int itsHopLimit) {
        packet = buffer;
        packetOffset = offset;
        packetLength = length;
        hopLimit = itsHopLimit;
        fragmented = false;
    }

    void fragmented() {
        fragmented = true;
    }

    void nextHeaderOffset(int offset) {
        nextHeaderOffset = offset;
    }
}
