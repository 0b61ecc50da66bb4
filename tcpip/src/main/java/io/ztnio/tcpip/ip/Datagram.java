package io.ztnio.tcpip.ip;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * One datagram being reassembled: its payload so far, in front of it the IP header of its first fragment, and which
 * ranges have arrived.
 *
 * <p>Thread: confined to the gate.
 */
final class Datagram {
    /** Room for the first fragment's IP header, right before the payload. */
    static final int HEADER_ROOM = 60;

    static final int MAX_PAYLOAD = 65_535;
    private static final int MAX_RANGES = 128;

    /** What became of a fragment. */
    enum Outcome {
        TAKEN,
        COMPLETE,
        /** It contradicts what arrived before; the whole datagram is lost. */
        OVERLAP,
        /** Its place contradicts the datagram's length; the whole datagram is lost. */
        MALFORMED
    }

    final IpInterface link;
    final long sourceMac;
    final InetAddress source;
    final InetAddress destination;
    final int protocol;
    final int identification;
    final long deadlineNanos;
    byte[] bytes = new byte[HEADER_ROOM];
    int headerLength;
    int trafficClass;
    /** Of the first fragment's fragment header; {@link #protocol} for IPv4. */
    int nextHeader;

    private int totalLength = -1;
    private int highest;
    /** Sorted, disjoint, not adjacent: start and end of each. */
    private int[] ranges = new int[8];

    private int rangeCount;

    Datagram(
            IpInterface link,
            long sourceMac,
            InetAddress source,
            InetAddress destination,
            int protocol,
            int identification,
            long deadlineNanos) {
        this.link = link;
        this.sourceMac = sourceMac;
        this.source = source;
        this.destination = destination;
        this.protocol = protocol;
        this.identification = identification;
        this.deadlineNanos = deadlineNanos;
    }

    /** Whether a fragment belongs to it; one that another neighbour has sent never does, whatever address it comes from. */
    boolean matches(IpInterface itsLink, long mac, InetAddress from, InetAddress to, int itsProtocol, int id) {
        return identification == id
                && protocol == itsProtocol
                && sourceMac == mac
                && link == itsLink
                && source.equals(from)
                && destination.equals(to);
    }

    /** Payload bytes, once complete. */
    int length() {
        return totalLength;
    }

    /** Takes a fragment that ends within {@link #MAX_PAYLOAD}. */
    Outcome add(int fragmentOffset, boolean more, byte[] buffer, int offset, int length) {
        int fragmentEnd = fragmentOffset + length;
        if (totalLength >= 0 && (fragmentEnd > totalLength || (!more && fragmentEnd != totalLength))) {
            return Outcome.MALFORMED;
        }
        if (!more && fragmentEnd < highest) {
            return Outcome.MALFORMED;
        }
        int index = 0;
        while (index < rangeCount && ranges[2 * index + 1] < fragmentOffset) {
            index++;
        }
        boolean touches = index < rangeCount && ranges[2 * index] < fragmentEnd;
        if (touches && ranges[2 * index + 1] > fragmentOffset) {
            return duplicateOrOverlap(index, fragmentOffset, fragmentEnd, buffer, offset);
        }
        boolean joinsBefore = index < rangeCount && ranges[2 * index + 1] == fragmentOffset;
        int after = joinsBefore ? index + 1 : index;
        if (after < rangeCount && ranges[2 * after] < fragmentEnd) {
            return Outcome.OVERLAP;
        }
        if (!insert(index, joinsBefore, fragmentOffset, fragmentEnd)) {
            return Outcome.MALFORMED;
        }
        ensureCapacity(fragmentEnd);
        System.arraycopy(buffer, offset, bytes, HEADER_ROOM + fragmentOffset, length);
        highest = Math.max(highest, fragmentEnd);
        if (!more) {
            totalLength = fragmentEnd;
        }
        boolean whole = rangeCount == 1 && ranges[0] == 0 && ranges[1] == totalLength;
        return whole ? Outcome.COMPLETE : Outcome.TAKEN;
    }

    /** Keeps the IP header of the first fragment. */
    void header(byte[] buffer, int offset, int length) {
        System.arraycopy(buffer, offset, bytes, HEADER_ROOM - length, length);
        headerLength = length;
    }

    /** Overlapping fragments are an attack (RFC 5722, RFC 8200 4.5), an exact repetition is not. */
    private Outcome duplicateOrOverlap(int index, int from, int to, byte[] buffer, int offset) {
        boolean contained = ranges[2 * index] <= from && to <= ranges[2 * index + 1];
        boolean same = contained
                && Arrays.equals(bytes, HEADER_ROOM + from, HEADER_ROOM + to, buffer, offset, offset + to - from);
        return same ? Outcome.TAKEN : Outcome.OVERLAP;
    }

    private boolean insert(int index, boolean joinsBefore, int from, int to) {
        int after = joinsBefore ? index + 1 : index;
        boolean joinsAfter = after < rangeCount && ranges[2 * after] == to;
        if (joinsBefore && joinsAfter) {
            ranges[2 * index + 1] = ranges[2 * after + 1];
            System.arraycopy(ranges, 2 * after + 2, ranges, 2 * after, 2 * (rangeCount - after - 1));
            rangeCount--;
        } else if (joinsBefore) {
            ranges[2 * index + 1] = to;
        } else if (joinsAfter) {
            ranges[2 * after] = from;
        } else {
            if (rangeCount == MAX_RANGES) {
                return false;
            }
            if (ranges.length == 2 * rangeCount) {
                ranges = Arrays.copyOf(ranges, ranges.length * 2);
            }
            System.arraycopy(ranges, 2 * index, ranges, 2 * index + 2, 2 * (rangeCount - index));
            ranges[2 * index] = from;
            ranges[2 * index + 1] = to;
            rangeCount++;
        }
        return true;
    }

    private void ensureCapacity(int payloadLength) {
        int needed = HEADER_ROOM + payloadLength;
        if (bytes.length < needed) {
            int doubled = Math.min(HEADER_ROOM + MAX_PAYLOAD, Math.max(bytes.length * 2, 4096));
            bytes = Arrays.copyOf(bytes, Math.max(needed, doubled));
        }
    }
}
