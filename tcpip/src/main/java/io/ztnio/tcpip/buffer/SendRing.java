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
    private static final VarHandle LOCK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(SendRing.class, "head", long.class);
            LOCK = lookup.findVarHandle(SendRing.class, "holder", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** So often somebody who waits tries until he looks whether the holder lives. */
    private static final int SPINS_PER_LOOK = 4096;

    private final MemoryShare memory;
    private volatile byte[] array = RingCopy.NONE;
    private volatile long head;
    private volatile long tail;
    private volatile int limitBytes;
    private long pending;

    /** What the budget granted when it was last asked for more. */
    private volatile int grantBytes = Integer.MAX_VALUE;

    /** Whoever replaces the array or writes to it holds it: for a moment, and hardly ever wanted by both. */
    private volatile Thread holder;

    private boolean settled;

    public SendRing(int limitBytes) {
        this(limitBytes, MemoryShare.unlimited());
    }

    public SendRing(int limitBytes, MemoryShare memory) {
        this.limitBytes = limitBytes;
        this.memory = memory;
    }

    /** Producer: takes what there is room for. The consumer sees it after {@link #publish}. */
    public int append(ByteBuffer source) {
        try {
            lock();
            return appendLocked(source);
        } finally {
            unlock();
        }
    }

    private int appendLocked(ByteBuffer source) {
        int held = (int) (pending - (long) HEAD.getAcquire(this));
        int count = Math.min(limitBytes() - held, source.remaining());
        if (count <= 0) {
            return 0;
        }
        byte[] bytes = ensureCapacity(held + count);
        count = Math.min(count, bytes.length - held);
        if (count <= 0) {
            return 0;
        }
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
        return limitBytes() - size();
    }

    /** Any thread: how many bytes may be held now. */
    public int limitBytes() {
        return Math.min(limitBytes, grantBytes);
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
        if (grantBytes != Integer.MAX_VALUE && !memory.isTight()) {
            grantBytes = Integer.MAX_VALUE;
        }
    }

    /** Bytes of memory that it holds. */
    public int capacityBytes() {
        return array.length;
    }

    /** Consumer: gives the memory back if there is nothing in it. */
    public void trim() {
        if (array.length > 0 && LOCK.compareAndSet(this, null, Thread.currentThread())) {
            if (head == pending && !settled) {
                drop();
            }
            unlock();
        }
    }

    /** Consumer: nothing will be sent any more. */
    public void settle() {
        lock();
        if (!settled) {
            settled = true;
            drop();
        }
        unlock();
    }

    private void drop() {
        memory.giveBack(array.length);
        array = RingCopy.NONE;
    }

    /** Waits until nobody else replaces the array or writes to it. */
    void lock() {
        Thread own = Thread.currentThread();
        for (int spins = 1; !LOCK.compareAndSet(this, null, own); spins++) {
            if (spins % SPINS_PER_LOOK == 0) {
                takeFromTheDead();
            }
            Thread.onSpinWait();
        }
    }

    /** A thread that was stopped by force between two instructions never lets go. */
    private void takeFromTheDead() {
        Thread dead = holder;
        if (dead != null && !dead.isAlive()) {
            LOCK.compareAndSet(this, dead, null);
        }
    }

    private void unlock() {
        if (holder == Thread.currentThread()) {
            LOCK.setRelease(this, null);
        }
    }

    /** The array, grown to hold {@code needed} bytes if it may. */
    private byte[] ensureCapacity(int needed) {
        byte[] old = array;
        if (needed <= old.length || settled) {
            return old;
        }
        int capacity = RingCopy.capacity(needed);
        if (!memory.mayGrow(old.length, capacity)) {
            // The first piece is never refused, so that there is one.
            capacity = Math.max(old.length, RingCopy.FIRST_CAPACITY);
            grantBytes = capacity;
            if (capacity == old.length || !memory.mayGrow(old.length, capacity)) {
                return old;
            }
        }
        byte[] grown = memory.allocate(old.length, capacity);
        RingCopy.copy(old, grown, head, pending);
        array = grown;
        return grown;
    }
}
