package io.ztnio.tcpip.neighbor;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What waits for MAC addresses, of all neighbours of a stack together. A neighbour holds at most
 * {@link #MAX_OF_NEIGHBOR} packets and {@link #MAX_BYTES_OF_NEIGHBOR} bytes, all of them {@link #MAX_PACKETS} and
 * {@link #MAX_BYTES}; beyond that the oldest packet goes of the neighbour that most bytes wait for (RFC 4861 7.2.2).
 *
 * <p>Thread: confined to the gate.
 */
public final class WaitingPackets {
    static final int MAX_OF_NEIGHBOR = 64;

    /** Enough for one datagram of 64 KiB in fragments, and then some. */
    static final int MAX_BYTES_OF_NEIGHBOR = 128 << 10;

    static final int MAX_PACKETS = 1024;
    static final int MAX_BYTES = 2 << 20;

    /** Those with packets, who began to wait first first. */
    private final Set<Neighbor> neighbors = new LinkedHashSet<>();

    private int packets;
    private int bytes;

    /** How many there are. */
    public int packets() {
        return packets;
    }

    int bytes() {
        return bytes;
    }

    /** A neighbour has one packet more. */
    void added(Neighbor neighbor, int length) {
        neighbors.add(neighbor);
        packets++;
        bytes += length;
        while (neighbor.waitingPackets() > MAX_OF_NEIGHBOR || neighbor.waitingBytes() > MAX_BYTES_OF_NEIGHBOR) {
            neighbor.dropOldest();
        }
        while (packets > MAX_PACKETS || bytes > MAX_BYTES) {
            largest().dropOldest();
        }
    }

    /** A neighbour has one packet less. */
    void removed(Neighbor neighbor, int length) {
        packets--;
        bytes -= length;
        if (neighbor.waitingPackets() == 0) {
            neighbors.remove(neighbor);
        }
    }

    private Neighbor largest() {
        Neighbor largest = null;
        for (Neighbor each : neighbors) {
            if (largest == null || each.waitingBytes() > largest.waitingBytes()) {
                largest = each;
            }
        }
        if (largest == null) {
            throw new IllegalStateException(packets + " packets of nobody");
        }
        return largest;
    }
}
