package io.ztnio.provider.dual;

import io.ztnio.provider.os.OsProvider;
import io.ztnio.tcpip.Waiting;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A blocking operation's wait for either stack. With one of the JDK's channels to watch it uses one of the JDK's
 * selectors, opened by the first wait and kept until the channel is closed; without one it parks. On JDK 21 to 23 a
 * virtual thread pins its carrier in the former.
 *
 * <p>Thread: {@link #await} by one thread at a time, the others at any time.
 */
public final class DualWait {
    private final Channel owner;
    private final Interruption interruption;
    private final int osOp;
    private final BooleanSupplier virtualReady;
    private final Supplier<Waiting> waiting;
    private final BooleanSupplier over = this::isOver;
    private final ReentrantLock turn = new ReentrantLock();

    private volatile Thread parked;
    private volatile Selector selecting;
    private volatile boolean shutDown;
    private Selector selector;

    /**
     * A wait for {@code owner}'s operation.
     *
     * @param interruption what an interrupt of the waiting thread means
     * @param osOp what to watch the JDK's channel for
     * @param waiting how a thread waits for the virtual stack alone
     * @param virtualReady whether the virtual stack is ready; asked after a waker could have been missed
     */
    public DualWait(
            Channel owner,
            Interruption interruption,
            int osOp,
            Supplier<Waiting> waiting,
            BooleanSupplier virtualReady) {
        this.owner = owner;
        this.interruption = interruption;
        this.osOp = osOp;
        this.waiting = waiting;
        this.virtualReady = virtualReady;
    }

    /**
     * Waits until something may be ready, possibly without reason.
     *
     * @param os the JDK's channel to watch, non-blocking, or {@code null}
     * @param nanos how long, at least 1; {@code Long.MAX_VALUE} for ever
     */
    public void await(SelectableChannel os, long nanos) throws IOException {
        turn.lock();
        try {
            if (os == null) {
                park(nanos);
            } else {
                select(os, nanos);
            }
        } finally {
            turn.unlock();
            if (shutDown) {
                closeIfFree();
            }
        }
        check();
    }

    /** The end of every wait, successful or not: an interrupt or a close during it shows. */
    public void check() throws IOException {
        interruption.check(owner);
        ensureOpen();
    }

    /** Before a blocking operation's first attempt, and when one fails: an interrupt shows only if it ends those. */
    public void checkAttempt() throws IOException {
        if (interruption.endsAttempts()) {
            interruption.check(owner);
        }
        ensureOpen();
    }

    private void ensureOpen() throws AsynchronousCloseException {
        if (!owner.isOpen()) {
            throw new AsynchronousCloseException();
        }
    }

    public void wake() {
        waiting.get().wake(parked);
        Selector sleeping = selecting;
        if (sleeping != null) {
            sleeping.wakeup();
        }
    }

    /** The channel has been closed: wakes the waiter; who is last closes the selector. Never waits. */
    public void shutDown() throws IOException {
        shutDown = true;
        wake();
        closeIfFree();
    }

    private void park(long nanos) {
        parked = Thread.currentThread();
        try {
            if (mayWait()) {
                interruption.await(waiting.get(), this, nanos, over);
            }
        } finally {
            parked = null;
        }
    }

    private void select(SelectableChannel os, long nanos) throws IOException {
        if (shutDown) {
            return;
        }
        if (selector == null) {
            selector = OsProvider.openSelector();
        }
        try {
            SelectionKey key = os.keyFor(selector);
            if (key == null) {
                os.register(selector, osOp);
            }
        } catch (ClosedChannelException e) {
            return;
        }
        selecting = selector;
        boolean kept = interruption.clear();
        try {
            if (mayWait()) {
                long millis = nanos == Long.MAX_VALUE ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
                selector.select(millis);
                selector.selectedKeys().clear();
            }
        } finally {
            selecting = null;
            interruption.restore(kept);
        }
    }

    private boolean isOver() {
        return !mayWait();
    }

    private boolean mayWait() {
        return !shutDown && owner.isOpen() && !virtualReady.getAsBoolean();
    }

    private void closeIfFree() throws IOException {
        if (!turn.tryLock()) {
            return;
        }
        try {
            if (selector != null) {
                selector.close();
                selector = null;
            }
        } finally {
            turn.unlock();
        }
    }
}
