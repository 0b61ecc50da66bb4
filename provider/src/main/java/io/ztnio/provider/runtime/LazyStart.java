package io.ztnio.provider.runtime;

import io.ztnio.provider.config.ConfigException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Something that starts when it is first needed, on a thread of its own, so that neither an interrupt nor a lock of who
 * needs it gets in its way. If it cannot be started, everybody who needs it is told why, and it is tried again for whoever
 * needs it next: what was in the way may be gone. Tries keep a distance, so that a loop of those who need it is no loop of
 * tries.
 *
 * <p>Thread: thread-safe. No lock is held while it starts or while the observer is told.
 */
final class LazyStart<T extends AutoCloseable> {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final String message;
    private final String place;
    private final boolean quiet;
    private final Starter<T> starter;
    private final Runnable observer;
    private final long distanceNanos;

    /** Written by {@link #lock}. */
    private volatile State<T> state = new State<>(Phase.IDLE, null, null, 0, 0);

    private volatile Runnable onReady = () -> {};

    /** What runs, once the observer knows it. */
    private volatile T ready;

    /** Of the last try, or {@code null}; written by {@link #lock}. */
    private volatile Thread trying;

    /** Guarded by {@link #lock}: tries that have begun or are to begin, and those that have ended. */
    private long begun;

    private long ended;

    /** The message logged last, or about to be. */
    private final AtomicReference<String> logged = new AtomicReference<>("");

    interface Starter<T> {
        T start() throws IOException;
    }

    enum Phase {
        /** Nobody has needed it. */
        IDLE,
        /** A try is under way, or will be. */
        STARTING,
        RUNNING,
        FAILED,
        CLOSED
    }

    /**
     * Where it stands.
     *
     * @param started while it runs
     * @param failure why the last try failed, until one succeeds
     * @param sinceNanos when it came to stand so
     * @param begunNanos when the last try began, or is to begin
     */
    record State<T>(Phase phase, T started, IOException failure, long sinceNanos, long begunNanos) {}

    /**
     * Starts nothing.
     *
     * @param message what cannot be done if it does not start
     * @param place where, which is said unless the reason says it
     * @param observer told after each change
     * @param quiet whether whoever asks for it says why it does not start, so that the log need not
     * @param distance least time between the end of a try and the next one
     */
    LazyStart(
            String message,
            String place,
            Starter<T> starter,
            Runnable observer,
            boolean quiet,
            long distance,
            TimeUnit unit) {
        this.message = message;
        this.place = place;
        this.quiet = quiet;
        this.starter = starter;
        this.observer = observer;
        this.distanceNanos = unit.toNanos(distance);
    }

    /** Has something called whenever {@link #running} has come to be there; before the first start. */
    void onReady(Runnable then) {
        onReady = then;
    }

    State<T> state() {
        return state;
    }

    /** Empty unless it runs, and the observer has been told. */
    Optional<T> running() {
        return Optional.ofNullable(ready);
    }

    /** Sees to it that it runs or a try is under way, or will be when the distance is kept. Does not wait. */
    void request() {
        Phase phase = state.phase();
        if (phase != Phase.IDLE && phase != Phase.FAILED) {
            return;
        }
        lock.lock();
        try {
            if (!beginIfNeeded()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        observer.run();
    }

    /**
     * Starts it if it does not run, and waits for that. An interrupt does not end the wait.
     *
     * @throws IOException why it cannot be started, as of a try that was not over before
     */
    T get() throws IOException {
        T running = ready;
        if (running != null) {
            return running;
        }
        request();
        lock.lock();
        try {
            for (long awaited = begun; ready == null && isComing(awaited); ) {
                changed.awaitUninterruptibly();
            }
            return outcome();
        } finally {
            lock.unlock();
        }
    }

    /** By the lock: what runs. */
    private T outcome() throws IOException {
        if (ready != null) {
            return ready;
        }
        IOException failure = state.failure();
        throw failure == null ? new IOException("the node was closed") : new IOException(failure.getMessage(), failure);
    }

    /**
     * Starts it if it does not run, and waits for that, but not for ever.
     *
     * @return whether it runs; if not, the time is over
     * @throws IOException as {@link #get}
     */
    boolean await(long nanos) throws IOException, InterruptedException {
        request();
        lock.lockInterruptibly();
        try {
            long left = nanos;
            for (long awaited = begun; ready == null && isComing(awaited); ) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return outcome() != null;
        } finally {
            lock.unlock();
        }
    }

    /** After {@link #close}: waits until a try that was under way has ended, and with it what it started. */
    void awaitEnd() throws InterruptedException {
        Thread last = trying;
        if (last != null) {
            last.join();
        }
    }

    /** By the lock: whether a try, or who is told of it, is not over. */
    private boolean isComing(long awaited) {
        Phase phase = state.phase();
        return phase != Phase.CLOSED && (ended < awaited || phase == Phase.RUNNING);
    }

    /** Ends it for good, if it runs; what is being started ends as soon as it has. */
    void close() {
        T running;
        lock.lock();
        try {
            running = state.started();
            ready = null;
            state = new State<>(Phase.CLOSED, null, null, System.nanoTime(), state.begunNanos());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        observer.run();
        end(running);
    }

    /** By the lock. */
    private boolean beginIfNeeded() {
        State<T> before = state;
        if (before.phase() != Phase.IDLE && before.phase() != Phase.FAILED) {
            return false;
        }
        long now = System.nanoTime();
        long due = before.phase() == Phase.IDLE ? now : before.sinceNanos() + distanceNanos;
        begun++;
        state = new State<>(Phase.STARTING, null, before.failure(), now, due - now > 0 ? due : now);
        Thread thread = new Thread(() -> tryWhenDue(due), "ztnio-start");
        thread.setDaemon(true);
        trying = thread;
        thread.start();
        return true;
    }

    private void tryWhenDue(long dueNanos) {
        if (!awaitDue(dueNanos)) {
            return;
        }
        T started = null;
        IOException failure = null;
        try {
            started = starter.start();
        } catch (IOException | ConfigException | LinkageError e) {
            failure = new IOException(because(describe(e)), e);
        } catch (RuntimeException e) {
            failure = new IOException(because(e.toString()), e);
        } finally {
            if (started == null && failure == null) {
                // An error that nobody expects goes on to the thread's handler; nobody waits for ever.
                failure = new IOException(because("an error, see the log of uncaught exceptions"));
            }
            end(started, failure);
        }
    }

    private String because(String reason) {
        return message + (reason.contains(place) ? "" : " with " + place) + ": " + reason;
    }

    private static String describe(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private boolean awaitDue(long dueNanos) {
        lock.lock();
        try {
            while (dueNanos - System.nanoTime() > 0 && state.phase() == Phase.STARTING) {
                awaitChange(dueNanos - System.nanoTime());
            }
            return state.phase() == Phase.STARTING;
        } finally {
            lock.unlock();
        }
    }

    /** By the lock. */
    @SuppressWarnings("WaitNotInLoop") // its caller has the loop
    private void awaitChange(long nanos) {
        try {
            long left = changed.awaitNanos(nanos);
            assert left <= nanos;
        } catch (InterruptedException e) {
            // Somebody interrupts every thread of the process; this one has nothing to end early.
        }
    }

    private void end(T started, IOException failure) {
        lock.lock();
        try {
            if (state.phase() != Phase.CLOSED) {
                Phase phase = started == null ? Phase.FAILED : Phase.RUNNING;
                state = new State<>(phase, started, failure, System.nanoTime(), state.begunNanos());
            }
        } finally {
            lock.unlock();
        }
        observer.run();
        report(failure);
        boolean unwanted;
        lock.lock();
        try {
            ended++;
            unwanted = state.phase() == Phase.CLOSED;
            if (state.phase() == Phase.RUNNING) {
                ready = started;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (unwanted) {
            end(started);
        } else if (started != null) {
            onReady.run();
        }
    }

    private void report(IOException failure) {
        String text = failure == null ? "" : failure.getMessage();
        // Before it is written, which may take longer than the next try.
        String before = logged.getAndSet(text);
        if (failure != null && !text.equals(before)) {
            // A bug is worth a stack trace, an obstacle is not.
            RuntimeException bug = failure.getCause() instanceof RuntimeException cause ? cause : null;
            if (bug != null || !quiet) {
                LOG.log(System.Logger.Level.ERROR, text, bug);
            }
        }
    }

    private static <T extends AutoCloseable> void end(T started) {
        if (started == null) {
            return;
        }
        try {
            started.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "closing: " + e);
        }
    }
}
