package io.ztnio.provider.async;

import java.io.IOException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.concurrent.Future;

/**
 * One operation of a channel in the virtual stack, from its begin until its handler has been called or its future is
 * complete.
 *
 * <p>Thread: the {@link OperationSlot}'s serialises {@link #attempt} and everything that leads to the end.
 *
 * @param <V> the result
 * @param <A> the attachment
 */
abstract class Operation<V, A> implements Runnable {
    private final ZeroTierChannelGroup group;
    private final CompletionHandler<V, ? super A> handler;
    private final A attachment;
    private final OperationFuture<V> future;

    /** When it is to end without success; cancelled when it ends otherwise. */
    private volatile Future<?> timer;

    private volatile boolean ended;
    private V result;
    private Throwable failure;

    /**
     * An operation.
     *
     * @param handler {@code null} for a future
     */
    Operation(ZeroTierChannelGroup group, OperationSlot slot, A attachment, CompletionHandler<V, ? super A> handler) {
        this.group = group;
        this.handler = handler;
        this.attachment = attachment;
        this.future = handler == null ? new OperationFuture<>(slot) : null;
    }

    /** Tries without waiting; whether it is done, with {@link #result(Object)} if there is one. */
    abstract boolean attempt() throws IOException;

    /** The result was not wanted any more: gives back what it holds. */
    void discard(V unwanted) {}

    /** It has failed, and is about to say so. */
    void onFailure() {}

    /** Whether it goes on, with nobody to tell, when its future is cancelled. */
    boolean outlivesCancel() {
        return false;
    }

    final void result(V value) {
        result = value;
    }

    final boolean hasEnded() {
        return ended;
    }

    final boolean isCancelled() {
        return future != null && future.isCancelled();
    }

    /** Marks the end, before anybody is told. */
    final void end(Throwable why) {
        failure = why;
        ended = true;
        cancelTimer();
    }

    final Future<V> future() {
        return future;
    }

    final void timer(Future<?> started) {
        timer = started;
        if (ended) {
            cancelTimer();
        }
    }

    private void cancelTimer() {
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
    }

    /**
     * Tells of the end: once.
     *
     * @param mayCallHere whether the handler may be called by this thread, if that is one of the group's
     * @throws ShutdownChannelGroupException if the group's pool takes no task
     */
    final void tell(boolean mayCallHere) {
        if (failure != null) {
            onFailure();
        }
        if (future != null) {
            if (!future.finish(result, failure)) {
                discard(result);
            }
            return;
        }
        try {
            group.call(this, mayCallHere);
        } catch (ShutdownChannelGroupException e) {
            discard(result);
            throw e;
        }
    }

    /** Calls the handler, which may leave an interrupt behind: that is nobody's. */
    final void callHandler() {
        if (failure == null) {
            handler.completed(result, attachment);
        } else {
            handler.failed(failure, attachment);
        }
        Thread.interrupted();
    }

    /** By a thread of the group's pool. */
    @Override
    public final void run() {
        GroupThread.run(group, () -> {
            GroupThread.current(group).takeHandler();
            callHandler();
        });
    }

    static IOException asIoException(Throwable failure) {
        return failure instanceof IOException io ? io : new IOException(failure);
    }
}
