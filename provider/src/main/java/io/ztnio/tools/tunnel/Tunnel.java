package io.ztnio.tools.tunnel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A forwarder: one selector, one thread, channels of both stacks.
 *
 * <p>Thread: {@link #run} and {@link #close} on one thread; {@link #stop} from any.
 */
public abstract sealed class Tunnel implements AutoCloseable permits StreamTunnel, DatagramTunnel {
    /** Longest wait, so that a lost wake-up or a jump of the clock is no more than a delay. */
    private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    final SelectorProvider provider;
    final Selector selector;
    final TargetLookups lookups;
    private final LongSupplier nanoClock;
    private volatile boolean stopping;
    private boolean stopped;

    /** What a key's channel belongs to. */
    interface Handler {
        /** The channel is ready; failures are the handler's own business. */
        void onReady(SelectionKey key);
    }

    Tunnel(SelectorProvider provider, TunnelTarget target, LongSupplier nanoClock) throws IOException {
        this.provider = provider;
        this.nanoClock = nanoClock;
        this.selector = provider.openSelector();
        this.lookups = new TargetLookups(target, selector::wakeup);
    }

    /**
     * Forwards until {@link #stop} is called or the thread is interrupted, then ends gracefully: what is open may finish,
     * for a bounded time. The interrupt status is kept.
     *
     * @throws IOException if the selector fails
     */
    public final void run() throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                long now = nanoClock.getAsLong();
                long wait = Math.min(onTime(now), MAX_WAIT_NANOS);
                if (stopping && !stopped) {
                    stopped = true;
                    onStop(now);
                    continue;
                }
                if (stopped && isFinished(now)) {
                    return;
                }
                if (wait <= 0) {
                    selector.selectNow();
                } else {
                    selector.select(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
                }
                dispatch();
                lookups.deliver();
                if (Thread.interrupted()) {
                    interrupted = true;
                    stopping = true;
                }
            }
        } finally {
            close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void dispatch() {
        Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
        while (ready.hasNext()) {
            SelectionKey key = ready.next();
            ready.remove();
            if (key.isValid()) {
                ((Handler) key.attachment()).onReady(key);
            }
        }
    }

    /** Makes {@link #run} end gracefully. */
    public final void stop() {
        stopping = true;
        selector.wakeup();
    }

    /** Ends at once, if {@link #run} has not ended: connections are reset. */
    @Override
    public final void close() {
        stopping = true;
        lookups.close();
        try {
            closeChannels();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final long nanoTime() {
        return nanoClock.getAsLong();
    }

    /** Does what is due; returns in how many nanoseconds the next thing is, {@code Long.MAX_VALUE} for never. */
    abstract long onTime(long nowNanos);

    /** Takes nothing new any more. */
    abstract void onStop(long nowNanos);

    /** After {@link #onStop}: whether all that was open has ended, or the time for it is over. */
    abstract boolean isFinished(long nowNanos);

    abstract void closeChannels() throws IOException;
}
