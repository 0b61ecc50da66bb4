package io.ztnio.tcpip.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * What the peer has sent and the application has not read. Bytes have a position that counts from 0 for the life of the
 * connection. The engine may write behind a hole; the application sees bytes up to the end that was published.
 *
 * <p>One of the bytes may be urgent. An application that does not want it inline never sees it: a read ends before it,
 * the next one goes on behind it. It is marked before it is published, so that no reader is ahead of the mark.
 *
 * <p>Thread: the engine produces, the application consumes. The engine replaces the array when it grows and publishes it
 * before the end position that needs it; the old array keeps its bytes, so a consumer that still holds it reads right.
 * {@link #discard} and {@link #markUrgent} may run beside a reader; the head never goes back.
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

    private final MemoryShare memory;
    private volatile byte[] array = RingCopy.NONE;
    private volatile long head;
    private volatile long tail;

    /** The position behind the urgent byte; it is unread if the head is before it. */
    private volatile long urgentEnd;

    private long written;
    private boolean settled;

    public ReceiveRing() {
        this(MemoryShare.unlimited());
    }

    public ReceiveRing(MemoryShare memory) {
        this.memory = memory;
    }

    /** Engine: whether there is memory for bytes up to {@code end}; then {@link #write} may follow. */
    public boolean reserve(long end) {
        byte[] old = array;
        int needed = (int) (end - (long) HEAD.getAcquire(this));
        return needed <= old.length || (!settled && grow(old, needed));
    }

    /** Engine: up to where there is memory already. */
    public long roomEnd() {
        return (long) HEAD.getAcquire(this) + array.length;
    }

    /** Engine: what lies behind a hole is not wanted any more. */
    public void forgetBehindHole() {
        written = tail;
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

    /**
     * Engine: the byte at a position that is not published yet is urgent, unless a later one is. An earlier one that is
     * unread becomes ordinary data, but not where it would be the next to be read: that one is given up, so that
     * a reader who has nothing else to read, and so does not read, is spared each of a row of them. As in Linux.
     *
     * @param inline as for {@link #read}
     */
    public void markUrgent(long position, boolean inline) {
        if (position < urgentEnd) {
            return;
        }
        long from = head;
        if (!inline && from + 1 == urgentEnd && from < tail) {
            HEAD.compareAndSet(this, from, from + 1);
        }
        urgentEnd = position + 1;
    }

    /** Engine: how far the application has read. */
    public long readPosition() {
        return (long) HEAD.getAcquire(this);
    }

    /** Any thread: bytes that are held, with an urgent one. */
    public int available() {
        long from = head;
        return (int) (tail - from);
    }

    /**
     * Any thread: bytes before the urgent one, or all.
     *
     * @param inline as for {@link #read}
     */
    public int available(boolean inline) {
        long from = head;
        long end = tail;
        long urgent = urgentEnd;
        return (int) ((!inline && from < urgent && urgent <= end ? urgent - 1 : end) - from);
    }

    /**
     * Any thread: whether there is more than an urgent byte that nobody wants.
     *
     * @param inline as for {@link #read}
     */
    public boolean isReadable(boolean inline) {
        long from = head;
        long count = tail - from;
        return count > 1 || (count == 1 && (inline || from + 1 != urgentEnd));
    }

    /** Application: whether the next byte is the urgent one. */
    public boolean isAtUrgent() {
        long from = head;
        return from < tail && from + 1 == urgentEnd;
    }

    /**
     * Application: moves bytes out, not beyond what is before the urgent byte, unless it begins with that. A full
     * fence. Takes nothing if {@link #discard} or {@link #markUrgent} comes in between.
     *
     * @param inline whether the urgent byte is wanted too
     */
    public int read(ByteBuffer destination, boolean inline) {
        long from = head;
        long end = (long) TAIL.getAcquire(this);
        if (from == end || !destination.hasRemaining()) {
            return 0;
        }
        // Looked at behind the tail: what is published has been marked.
        long urgent = urgentEnd;
        if (from < urgent && urgent <= end) {
            if (from + 1 < urgent) {
                end = urgent - 1;
            } else if (!inline) {
                if (!HEAD.compareAndSet(this, from, urgent)) {
                    return 0;
                }
                from = urgent;
            }
        }
        int count = (int) Math.min(end - from, destination.remaining());
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
            memory.giveBack(held.length);
        }
    }

    /** Engine: nothing will be written any more; what is left is the reader's and no longer charged. */
    public void settle() {
        if (!settled) {
            settled = true;
            memory.giveBack(array.length);
        }
    }

    private boolean grow(byte[] old, int needed) {
        int capacity = RingCopy.capacity(needed);
        if (!memory.mayGrow(old.length, capacity)) {
            return false;
        }
        byte[] grown = memory.allocate(old.length, capacity);
        RingCopy.copy(old, grown, (long) HEAD.getAcquire(this), written);
        array = grown;
        return true;
    }
}
