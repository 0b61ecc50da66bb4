package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import java.util.Arrays;

/**
 * Packets from the stack to itself, copied, so that delivery never happens inside a send. A ring of bytes that grows
 * up to {@link #MAX_BYTES}; a packet in it is contiguous.
 *
 * <p>Thread: confined to the gate.
 */
final class LoopbackQueue {
    static final int MAX_BYTES = 4 << 20;
    private static final int MAX_PACKETS = 8192;

    private final DropCounters drops;
    private byte[] bytes = new byte[0];
    private int[] starts = new int[16];
    private int[] lengths = new int[16];
    private IpInterface[] links = new IpInterface[16];
    private int first;
    private int count;
    /** Where the next packet goes. */
    private int end;

    LoopbackQueue(DropCounters drops) {
        this.drops = drops;
    }

    int count() {
        return count;
    }

    /** Copies a packet that counts as received on {@code link}. */
    void offer(IpInterface link, byte[] buffer, int offset, int length) {
        int start = place(length);
        if (start < 0 || count == MAX_PACKETS) {
            drops.count(DropReason.LOOPBACK_FULL);
            return;
        }
        if (count == starts.length) {
            growIndex();
        }
        System.arraycopy(buffer, offset, bytes, start, length);
        int slot = (first + count) & (starts.length - 1);
        starts[slot] = start;
        lengths[slot] = length;
        links[slot] = link;
        end = start + length;
        count++;
    }

    byte[] headBuffer() {
        return bytes;
    }

    int headStart() {
        return starts[first];
    }

    int headLength() {
        return lengths[first];
    }

    IpInterface headLink() {
        return links[first];
    }

    /** Frees the oldest packet; its bytes stay valid until the next {@link #offer}. */
    void removeHead() {
        links[first] = null;
        first = (first + 1) & (starts.length - 1);
        count--;
    }

    /** Where {@code length} contiguous bytes are free, or -1. */
    private int place(int length) {
        if (count == 0) {
            end = 0;
        }
        while (true) {
            int head = count == 0 ? bytes.length : starts[first];
            if (count == 0 || end > head) {
                if (bytes.length - end >= length) {
                    return end;
                }
                if (count > 0 && head > length) {
                    return 0;
                }
            } else if (head - end > length) {
                return end;
            }
            if (bytes.length >= MAX_BYTES) {
                return -1;
            }
            growBytes();
        }
    }

    /** Doubles the ring; packets move to its start in their order. */
    private void growBytes() {
        byte[] larger = new byte[Math.max(128 << 10, bytes.length * 2)];
        int at = 0;
        for (int i = 0; i < count; i++) {
            int slot = (first + i) & (starts.length - 1);
            System.arraycopy(bytes, starts[slot], larger, at, lengths[slot]);
            starts[slot] = at;
            at += lengths[slot];
        }
        end = at;
        bytes = larger;
    }

    private void growIndex() {
        int size = starts.length;
        rotateIndex();
        // All or none, should there be no memory for one.
        int[] moreStarts = Arrays.copyOf(starts, size * 2);
        int[] moreLengths = Arrays.copyOf(lengths, size * 2);
        links = Arrays.copyOf(links, size * 2);
        lengths = moreLengths;
        starts = moreStarts;
    }

    /** Moves the index so that {@link #first} is 0. */
    private void rotateIndex() {
        int size = starts.length;
        int[] movedStarts = new int[size];
        int[] movedLengths = new int[size];
        IpInterface[] movedLinks = new IpInterface[size];
        for (int i = 0; i < count; i++) {
            int slot = (first + i) & (size - 1);
            movedStarts[i] = starts[slot];
            movedLengths[i] = lengths[slot];
            movedLinks[i] = links[slot];
        }
        starts = movedStarts;
        lengths = movedLengths;
        links = movedLinks;
        first = 0;
    }
}
