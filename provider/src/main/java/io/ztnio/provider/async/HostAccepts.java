package io.ztnio.provider.async;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * What the host stack's half of a listener in both has accepted. The JDK's channel is asked for a connection when one is
 * wanted and the virtual stack has none; if that then is the first, the host stack's waits here for the next accept: one at
 * most, ahead of the application.
 *
 * <p>Thread: {@link #poll} by one at a time; the rest by any.
 */
final class HostAccepts implements CompletionHandler<AsynchronousSocketChannel, Void> {
    private final Supplier<AsynchronousServerSocketChannel> half;
    private final Runnable news;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicReference<AsynchronousSocketChannel> accepted = new AtomicReference<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean closed;

    /**
     * Accepts of a half.
     *
     * @param half the half, or {@code null} while there is none
     * @param news called when there is something to poll
     */
    HostAccepts(Supplier<AsynchronousServerSocketChannel> half, Runnable news) {
        this.half = half;
        this.news = news;
    }

    /** What has been accepted, or {@code null}: then one is asked for. */
    AsynchronousSocketChannel poll() throws IOException {
        AsynchronousSocketChannel next = accepted.getAndSet(null);
        if (next == null) {
            Throwable why = failure.getAndSet(null);
            if (why != null) {
                asked.set(false);
                throw Operation.asIoException(why);
            }
            AsynchronousServerSocketChannel listener = half.get();
            if (listener != null && asked.compareAndSet(false, true)) {
                ask(listener);
            }
        } else {
            asked.set(false);
        }
        return next;
    }

    private void ask(AsynchronousServerSocketChannel listener) {
        try {
            listener.accept(null, this);
        } catch (RuntimeException e) {
            asked.set(false);
            throw e;
        }
    }

    @Override
    public void completed(AsynchronousSocketChannel channel, Void nothing) {
        accepted.set(channel);
        if (closed) {
            close();
        }
        news.run();
    }

    @Override
    public void failed(Throwable why, Void nothing) {
        failure.set(why);
        news.run();
    }

    /** The listener has been closed: so is what nobody has taken. */
    void close() {
        closed = true;
        AsynchronousSocketChannel left = accepted.getAndSet(null);
        if (left != null) {
            try {
                left.close();
            } catch (IOException e) {
                System.getLogger("io.ztnio.provider").log(Level.DEBUG, "closing failed", e);
            }
        }
    }
}
