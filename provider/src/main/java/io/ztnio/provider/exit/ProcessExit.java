package io.ztnio.provider.exit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What is to be done before the process ends, and after the application's own shutdown hooks: without an agent by a
 * {@link LastHook}, with one in a {@link ShutdownSlot}.
 *
 * <p>Thread: thread-safe.
 */
public final class ProcessExit {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    /** Hooks that took all the time leave this part of it nevertheless. */
    private static final int LEAST_PART = 4;

    /** What the end of a node may take beyond its bound, such as writing its files. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private static final ProcessExit INSTANCE = new ProcessExit();

    /** Guarded by this. */
    private final List<Ending> endings = new ArrayList<>();

    /** Guarded by this: whether the JDK will call {@link #run}. */
    private boolean armed;

    /** Guarded by this: when the hooks began, or {@code null} before. */
    private Long begunNanos;

    private final AtomicBoolean ran = new AtomicBoolean();

    private ProcessExit() {}

    /** Ends something within a time. */
    @FunctionalInterface
    public interface Work {
        /**
         * Ends what it stands for.
         *
         * @param bound 0 for at once, whatever is lost by that
         */
        void end(Duration bound);
    }

    /** Work that is waiting for the end of the process. */
    public static final class Ending implements AutoCloseable {
        private final Work work;
        private final Duration bound;

        Ending(Work work, Duration bound) {
            this.work = work;
            this.bound = bound;
        }

        /** It has been done in another way. */
        @Override
        public void close() {
            INSTANCE.forget(this);
        }
    }

    /**
     * Has something done at the end of the process, each on a thread of its own. If the process is ending and nothing was
     * {@linkplain #prepare prepared} before, it is not done.
     *
     * @param bound from the beginning of the end on; a quarter of it is left if hooks of others take longer
     */
    public static Ending add(Work work, Duration bound) {
        Ending ending = new Ending(work, bound);
        synchronized (INSTANCE) {
            INSTANCE.endings.add(ending);
        }
        INSTANCE.watch();
        return ending;
    }

    /** Makes sure that there can be work later, even if it comes up when the process is ending already. */
    public static void prepare() {
        INSTANCE.watch();
    }

    /** The JDK will call {@link #runNow} after the hooks of others. */
    static void arm() {
        synchronized (INSTANCE) {
            INSTANCE.armed = true;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::begin, "ztnio-exit"));
    }

    /** The hooks of others are done. */
    static void runNow() {
        INSTANCE.run();
    }

    private void watch() {
        synchronized (this) {
            if (armed) {
                return;
            }
            armed = true;
        }
        try {
            new LastHook(this::begin, this::run).register();
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "the process is ending: nobody will wait for its connections");
        }
    }

    private synchronized void forget(Ending ending) {
        endings.remove(ending);
    }

    private synchronized void begin() {
        begunNanos = System.nanoTime();
    }

    private void run() {
        if (!ran.compareAndSet(false, true)) {
            return;
        }
        List<Ending> all;
        Duration spent;
        synchronized (this) {
            all = List.copyOf(endings);
            spent = begunNanos == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - begunNanos);
        }
        endAll(all, spent, SLACK);
    }

    /** Has all of them end at once, and waits so much longer than their bounds at most: a process must end whatever happens. */
    static void endAll(List<Ending> endings, Duration spent, Duration slack) {
        long begun = System.nanoTime();
        Duration longest = Duration.ZERO;
        List<Thread> threads = new ArrayList<>();
        for (Ending ending : endings) {
            Duration bound = longer(ending.bound.minus(spent), ending.bound.dividedBy(LEAST_PART));
            longest = longer(longest, bound);
            Thread thread = new Thread(() -> end(ending, bound), "ztnio-shutdown");
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        long deadline = begun + longest.plus(slack).toNanos();
        if (!threads.stream().allMatch(thread -> join(thread, deadline))) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a node has not ended within its time; the process ends without waiting for it");
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static void end(Ending ending, Duration bound) {
        try {
            ending.work.end(bound);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "ending a node", e);
        }
    }

    /** Whether it has ended by then. An interrupt ends nothing: somebody interrupts every thread, or the wait has a bound. */
    private static boolean join(Thread thread, long deadlineNanos) {
        while (thread.isAlive()) {
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, left);
            } catch (InterruptedException e) {
                // Its status is cleared by that; the next wait is one again.
            }
        }
        return true;
    }
}
