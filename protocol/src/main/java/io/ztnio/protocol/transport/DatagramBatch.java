package io.ztnio.protocol.transport;

import java.net.InetSocketAddress;

/**
 * Datagrams received together. Filled by {@link DatagramTransport#receive}; whoever handles them may overwrite their bytes.
 *
 * <p>Thread: one at a time; handing over needs a happens-before edge.
 */
public final class DatagramBatch {
    /** Datagrams that fit. */
    public static final int CAPACITY = 64;

    /** Longest datagram that is not cut: the largest physical MTU that ZeroTier allows. */
    public static final int SLOT_LENGTH = 10_400;

    private final byte[][] buffers = new byte[CAPACITY][SLOT_LENGTH];
    private final int[] lengths = new int[CAPACITY];
    private final int[] sockets = new int[CAPACITY];
    private final InetSocketAddress[] sources = new InetSocketAddress[CAPACITY];
    private int size;

    /** An empty batch. */
    public DatagramBatch() {}

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    boolean isFull() {
        return size == CAPACITY;
    }

    byte[] freeSlot() {
        return buffers[size];
    }

    void commit(int length, int socket, InetSocketAddress source) {
        lengths[size] = length;
        sockets[size] = socket;
        sources[size] = source;
        size++;
    }

    /** The bytes of datagram {@code index} start at 0. */
    public byte[] buffer(int index) {
        return buffers[index];
    }

    public int length(int index) {
        return lengths[index];
    }

    /** The local socket that it came in on, as in {@link DatagramTransport#localAddresses}. */
    public int socket(int index) {
        return sockets[index];
    }

    public InetSocketAddress source(int index) {
        return sources[index];
    }
}
