package io.ztnio.provider.socket;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Accepts from the JDK's half of a listener in both stacks, on a thread of its own, because it can do nothing but block.
 * It is one connection ahead at most: the next is accepted when that one is taken.
 *
 * <p>Thread: {@link #poll} by one at a time, {@link #close} by any.
 */
final class HostAcceptor {
    /** How long the acceptor's thread may take for a connection that is there. */
    private static final long LENIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final JdkSocket listener;
    private final Runnable ready;
    private final AtomicReference<Outcome> next = new AtomicReference<>();
    private volatile boolean closed;
    private volatile Thread thread;

    /** One of the two. */
    private record Outcome(JdkSocket connection, IOException failure) {}

    /**
     * An acceptor that has not started.
     *
     * @param ready told when there is something to {@link #poll}
     */
    HostAcceptor(JdkSocket listener, Runnable ready) {
        this.listener = listener;
        this.ready = ready;
    }

    void start(int port) {
        Thread started = new Thread(null, this::run, "ztnio-accept-" + port, 0, false);
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    boolean isReady() {
        return next.get() != null;
    }

    /** The connection that has been accepted, or {@code null}. What accepting failed with is thrown once. */
    JdkSocket poll() throws IOException {
        Outcome outcome = next.getAndSet(null);
        if (outcome == null) {
            return null;
        }
        LockSupport.unpark(thread);
        if (outcome.failure != null) {
            throw outcome.failure;
        }
        return outcome.connection;
    }

    /**
     * As {@link #poll}, for a thread that an interrupt keeps from waiting: what the system has for this listener gets
     * the chance to be accepted.
     */
    JdkSocket pollLeniently() throws IOException {
        boolean interrupted = false;
        long start = System.nanoTime();
        try {
            while (next.get() == null && !closed && System.nanoTime() - start < LENIENCE_NANOS) {
                interrupted |= Thread.interrupted();
                LockSupport.parkNanos(this, STEP_NANOS);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return poll();
    }

    /** The listener has been closed: whoever waits for the connection that nobody has taken is reset, as by a system. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
        discard();
    }

    private void run() {
        while (!closed) {
            next.set(accept());
            ready.run();
            while (!closed && next.get() != null) {
                LockSupport.park(this);
                // Somebody's interrupt must not keep it from ever sleeping again.
                Thread.interrupted();
            }
        }
        discard();
    }

    private Outcome accept() {
        JdkSocket connection = JdkSocket.forAccept();
        try {
            listener.accept(connection.impl());
            return new Outcome(connection, null);
        } catch (IOException e) {
            return new Outcome(null, e);
        }
    }

    private void discard() {
        Outcome outcome = next.getAndSet(null);
        if (outcome == null || outcome.connection == null) {
            return;
        }
        try {
            outcome.connection.option(StandardSocketOptions.SO_LINGER, 0);
            outcome.connection.close();
        } catch (IOException e) {
            System.getLogger("io.ztnio.provider").log(System.Logger.Level.DEBUG, "closing failed", e);
        }
    }
}
