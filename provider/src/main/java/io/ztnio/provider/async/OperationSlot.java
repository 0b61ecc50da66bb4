package io.ztnio.provider.async;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.AsynchronousChannel;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where a channel's operations of one kind are, of which there is at most one at a time. Whoever has news (the beginner,
 * the stack, a timer, a close, a cancel) lets the operation be attempted; who finds somebody at it leaves it to him.
 *
 * <p>Thread: thread-safe; nothing here waits.
 */
final class OperationSlot {
    private final AsynchronousChannel channel;
    private final ZeroTierChannelGroup group;
    private final AtomicReference<Operation<?, ?>> pending = new AtomicReference<>();

    /** Calls for an attempt that have not been answered. */
    private final AtomicInteger calls = new AtomicInteger();

    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable attempt = this::attemptOnGroup;
    private final Runnable alsoKilled;
    private volatile boolean killed;

    /** The operation whose time is over. */
    private volatile Operation<?, ?> expired;

    /**
     * A slot.
     *
     * @param channel whose being open counts
     * @param alsoKilled what else is done when an operation is cancelled
     */
    OperationSlot(AsynchronousChannel channel, ZeroTierChannelGroup group, Runnable alsoKilled) {
        this.channel = channel;
        this.group = group;
        this.alsoKilled = alsoKilled;
    }

    /** Whether an operation was cancelled or ran out of time, which leaves the channel in doubt. */
    boolean isKilled() {
        return killed;
    }

    /** Whether there is an operation. */
    boolean isTaken() {
        return pending.get() != null;
    }

    void kill() {
        killed = true;
        alsoKilled.run();
    }

    /** Takes the slot; false if there is an operation already. */
    boolean take(Operation<?, ?> operation) {
        return pending.compareAndSet(null, operation);
    }

    /**
     * Begins the operation that {@link #take} put here.
     *
     * @param mayCallHere whether a handler may be called at once
     * @param timeout 0 or less for none
     * @return the future, or {@code null} if there is a handler
     * @throws ShutdownChannelGroupException if it is over and the group's pool does not take the handler
     */
    <V> Future<V> begin(Operation<V, ?> operation, boolean mayCallHere, long timeout, TimeUnit unit) {
        Operation<?, ?> done = advance();
        if (done != null) {
            done.tell(mayCallHere);
        } else if (timeout > 0 && !operation.hasEnded()) {
            operation.timer(group.schedule(() -> expire(operation), timeout, unit));
        }
        return operation.future();
    }

    /** The stack has news: has the operation attempted on a thread that may do so. Never waits; inside a gate, too. */
    void signal() {
        if (pending.get() != null && scheduled.compareAndSet(false, true)) {
            group.perform(attempt);
        }
    }

    /** Has the operation attempted by this thread, which is not inside a gate. Its handler is called by the pool. */
    void look() {
        Operation<?, ?> done = advance();
        if (done != null) {
            tell(done, false);
        }
    }

    /** As {@link #look}, by a thread of the pool that does nothing else now: it may call the handler. */
    void lookOnPool() {
        GroupThread.run(group, attempt);
    }

    void onCancelled(boolean mayClose) {
        if (mayClose) {
            try {
                channel.close();
            } catch (IOException e) {
                System.getLogger("io.ztnio.provider").log(Level.DEBUG, "closing failed", e);
            }
        }
        look();
    }

    private void attemptOnGroup() {
        scheduled.set(false);
        Operation<?, ?> done = advance();
        if (done != null) {
            tell(done, true);
        }
    }

    private void expire(Operation<?, ?> operation) {
        expired = operation;
        look();
    }

    private static void tell(Operation<?, ?> done, boolean mayCallHere) {
        try {
            done.tell(mayCallHere);
        } catch (ShutdownChannelGroupException e) {
            System.getLogger("io.ztnio.provider")
                    .log(Level.WARNING, "a completion handler is not called: its group's executor takes no task", e);
        }
    }

    /** Attempts the operation. It, if it has ended by that, with the slot free again. */
    private Operation<?, ?> advance() {
        if (calls.getAndIncrement() != 0) {
            return null;
        }
        Operation<?, ?> done = null;
        int answered = 1;
        do {
            Operation<?, ?> operation = pending.get();
            if (operation != null && !operation.hasEnded() && ends(operation)) {
                done = operation;
            }
            answered = calls.addAndGet(-answered);
        } while (answered != 0);
        if (done != null) {
            pending.set(null);
        }
        return done;
    }

    private boolean ends(Operation<?, ?> operation) {
        if (operation.isCancelled() && !operation.outlivesCancel()) {
            operation.end(null);
            return true;
        }
        Throwable failure = null;
        try {
            if (channel.isOpen()) {
                if (operation == expired) {
                    expired = null;
                    killed = true;
                    failure = new InterruptedByTimeoutException();
                } else if (!operation.attempt()) {
                    return false;
                }
            } else {
                failure = closed();
            }
        } catch (IOException | RuntimeException e) {
            failure = channel.isOpen() ? e : closed();
        }
        operation.end(failure);
        return true;
    }

    private static AsynchronousCloseException closed() {
        AsynchronousCloseException closed = new AsynchronousCloseException();
        // It would look as if the closing thread had failed.
        closed.setStackTrace(new StackTraceElement[0]);
        return closed;
    }
}
