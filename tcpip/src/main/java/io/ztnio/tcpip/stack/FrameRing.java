package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.link.Link;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Frames on their way from one gate to another, copied into one array: bounded in frames and bytes. A frame is contiguous
 * and has the room of {@link Link#HEADROOM} and {@link Link#TAILROOM} around it, so that it can be sent from where it is.
 *
 * <p>Thread: one producer and one consumer at a time, each inside its gate.
 */
final class FrameRing {
    static final int FRAMES = 4096;
    static final int BYTES = 4 << 20;
    private static final int MASK = FRAMES - 1;

    private final byte[] bytes = new byte[BYTES];
    private final SharedLink[] links = new SharedLink[FRAMES];
    private final long[] sourceMacs = new long[FRAMES];
    private final long[] destinationMacs = new long[FRAMES];
    private final long[] timesNanos = new long[FRAMES];
    private final int[] etherTypes = new int[FRAMES];
    private final int[] starts = new int[FRAMES];
    private final int[] lengths = new int[FRAMES];

    /** Frames offered since ever, and removed. */
    private final AtomicInteger tail = new AtomicInteger();

    private final AtomicInteger head = new AtomicInteger();

    /** Producer: where the next frame goes. */
    private int end;

    /** Any thread; a hint to all but the producer and the consumer. */
    boolean isEmpty() {
        return head.get() == tail.get();
    }

    /** Frames that wait now. Consumer. */
    int size() {
        return tail.getAcquire() - head.getPlain();
    }

    /** Whether more than half is taken. Producer. */
    boolean isCrowded() {
        int first = head.getAcquire();
        int count = tail.getPlain() - first;
        if (count == 0) {
            return false;
        }
        int used = end - starts[first & MASK];
        return count > FRAMES / 2 || (used > 0 ? used : used + BYTES) > BYTES / 2;
    }

    /**
     * Copies a frame. Producer.
     *
     * @return false if there is no room
     */
    boolean offer(
            SharedLink link,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long timeNanos) {
        int at = tail.getPlain();
        int start = place(length + Link.HEADROOM + Link.TAILROOM, at);
        if (start < 0) {
            return false;
        }
        System.arraycopy(buffer, offset, bytes, start + Link.HEADROOM, length);
        int slot = at & MASK;
        links[slot] = link;
        sourceMacs[slot] = sourceMac;
        destinationMacs[slot] = destinationMac;
        etherTypes[slot] = etherType;
        timesNanos[slot] = timeNanos;
        starts[slot] = start;
        lengths[slot] = length;
        end = start + length + Link.HEADROOM + Link.TAILROOM;
        tail.setRelease(at + 1);
        return true;
    }

    /** Where so many contiguous bytes are free, or -1. */
    private int place(int length, int at) {
        int first = head.getAcquire();
        if (at - first == FRAMES || length > BYTES) {
            return -1;
        }
        if (at == first) {
            return 0;
        }
        int oldest = starts[first & MASK];
        if (end > oldest) {
            if (BYTES - end >= length) {
                return end;
            }
            return oldest > length ? 0 : -1;
        }
        return oldest - end > length ? end : -1;
    }

    /** The array of all frames. */
    byte[] bytes() {
        return bytes;
    }

    // The oldest frame, if there is one. Consumer.

    SharedLink link() {
        return links[head.getPlain() & MASK];
    }

    long sourceMac() {
        return sourceMacs[head.getPlain() & MASK];
    }

    long destinationMac() {
        return destinationMacs[head.getPlain() & MASK];
    }

    int etherType() {
        return etherTypes[head.getPlain() & MASK];
    }

    long timeNanos() {
        return timesNanos[head.getPlain() & MASK];
    }

    int offset() {
        return starts[head.getPlain() & MASK] + Link.HEADROOM;
    }

    int length() {
        return lengths[head.getPlain() & MASK];
    }

    /** Frees the oldest frame. Consumer. */
    void remove() {
        int first = head.getPlain();
        links[first & MASK] = null;
        head.setRelease(first + 1);
    }
}
