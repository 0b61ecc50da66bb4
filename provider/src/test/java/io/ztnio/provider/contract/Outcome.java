package io.ztnio.provider.contract;

import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A handler that tells a test how an operation ended, on which thread, and with what attachment. */
final class Outcome<V> implements CompletionHandler<V, String> {
    private final CompletableFuture<V> result = new CompletableFuture<>();
    private volatile Thread thread;
    private volatile String attachment;

    @Override
    public void completed(V value, String attached) {
        told(attached);
        result.complete(value);
    }

    @Override
    public void failed(Throwable failure, String attached) {
        told(attached);
        result.completeExceptionally(failure);
    }

    private void told(String attached) {
        if (attachment != null) {
            throw new AssertionError("told twice");
        }
        thread = Thread.currentThread();
        attachment = attached;
    }

    V get() throws Exception {
        return result.get();
    }

    Throwable failure() throws InterruptedException {
        Throwable failure = outcome();
        if (failure == null) {
            throw new AssertionError("succeeded with " + result.join());
        }
        return failure;
    }

    /** The failure once it is over, or {@code null} if it succeeded. */
    Throwable outcome() throws InterruptedException {
        try {
            result.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /** Who called the handler. */
    Thread thread() {
        return thread;
    }

    String attachment() {
        return attachment;
    }
}
