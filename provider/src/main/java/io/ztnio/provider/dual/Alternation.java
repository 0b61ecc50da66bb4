package io.ztnio.provider.dual;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectableChannel;
import java.util.function.Supplier;

/**
 * Takes what waits in either stack, connections or datagrams: the stacks are asked first in turn, so that neither
 * starves.
 *
 * <p>Thread: one at a time, by a lock of the caller's.
 *
 * @param <A> what a source needs to take something: a buffer, perhaps
 * @param <T> what is taken
 */
public final class Alternation<A, T> {
    private final DualWait wait;
    private final Turns<A, T> turns;
    private final Supplier<? extends SelectableChannel> watched;
    private final String timeoutText;

    /** One of the two stacks. */
    @FunctionalInterface
    public interface Source<A, T> {
        /** What waits there, or {@code null}. Never waits. */
        T poll(A argument) throws IOException;
    }

    /**
     * An alternation.
     *
     * @param wait to wait with when there is nothing
     * @param watched the JDK's channel to watch meanwhile, or {@code null}
     * @param timeoutText what the exception says when the time is over
     */
    public Alternation(
            DualWait wait,
            Source<A, T> virtual,
            Source<A, T> host,
            Supplier<? extends SelectableChannel> watched,
            String timeoutText) {
        this.wait = wait;
        this.turns = new Turns<>(virtual, host);
        this.watched = watched;
        this.timeoutText = timeoutText;
    }

    /** What waits in either stack, or {@code null}. */
    public T poll(A argument) throws IOException {
        try {
            return turns.poll(argument);
        } catch (IOException e) {
            wait.checkAttempt();
            throw e;
        }
    }

    /**
     * Waits for something in either stack.
     *
     * @param timeoutNanos how long; 0 for ever
     */
    public T take(A argument, long timeoutNanos) throws IOException {
        long start = timeoutNanos == 0 ? 0 : System.nanoTime();
        wait.checkAttempt();
        while (true) {
            T taken = poll(argument);
            if (taken != null) {
                return taken;
            }
            long left = Long.MAX_VALUE;
            if (timeoutNanos != 0) {
                left = timeoutNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    throw new SocketTimeoutException(timeoutText);
                }
            }
            wait.await(watched.get(), left);
        }
    }
}
