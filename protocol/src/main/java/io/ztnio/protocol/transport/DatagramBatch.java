package io.ztnio.protocol.transport;

import java.net.InetSocketAddress;

/**
 * Datagrams received together. Filled by {@link Carrier#receive}; whoever handles them may overwrite their bytes.
 *
 * <p>Thread: one at a time; handing over needs a happens-before edge.
 */
public final class DatagramBatch {
    /** Datagrams that fit. */
    public static final int CAPACITY = 64;

    /** Longest datagram that is not cut: the largest physical MTU that ZeroTier allows. */
    public static final int SLOT_LENGTH = 10_400;

    /** Made when first needed: most nodes never see a full batch. */
    private final byte[][] buffers = new byte[CAPACITY][];

    private final int[] lengths = new int[CAPACITY];
    private final int[] sockets = new int[CAPACITY];
    private final InetSocketAddress[] sources = new InetSocketAddress[CAPACITY];
    private int size;
    private int bytes;

    /** An empty batch. */
    public DatagramBatch() {}

    public int size() {
        return size;
    }

    /** Of all datagrams. */
    public int bytes() {
        return bytes;
    }

    public void clear() {
        size = 0;
        bytes = 0;
    }

    /** Whether nothing more can be added. */
    public boolean isFull() {
        return size == CAPACITY;
    }

    /** Where the bytes of the next datagram go. */
    byte[] freeSlot() {
        byte[] slot = buffers[size];
        if (slot == null) {
            slot = new byte[SLOT_LENGTH];
            buffers[size] = slot;
        }
        return slot;
    }

    /**
     * Adds a copy of a datagram of at most {@link #SLOT_LENGTH} bytes; the batch is not full.
     *
     * @param socket number of the local socket that it came in on
     */
    public void add(int socket, InetSocketAddress source, byte[] bytes, int offset, int length) {
        System.arraycopy(bytes, offset, freeSlot(), 0, length);
        commit(length, socket, source);
    }

    void commit(int length, int socket, InetSocketAddress source) {
        lengths[size] = length;
        sockets[size] = socket;
        sources[size] = source;
        bytes += length;
        size++;
    }

    /** The bytes of datagram {@code index} start at 0. */
    public byte[] buffer(int index) {
        return buffers[index];
    }

    public int length(int index) {
        return lengths[index];
    }

    /** The local socket that it came in on, as in {@link Carrier#localAddresses}. */
    public int socket(int index) {
        return sockets[index];
    }

    public InetSocketAddress source(int index) {
        return sources[index];
    }
}
