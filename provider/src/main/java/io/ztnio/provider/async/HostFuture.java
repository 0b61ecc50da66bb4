package io.ztnio.provider.async;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A future of one of the JDK's channels as one of the channel around it, which is told when the JDK's may have closed itself.
 *
 * @param <H> the JDK's result
 * @param <V> the result
 */
final class HostFuture<H, V> implements Future<V> {
    private final Future<H> future;
    private final Mapping<H, V> mapping;
    private final Runnable afterwards;
    private final ReentrantLock lock = new ReentrantLock();
    private V mapped;

    /** Makes one result of another. */
    @FunctionalInterface
    interface Mapping<H, V> {
        V map(H result) throws IOException;
    }

    /**
     * A future.
     *
     * @param mapping makes the result, once
     * @param afterwards to be done after a failure or a cancellation
     */
    HostFuture(Future<H> future, Mapping<H, V> mapping, Runnable afterwards) {
        this.future = future;
        this.mapping = mapping;
        this.afterwards = afterwards;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = future.cancel(mayInterruptIfRunning);
        afterwards.run();
        return cancelled;
    }

    @Override
    public boolean isCancelled() {
        return future.isCancelled();
    }

    @Override
    public boolean isDone() {
        return future.isDone();
    }

    @Override
    public V get() throws InterruptedException, ExecutionException {
        try {
            return map(future.get());
        } catch (ExecutionException e) {
            afterwards.run();
            throw e;
        }
    }

    @Override
    public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return map(future.get(timeout, unit));
        } catch (ExecutionException e) {
            afterwards.run();
            throw e;
        }
    }

    private V map(H result) throws ExecutionException {
        if (result == null) {
            return null;
        }
        lock.lock();
        try {
            if (mapped == null) {
                mapped = mapping.map(result);
            }
            return mapped;
        } catch (IOException e) {
            throw new ExecutionException(e);
        } finally {
            lock.unlock();
        }
    }
}
