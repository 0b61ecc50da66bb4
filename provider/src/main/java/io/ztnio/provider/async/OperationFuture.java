package io.ztnio.provider.async;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The result of an operation that was begun without a handler.
 *
 * @param <V> the result
 */
final class OperationFuture<V> extends CompletableFuture<V> {
    private final OperationSlot slot;
    private final ReentrantLock ending = new ReentrantLock();

    OperationFuture(OperationSlot slot) {
        this.slot = slot;
    }

    /** Ends it; false if it was cancelled. */
    boolean finish(V result, Throwable failure) {
        ending.lock();
        try {
            return failure == null ? complete(result) : completeExceptionally(Operation.asIoException(failure));
        } finally {
            ending.unlock();
        }
    }

    /** As in the JDK: no such operation can follow, and {@code mayInterruptIfRunning} closes the channel. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        ending.lock();
        try {
            if (isDone()) {
                return false;
            }
            // Before a waiter can begin the next one.
            slot.kill();
            super.cancel(mayInterruptIfRunning);
        } finally {
            ending.unlock();
        }
        slot.onCancelled(mayInterruptIfRunning);
        return true;
    }
}
