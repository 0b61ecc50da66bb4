package io.ztnio.tcpip.udp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Datagrams with their peers' addresses on the way between the application and the stack, bounded in bytes. Payloads
 * are copied into rings that grow by linking larger ones, up to the limit; a datagram costs nothing else.
 *
 * <p>Thread: one producer and one consumer.
 */
final class DatagramQueue {
    /** What each datagram is charged beyond its bytes. */
    static final int OVERHEAD_BYTES = 128;

    private static final int MIN_RING_BYTES = 16 << 10;
    private static final VarHandle OFFERED_COST;
    private static final VarHandle POLLED_COST;
    private static final VarHandle OFFERED;
    private static final VarHandle POLLED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OFFERED_COST = lookup.findVarHandle(DatagramQueue.class, "offeredCost", long.class);
            POLLED_COST = lookup.findVarHandle(DatagramQueue.class, "polledCost", long.class);
            OFFERED = lookup.findVarHandle(DatagramQueue.class, "offered", long.class);
            POLLED = lookup.findVarHandle(DatagramQueue.class, "polled", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One ring. Slot arrays are published by {@link DatagramQueue#offered}, freed by {@link #freedSlots}. */
    private static final class Ring {
        final byte[] bytes;
        final int[] lengths;
        final InetSocketAddress[] peers;
        /** Producer's; the consumer reads it once {@link #next} is linked. */
        long writtenSlots;

        long writtenBytes;
        /** Consumer's. */
        long readBytes;

        long readSlots;
        /** What the consumer has given back. */
        volatile long freedBytes;

        volatile long freedSlots;
        /** Once linked, nothing more is written to this ring. */
        volatile Ring next;

        Ring(int size) {
            bytes = new byte[size];
            lengths = new int[size / OVERHEAD_BYTES];
            peers = new InetSocketAddress[size / OVERHEAD_BYTES];
        }

        boolean hasRoom(int length) {
            return bytes.length - (writtenBytes - freedBytes) >= length
                    && lengths.length - (writtenSlots - freedSlots) > 0;
        }
    }

    private volatile int limitBytes;
    private Ring producerRing;
    private Ring consumerRing;
    private volatile Ring firstRing;

    @SuppressWarnings("unused") // through its VarHandle
    private long offeredCost;

    @SuppressWarnings("unused") // through its VarHandle
    private long polledCost;

    @SuppressWarnings("unused") // through its VarHandle
    private long offered;

    @SuppressWarnings("unused") // through its VarHandle
    private long polled;

    DatagramQueue(int limitBytes) {
        this.limitBytes = limitBytes;
    }

    void limitBytes(int limit) {
        limitBytes = limit;
    }

    /** Datagrams ever offered. Any thread. */
    long offeredCount() {
        return (long) OFFERED.getVolatile(this);
    }

    /** Datagrams ever polled or skipped. Any thread. */
    long polledCount() {
        return (long) POLLED.getVolatile(this);
    }

    boolean isEmpty() {
        return offeredCount() == polledCount();
    }

    /** Whether a datagram of this size has room. An empty queue takes any. Producer, or as a hint any thread. */
    boolean hasRoom(int length) {
        long queued = (long) OFFERED_COST.getVolatile(this) - (long) POLLED_COST.getVolatile(this);
        return queued == 0 || queued + length + OVERHEAD_BYTES <= limitBytes;
    }

    /** Producer: queues a copy, or returns false if there is no room. */
    boolean offer(byte[] buffer, int offset, int length, InetSocketAddress peer) {
        if (!hasRoom(length)) {
            return false;
        }
        Ring ring = ringFor(length);
        int at = (int) (ring.writtenBytes & (ring.bytes.length - 1));
        int first = Math.min(length, ring.bytes.length - at);
        System.arraycopy(buffer, offset, ring.bytes, at, first);
        System.arraycopy(buffer, offset + first, ring.bytes, 0, length - first);
        publish(ring, length, peer);
        return true;
    }

    /** Producer: queues the remaining bytes, or returns false with the source untouched if there is no room. */
    boolean offer(ByteBuffer source, InetSocketAddress peer) {
        int length = source.remaining();
        if (!hasRoom(length)) {
            return false;
        }
        Ring ring = ringFor(length);
        int at = (int) (ring.writtenBytes & (ring.bytes.length - 1));
        int first = Math.min(length, ring.bytes.length - at);
        source.get(ring.bytes, at, first);
        source.get(ring.bytes, 0, length - first);
        publish(ring, length, peer);
        return true;
    }

    /** Consumer: the peer of the oldest datagram, or {@code null}. */
    InetSocketAddress peekPeer() {
        Ring ring = advance();
        return ring == null ? null : ring.peers[slot(ring)];
    }

    /** Consumer: the size of the oldest datagram; there is one. */
    int peekLength() {
        Ring ring = advance();
        return ring == null ? 0 : ring.lengths[slot(ring)];
    }

    /** Consumer: copies the oldest datagram and removes it. */
    void poll(byte[] to, int offset) {
        Ring ring = advance();
        int length = ring.lengths[slot(ring)];
        int at = (int) (ring.readBytes & (ring.bytes.length - 1));
        int first = Math.min(length, ring.bytes.length - at);
        System.arraycopy(ring.bytes, at, to, offset, first);
        System.arraycopy(ring.bytes, 0, to, offset + first, length - first);
        remove(ring, length);
    }

    /** Consumer: copies as much of the oldest datagram as there is room for and removes it. */
    void poll(ByteBuffer to) {
        Ring ring = advance();
        int length = ring.lengths[slot(ring)];
        int copied = Math.min(length, to.remaining());
        int at = (int) (ring.readBytes & (ring.bytes.length - 1));
        int first = Math.min(copied, ring.bytes.length - at);
        to.put(ring.bytes, at, first);
        to.put(ring.bytes, 0, copied - first);
        remove(ring, length);
    }

    /** Consumer: removes the oldest datagram. */
    void skip() {
        Ring ring = advance();
        remove(ring, ring.lengths[slot(ring)]);
    }

    private Ring ringFor(int length) {
        Ring ring = producerRing;
        if (ring == null) {
            ring = new Ring(powerOfTwo(Math.max(MIN_RING_BYTES, length)));
            producerRing = ring;
            firstRing = ring;
        } else if (!ring.hasRoom(length)) {
            // The limit bounds the sum over all rings, so one as large as the limit is never outgrown.
            int most = powerOfTwo(Math.max(limitBytes, length));
            int size = Math.max(powerOfTwo(length), Math.min(most, ring.bytes.length * 2));
            Ring larger = new Ring(size);
            ring.next = larger;
            producerRing = larger;
            ring = larger;
        }
        return ring;
    }

    private void publish(Ring ring, int length, InetSocketAddress peer) {
        int slot = (int) (ring.writtenSlots & (ring.lengths.length - 1));
        ring.lengths[slot] = length;
        ring.peers[slot] = peer;
        ring.writtenSlots++;
        ring.writtenBytes += length;
        OFFERED_COST.setVolatile(this, (long) OFFERED_COST.get(this) + length + OVERHEAD_BYTES);
        OFFERED.setVolatile(this, (long) OFFERED.get(this) + 1);
    }

    /** The ring with the oldest datagram, or {@code null} if there is none. */
    private Ring advance() {
        if (isEmpty()) {
            return null;
        }
        Ring ring = consumerRing;
        if (ring == null) {
            ring = firstRing;
            consumerRing = ring;
        }
        // A datagram is published somewhere, and a ring gets none after its successor is linked.
        while (ring.next != null && ring.readSlots == ring.writtenSlots) {
            ring = ring.next;
            consumerRing = ring;
        }
        return ring;
    }

    private static int slot(Ring ring) {
        return (int) (ring.readSlots & (ring.lengths.length - 1));
    }

    private void remove(Ring ring, int length) {
        ring.peers[slot(ring)] = null;
        ring.readSlots++;
        ring.readBytes += length;
        ring.freedBytes = ring.readBytes;
        ring.freedSlots = ring.readSlots;
        POLLED_COST.setVolatile(this, (long) POLLED_COST.get(this) + length + OVERHEAD_BYTES);
        POLLED.setVolatile(this, (long) POLLED.get(this) + 1);
    }

    private static int powerOfTwo(int atLeast) {
        return Integer.highestOneBit(Math.max(atLeast, 2) - 1) << 1;
    }
}
