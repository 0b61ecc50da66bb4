package io.ztnio.provider.dual;

import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.turn.VirtualThreads;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.BooleanSupplier;

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

    /** As {@link #await}, parked. */
    public void park(Object blocker, long nanos) {
        await(Waiting.PARKED, blocker, nanos, () -> false);
    }

    /**
     * Has this thread wait, perhaps for no reason. An interrupt that does not end the wait ends one such call at most, so
     * that a loop around it does not spin.
     *
     * @param nanos how long, at least 1; {@code Long.MAX_VALUE} for ever
     * @param over as in {@link Waiting#await}
     */
    public void await(Waiting waiting, Object blocker, long nanos, BooleanSupplier over) {
        boolean kept = clear();
        try {
            waiting.await(blocker, nanos, over);
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
}
