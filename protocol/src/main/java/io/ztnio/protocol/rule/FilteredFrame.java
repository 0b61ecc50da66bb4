package io.ztnio.protocol.rule;

import io.ztnio.protocol.wire.BigEndian;

/**
 * A view of the frame being filtered: where its payload (from the IP header on) stands, and who sends what to whom. One
 * instance is pointed at frame after frame. Thread: confined to the node.
 */
public final class FilteredFrame {
    public static final int IPV4 = 0x0800;
    public static final int ARP = 0x0806;
    public static final int IPV6 = 0x86dd;

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    boolean inbound;
    long source;
    long destination;
    long sourceMac;
    long destinationMac;
    int etherType;
    byte[] bytes = new byte[0];
    int offset;
    int length;

    /** A view of nothing yet. */
    public FilteredFrame() {}

    /** Points the view at a payload. */
    public FilteredFrame frame(long newSourceMac, long newDestinationMac, int newEtherType, byte[] b, int at, int n) {
        sourceMac = newSourceMac;
        destinationMac = newDestinationMac;
        etherType = newEtherType;
        bytes = b;
        offset = at;
        length = n;
        return this;
    }

    /** Names the ends; {@code newDestination} is 0 for a multicast that has no single one. */
    public FilteredFrame between(long newSource, long newDestination, boolean isInbound) {
        source = newSource;
        destination = newDestination;
        inbound = isInbound;
        return this;
    }

    public long sourceMac() {
        return sourceMac;
    }

    public long destinationMac() {
        return destinationMac;
    }

    public int etherType() {
        return etherType;
    }

    /** The array that the payload stands in. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the payload starts. */
    public int offset() {
        return offset;
    }

    /** How long the payload is. */
    public int length() {
        return length;
    }

    boolean isIpv4() {
        return etherType == IPV4 && length >= IPV4_HEADER;
    }

    boolean isIpv6() {
        return etherType == IPV6 && length >= IPV6_HEADER;
    }

    int byteAt(int index) {
        return bytes[offset + index] & 0xff;
    }

    int shortAt(int index) {
        return BigEndian.getShort(bytes, offset + index);
    }

    int ipv4HeaderLength() {
        return (byteAt(0) & 0xf) * 4;
    }

    /** The protocol above IP, or -1. */
    int ipProtocol() {
        if (isIpv4()) {
            return byteAt(9);
        }
        return isIpv6() ? (int) (ipv6Upper() >> 32) : -1;
    }

    /** Where the header above IP starts in the payload; may be at or past its end. */
    int upperOffset() {
        return isIpv4() ? ipv4HeaderLength() : (int) ipv6Upper();
    }

    /** As {@link #upperOffset()} if the protocol is {@code protocol} and has at least {@code needed} bytes, else -1. */
    int upperOffsetOf(int protocol, int needed) {
        if (ipProtocol() != protocol) {
            return -1;
        }
        int upper = upperOffset();
        return upper + needed <= length ? upper : -1;
    }

    /** Final next header in the upper half and its position in the lower; negative if the chain runs out. */
    private long ipv6Upper() {
        int next = byteAt(6);
        int position = IPV6_HEADER;
        while (next == 0 || next == 43 || next == 60 || next == 135) {
            if (position + 2 > length) {
                return -1;
            }
            next = byteAt(position);
            position += byteAt(position + 1) * 8 + 8;
            if (position > length) {
                return -1;
            }
        }
        return (long) next << 32 | position;
    }
}
