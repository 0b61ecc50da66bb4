package io.ztnio.protocol.portmap;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A thread that has a router do something for us, with the selector that it waits by.
 *
 * <p>Thread: {@link #end}, {@link #close}, {@link #isEnding} and {@link #awaitEnd} are for any thread, the rest for this one.
 */
final class RouterThread {
    private static final System.Logger LOG = System.getLogger("io.ztnio.portmap");

    /** A router that hangs keeps nobody from the end: its lease does the rest. */
    static final long RELEASE_MILLIS = 1_000;

    private static final long END_MILLIS = 2_000;
    private static final long NOT_ENDING = Long.MIN_VALUE;

    private final String what;
    private final LongSupplier millis;
    private final Selector selector;
    private final Work work;
    private final Thread thread;

    /** When nobody waits for the end any longer. */
    private final AtomicLong endMillis = new AtomicLong(NOT_ENDING);

    /** What is done until the end. */
    interface Work {
        /** Returns soon after {@link #isEnding}. */
        void run() throws IOException;
    }

    /**
     * A thread that does not run yet.
     *
     * @param what it does, for the log
     * @param os the operating system's provider
     * @param millis a clock that never goes back, in milliseconds
     * @throws IOException if there is no selector to be had
     */
    RouterThread(String name, String what, SelectorProvider os, LongSupplier millis, Work work) throws IOException {
        this.what = what;
        this.millis = millis;
        this.work = work;
        this.selector = os.openSelector();
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Has the work end, without waiting for that. */
    void end() {
        endMillis.compareAndSet(NOT_ENDING, now() + END_MILLIS);
        selector.wakeup();
    }

    /** Has the work end, and waits for that for a bounded time. */
    void close() {
        end();
        try {
            // 0 would be for ever.
            thread.join(Math.max(1, endMillis.get() - now()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the end of the thread, which {@link #close} does not if that takes longer; for tests. */
    boolean awaitEnd(long maxMillis) throws InterruptedException {
        thread.join(maxMillis);
        return !thread.isAlive();
    }

    boolean isEnding() {
        return endMillis.get() != NOT_ENDING;
    }

    long now() {
        return millis.getAsLong();
    }

    private void run() {
        try (selector) {
            work.run();
        } catch (IOException | RuntimeException | LinkageError e) {
            LOG.log(System.Logger.Level.WARNING, what + " ends: " + e, e);
        }
    }

    /** Has {@link #await} end when something arrives at a channel. */
    ControlChannel watch(DatagramChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        return new ControlChannel(channel, this::now);
    }

    /** A channel that is closed keeps its descriptor until its selector looks. */
    void forgetClosed() throws IOException {
        selector.selectNow(key -> {});
    }

    /** Waits until something arrives, {@link #end}, or the time has come. */
    void await(long untilMillis) throws IOException {
        long wait = untilMillis - now();
        if (wait > 0) {
            selector.select(key -> {}, wait);
        }
    }

    /**
     * Asks until something is given back, for a bounded time.
     *
     * @param poll asks what is due, and says when to come back
     * @param receive takes what has been answered
     */
    void release(LongSupplier poll, BooleanSupplier isReleased, Runnable receive) throws IOException {
        long deadline = now() + RELEASE_MILLIS;
        while (!isReleased.getAsBoolean() && now() < deadline) {
            long next = Math.min(poll.getAsLong(), deadline);
            if (!isReleased.getAsBoolean()) {
                await(next);
                receive.run();
            }
        }
    }
}
