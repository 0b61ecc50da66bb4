package io.ztnio.protocol.packet;

import io.ztnio.protocol.wire.EnumCounters;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;

/**
 * Puts split packets together again ({@code protocol.md} 2.7). A ring of {@value #SLOTS} packets, the oldest of which gives
 * way to a new one; there is no timeout. Pieces may come in any order, twice, or never. Memory is bounded by
 * {@value #SLOTS} times the longest packet, and taken as needed.
 *
 * <p>Nothing here is authenticated: whoever can guess a packet ID can spoil that packet, not more.
 *
 * <p>Thread: belongs to one thread.
 *
 * @param <O> what the caller wants to know of a head's origin: its path
 */
public final class Reassembly<O> {
    /** Why a datagram or a packet was dropped. */
    public enum Drop {
        /** An index or a total that cannot be, or a total that contradicts an earlier one. */
        MALFORMED,
        /** The piece is there already, or the packet was complete before. */
        DUPLICATE,
        /** The pieces are longer than a packet may be; the packet is given up. */
        TOO_LONG,
        /** An incomplete packet gave way to a newer one. */
        EVICTED
    }

    /** Packets in progress. */
    public static final int SLOTS = 32;

    private final Slot<O>[] slots;
    private final EnumCounters<Drop> drops = new EnumCounters<>(Drop.class);
    private final byte[] orderBuffer = new byte[PacketHeader.MAX_PACKET_LENGTH];
    /** What the slots hold, if they are used. */
    private final long[] ids = new long[SLOTS];

    private int nextSlot;
    private int lastSlot;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type cannot be created otherwise
    public Reassembly() {
        slots = new Slot[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Slot<>();
        }
    }

    /**
     * Takes a head whose fragmented flag is set.
     *
     * @param length at least {@link PacketHeader#LENGTH}
     * @return the packet if this completes it, otherwise {@code null}; valid until the next call
     */
    public Packet<O> onHead(byte[] datagram, int offset, int length, O origin, long ingressNanos) {
        Slot<O> slot = slot(PacketHeader.id(datagram, offset));
        if (!accepts(slot, 0, length)) {
            return null;
        }
        slot.origin = origin;
        return add(slot, 0, datagram, offset, length, ingressNanos);
    }

    /**
     * Takes a fragment, as {@link FragmentHeader#isFragment} finds it.
     *
     * @return the packet if this completes it, otherwise {@code null}; valid until the next call
     */
    public Packet<O> onFragment(byte[] datagram, int offset, int length, long ingressNanos) {
        int total = FragmentHeader.total(datagram, offset);
        int index = FragmentHeader.index(datagram, offset);
        if (total < 2 || total > PacketHeader.MAX_PIECES || index < 1 || index >= total) {
            drops.count(Drop.MALFORMED);
            return null;
        }
        int payloadLength = length - FragmentHeader.LENGTH;
        Slot<O> slot = slot(FragmentHeader.id(datagram, offset));
        if (slot.total != 0 && slot.total != total) {
            drops.count(Drop.MALFORMED);
            return null;
        }
        if (!accepts(slot, index, payloadLength)) {
            return null;
        }
        slot.total = total;
        return add(slot, index, datagram, offset + FragmentHeader.LENGTH, payloadLength, ingressNanos);
    }

    public long drops(Drop reason) {
        return drops.get(reason);
    }

    /** The slot of this packet, or the oldest one, emptied for it. */
    private Slot<O> slot(long id) {
        // Mostly a piece of the packet that the last piece was of.
        if (ids[lastSlot] == id && slots[lastSlot].used) {
            return slots[lastSlot];
        }
        for (int i = 0; i < SLOTS; i++) {
            if (ids[i] == id && slots[i].used) {
                lastSlot = i;
                return slots[i];
            }
        }
        lastSlot = nextSlot;
        nextSlot = (nextSlot + 1) % SLOTS;
        Slot<O> slot = slots[lastSlot];
        if (slot.used && !slot.done) {
            drops.count(Drop.EVICTED);
        }
        slot.start();
        ids[lastSlot] = id;
        return slot;
    }

    private boolean accepts(Slot<O> slot, int index, int payloadLength) {
        if (slot.done || (slot.received & (1 << index)) != 0) {
            drops.count(Drop.DUPLICATE);
            return false;
        }
        if (slot.length + payloadLength > PacketHeader.MAX_PACKET_LENGTH) {
            drops.count(Drop.TOO_LONG);
            slot.done = true;
            slot.origin = null;
            return false;
        }
        return true;
    }

    private Packet<O> add(Slot<O> slot, int index, byte[] source, int offset, int length, long ingressNanos) {
        slot.append(index, source, offset, length);
        slot.ingressNanos = ingressNanos;
        if (slot.total == 0 || Integer.bitCount(slot.received) != slot.total) {
            return null;
        }
        slot.putInOrder(orderBuffer);
        slot.done = true;
        return slot;
    }

    /** A complete packet, armored as its sender armored it. */
    public interface Packet<O> {
        /** Holds the packet from index 0 on; the packet may be opened in place. */
        byte[] buffer();

        /**
         * As {@link #buffer}, which is the caller's from now on.
         *
         * @param replacement of {@link PacketHeader#MAX_PACKET_LENGTH} bytes, which the caller gives away
         */
        byte[] exchangeBuffer(byte[] replacement);

        int length();

        /** Where its head came from. */
        O origin();

        /** When its last piece came. */
        long ingressNanos();
    }

    private static final class Slot<O> implements Packet<O> {
        private final int[] pieceStart = new int[PacketHeader.MAX_PIECES];
        private final int[] pieceLength = new int[PacketHeader.MAX_PIECES];
        private byte[] buffer;
        private boolean used;
        /** Complete or given up: kept to know later pieces by. */
        private boolean done;

        private boolean inOrder;
        private int total;
        private int received;
        private int length;
        private O origin;
        private long ingressNanos;

        void start() {
            if (buffer == null) {
                buffer = new byte[PacketHeader.MAX_PACKET_LENGTH];
            }
            used = true;
            done = false;
            inOrder = true;
            total = 0;
            received = 0;
            length = 0;
            origin = null;
        }

        void append(int index, byte[] source, int offset, int pieceBytes) {
            inOrder &= received == (1 << index) - 1;
            received |= 1 << index;
            pieceStart[index] = length;
            pieceLength[index] = pieceBytes;
            System.arraycopy(source, offset, buffer, length, pieceBytes);
            length += pieceBytes;
        }

        void putInOrder(byte[] scratch) {
            if (inOrder) {
                return;
            }
            int position = 0;
            for (int index = 0; index < total; index++) {
                System.arraycopy(buffer, pieceStart[index], scratch, position, pieceLength[index]);
                position += pieceLength[index];
            }
            System.arraycopy(scratch, 0, buffer, 0, position);
        }

        @Override
        public byte[] buffer() {
            return buffer;
        }

        @Override
        public byte[] exchangeBuffer(byte[] replacement) {
            byte[] packet = buffer;
            buffer = replacement;
            return packet;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public O origin() {
            return origin;
        }

        @Override
        public long ingressNanos() {
            return ingressNanos;
        }
    }
}
