package io.ztnio.tcpip.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * What the peer has sent and the application has not read. Bytes have a position that counts from 0 for the life of the
 * connection. The engine may write behind a hole; the application sees bytes up to the end that was published.
 *
 * <p>Thread: the engine produces, the application consumes. The engine replaces the array when it grows and publishes it
 * before the end position that needs it; the old array keeps its bytes, so a consumer that still holds it reads right.
 * {@link #discard} may run beside a reader; the head never goes back.
 */
public final class ReceiveRing {
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(ReceiveRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(ReceiveRing.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemoryBudget budget;
    private volatile byte[] array = RingCopy.NONE;
    private volatile long head;
    private volatile long tail;
    private long written;
    private boolean settled;

    public ReceiveRing() {
        this(MemoryBudget.unlimited());
    }

    public ReceiveRing(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Engine: whether there is memory for bytes up to {@code end}; then {@link #write} may follow. */
    public boolean reserve(long end) {
        byte[] old = array;
        int needed = (int) (end - (long) HEAD.getAcquire(this));
        return needed <= old.length || (!settled && grow(old, needed));
    }

    /** Engine: stores bytes at a position that is not before the published end and was reserved. */
    public void write(long position, byte[] source, int offset, int length) {
        long end = position + length;
        if (!reserve(end)) {
            throw new IllegalStateException("no memory was reserved");
        }
        byte[] bytes = array;
        int at = (int) position & (bytes.length - 1);
        int first = Math.min(length, bytes.length - at);
        System.arraycopy(source, offset, bytes, at, first);
        if (first < length) {
            System.arraycopy(source, offset + first, bytes, 0, length - first);
        }
        written = Math.max(written, end);
    }

    /** Engine: lets the application see everything before {@code position}. */
    public void publish(long position) {
        TAIL.setRelease(this, position);
    }

    /** Engine: how far the application has read. */
    public long readPosition() {
        return (long) HEAD.getAcquire(this);
    }

    /** Any thread: bytes that can be read. */
    public int available() {
        long from = head;
        return (int) (tail - from);
    }

    /** Application: moves bytes out. A full fence. Takes nothing if {@link #discard} comes in between. */
    public int read(ByteBuffer destination) {
        long from = head;
        int count = (int) Math.min((long) TAIL.getAcquire(this) - from, destination.remaining());
        if (count <= 0) {
            return 0;
        }
        byte[] bytes = array;
        // As long as the head stays where it is, the engine neither trims the ring nor writes over these bytes.
        if (head != from) {
            return 0;
        }
        int start = destination.position();
        int at = (int) from & (bytes.length - 1);
        int first = Math.min(count, bytes.length - at);
        destination.put(bytes, at, first);
        destination.put(bytes, 0, count - first);
        if (!HEAD.compareAndSet(this, from, from + count)) {
            destination.position(start);
            return 0;
        }
        return count;
    }

    /** Application: drops what can be read; while another thread reads, too. */
    public void discard() {
        long from = head;
        while (!HEAD.compareAndSet(this, from, (long) TAIL.getAcquire(this))) {
            from = head;
        }
    }

    /** Bytes of memory that it holds. */
    public int capacityBytes() {
        return array.length;
    }

    /**
     * Engine: gives the memory back if there is nothing in it. A reader uses the array only while the head stays before
     * the tail, and then the ring is not empty.
     */
    public void trim() {
        byte[] held = array;
        if (held.length > 0 && !settled && (long) HEAD.getAcquire(this) == written && tail == written) {
            array = RingCopy.NONE;
            budget.giveBack(held.length);
        }
    }

    /** Engine: nothing will be written any more; what is left is the reader's and no longer charged. */
    public void settle() {
        if (!settled) {
            settled = true;
            budget.giveBack(array.length);
        }
    }

    private boolean grow(byte[] old, int needed) {
        int capacity = RingCopy.capacity(needed);
        if (!budget.mayGrow(old.length, capacity)) {
            return false;
        }
        byte[] grown = new byte[capacity];
        RingCopy.copy(old, grown, (long) HEAD.getAcquire(this), written);
        array = grown;
        return true;
    }
}
