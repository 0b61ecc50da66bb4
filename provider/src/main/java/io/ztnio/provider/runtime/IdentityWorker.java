package io.ztnio.provider.runtime;

import io.ztnio.protocol.vl1.IdentityChecker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Checks strangers' identities on a thread of its own. There is one at a time, for the node hands over no more; it also sees to it
 * that those of strangers take no more than their share of a processor. An interrupt means nothing to the thread.
 *
 * <p>Thread: {@link #check} on the node's thread, {@link #close} on any.
 */
final class IdentityWorker implements IdentityChecker, AutoCloseable {
    private final LongConsumer onChecked;
    private final Consumer<Exception> onBug;
    private final AtomicReference<Runnable> next = new AtomicReference<>();
    private final Thread thread = new Thread(this::work, "ztnio-identity");
    private volatile boolean closed;

    /**
     * A worker that waits.
     *
     * @param onChecked told, on the worker's thread, how many microseconds a check took
     * @param onBug told what a check threw
     */
    IdentityWorker(LongConsumer onChecked, Consumer<Exception> onBug) {
        this.onChecked = onChecked;
        this.onBug = onBug;
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public long check(Runnable check) {
        next.set(check);
        LockSupport.unpark(thread);
        return LATER;
    }

    private void work() {
        while (!closed) {
            Runnable check = next.getAndSet(null);
            if (check == null) {
                LockSupport.park(this);
                // Or the next park would return at once.
                Thread.interrupted();
            } else {
                run(check);
            }
        }
    }

    private void run(Runnable check) {
        long start = System.nanoTime();
        try {
            check.run();
        } catch (RuntimeException e) {
            onBug.accept(e);
        } catch (OutOfMemoryError e) {
            // Two megabytes are too much at the moment. It counts as checked, and the next ones are tried.
            onBug.accept(new IllegalStateException("no memory to check an identity", e));
        }
        onChecked.accept(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
    }

    /** Ends the thread and waits for that, which takes as long as the check in hand at most. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
