package io.ztnio.protocol.transport;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits for sockets and for {@link #wakeup}, by {@code poll(2)} on an array of {@code pollfd} (8 bytes: descriptor, wanted
 * events, events). The first entry is an event descriptor.
 *
 * <p>Thread: {@link #wakeup} any, the rest one at a time.
 */
final class Poller {
    private static final int ENTRY = 8;
    private static final int WANTED = 4;
    private static final int EVENTS = 6;

    private final MemorySegment entries;
    private final MemorySegment callState;
    private final MemorySegment drained;
    private int count;

    private final AtomicBoolean woken = new AtomicBoolean();

    /** Keeps a late {@link #wakeup} from writing to a descriptor that is somebody else's by then. */
    private final ReentrantLock wakeupLock = new ReentrantLock();

    private final MemorySegment wakeupCallState;
    private final MemorySegment one;
    private final int event;
    private boolean closed;

    Poller(Arena arena, int sockets) throws IOException {
        entries = arena.allocate((1L + sockets) * ENTRY, Long.BYTES);
        callState = LinuxSockets.newCallState(arena);
        drained = arena.allocate(Long.BYTES, Long.BYTES);
        wakeupCallState = LinuxSockets.newCallState(arena);
        one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
        event = LinuxSockets.eventDescriptor(callState);
        add(event);
    }

    void add(int descriptor) {
        long entry = (long) count++ * ENTRY;
        entries.set(ValueLayout.JAVA_INT, entry, descriptor);
        entries.set(ValueLayout.JAVA_SHORT, entry + WANTED, LinuxSockets.POLLIN);
    }

    /** Waits for a socket, {@link #wakeup} or the end of the time; 0 does not wait. */
    void await(long timeoutMillis) {
        int timeout = (int) Math.max(0, Math.min(timeoutMillis, Integer.MAX_VALUE));
        LinuxSockets.poll(callState, entries, count, timeout);
        if (entries.get(ValueLayout.JAVA_SHORT, EVENTS) != 0) {
            LinuxSockets.lower(callState, event, drained);
            woken.set(false);
        }
    }

    void wakeup() {
        if (!woken.compareAndSet(false, true)) {
            return;
        }
        wakeupLock.lock();
        try {
            if (!closed) {
                LinuxSockets.raise(wakeupCallState, event, one);
            }
        } finally {
            wakeupLock.unlock();
        }
    }

    void close() {
        wakeupLock.lock();
        try {
            if (!closed) {
                closed = true;
                LinuxSockets.close(callState, event);
            }
        } finally {
            wakeupLock.unlock();
        }
    }
}
