package io.ztnio.tcpip.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * What an application has written and the peer has not acknowledged. Bytes have a position that counts from 0 for the
 * life of the connection; the array grows with need up to the limit.
 *
 * <p>Thread: the application produces, the engine consumes. The producer replaces the array when it grows and publishes
 * it before the end position that needs it; the old array keeps its bytes, so a consumer that still holds it reads
 * right.
 */
public final class SendRing {
    private static final VarHandle HEAD;
    private static final int FIRST_CAPACITY = 4096;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(SendRing.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile byte[] array = new byte[0];
    private volatile long head;
    private volatile long tail;
    private volatile int limitBytes;
    private long pending;

    public SendRing(int limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Producer: takes what there is room for. The consumer sees it after {@link #publish}. */
    public int append(ByteBuffer source) {
        int room = limitBytes - (int) (pending - (long) HEAD.getAcquire(this));
        int count = Math.min(room, source.remaining());
        if (count <= 0) {
            return 0;
        }
        byte[] bytes = ensureCapacity((int) (pending - head) + count);
        int at = (int) pending & (bytes.length - 1);
        int first = Math.min(count, bytes.length - at);
        source.get(bytes, at, first);
        source.get(bytes, 0, count - first);
        pending += count;
        return count;
    }

    /** Producer: shows the consumer what was appended. A full fence. */
    public void publish() {
        tail = pending;
    }

    /** Any thread: bytes held. */
    public int size() {
        long from = head;
        return (int) (tail - from);
    }

    /** Any thread: bytes that {@link #append} would take; may be negative after the limit was lowered. */
    public int free() {
        return limitBytes - size();
    }

    /** Any thread. */
    public int limitBytes() {
        return limitBytes;
    }

    /** Engine: sets how many bytes may be held. */
    public void limitBytes(int bytes) {
        limitBytes = bytes;
    }

    /** Consumer: the position behind the last byte. */
    public long end() {
        return tail;
    }

    /** Consumer: copies a range that lies before {@link #end()} and is not released. */
    public void copyTo(long position, byte[] target, int offset, int length) {
        byte[] bytes = array;
        int at = (int) position & (bytes.length - 1);
        int first = Math.min(length, bytes.length - at);
        System.arraycopy(bytes, at, target, offset, first);
        if (first < length) {
            System.arraycopy(bytes, 0, target, offset + first, length - first);
        }
    }

    /** Consumer: gives up what lies before {@code position}. */
    public void release(long position) {
        HEAD.setRelease(this, position);
    }

    private byte[] ensureCapacity(int needed) {
        byte[] old = array;
        if (needed <= old.length) {
            return old;
        }
        byte[] grown = new byte[Math.max(FIRST_CAPACITY, Integer.highestOneBit(needed - 1) << 1)];
        RingCopy.copy(old, grown, head, pending);
        array = grown;
        return grown;
    }
}
