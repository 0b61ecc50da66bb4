package io.ztnio.provider.dual;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.locks.LockSupport;

/**
 * What an interrupt means to a thread that waits in a socket.
 *
 * <p>Thread: {@link #park} and {@link #check} are about the calling thread.
 */
public enum Interruption {
    /** As in {@code java.nio.channels}: it closes the channel. */
    OF_CHANNELS,

    /**
     * As in {@code java.net}: a platform thread goes on waiting, with its status kept; a virtual one closes the socket,
     * but only where it would have to wait.
     */
    OF_SOCKETS;

    /** Whether an interrupt of this thread ends its wait. */
    public boolean endsWait() {
        return this == OF_CHANNELS || VirtualThreads.isCurrent();
    }

    /** Whether an interrupt ends an operation too that does not have to wait. */
    boolean endsAttempts() {
        return this == OF_CHANNELS;
    }

    /**
     * Parks this thread, perhaps for no reason. An interrupt that does not end the wait ends one such call at most, so
     * that a loop around it does not spin.
     *
     * @param nanos how long, at least 1; {@code Long.MAX_VALUE} for ever
     */
    public void park(Object blocker, long nanos) {
        boolean kept = clear();
        try {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(blocker);
            } else {
                LockSupport.parkNanos(blocker, nanos);
            }
        } finally {
            restore(kept);
        }
    }

    /** Takes a status away that does not end the wait, for an operation that an interrupt ends. Whether it was set. */
    boolean clear() {
        return !endsWait() && Thread.interrupted();
    }

    /** Gives back what {@link #clear} took. */
    void restore(boolean kept) {
        if (kept) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Closes {@code owner} if an interrupt of this thread ends its wait.
     *
     * @throws ClosedByInterruptException if so
     */
    public void check(Channel owner) throws IOException {
        if (Thread.currentThread().isInterrupted() && endsWait()) {
            owner.close();
            throw new ClosedByInterruptException();
        }
    }

    /** Virtual threads came with JDK 21; this is compiled for 17. */
    private static final class VirtualThreads {
        private static final MethodHandle IS_VIRTUAL = find();

        private VirtualThreads() {}

        private static MethodHandle find() {
            try {
                return MethodHandles.publicLookup()
                        .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
            } catch (ReflectiveOperationException e) {
                return null;
            }
        }

        static boolean isCurrent() {
            try {
                return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
    }
}
