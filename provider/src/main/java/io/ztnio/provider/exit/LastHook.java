package io.ztnio.provider.exit;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Work for the end of the process that begins when the shutdown hooks of the application are done.
 *
 * <p>The JDK starts the hooks one after the other on the thread that ends the process, in an order of its own, and then
 * joins them in the same order. It does not say which they are. So this registers many, scattered among the others, that
 * only see themselves being started. The last of them becomes a thread, and waits:
 *
 * <ul>
 *   <li>for the hooks in front of it, which are done when the JDK joins it ({@link JoinProbe});
 *   <li>for the few hooks behind it. They are threads that are started between its own start and the first join, and made
 *       before the first of ours was started. Another thread may look like that, if somebody starts an old one just then:
 *       so this wait is bounded.
 * </ul>
 *
 * <p>Thread: thread-safe; the work runs on a thread of its own.
 */
final class LastHook {
    /** Of n hooks of others, about n / 65 are behind the last of ours. */
    private static final int COUNT = 64;

    private static final long FIRST_PAUSE_NANOS = 500_000;
    private static final long MAX_PAUSE_NANOS = 10_000_000;
    private static final long SETTLE_NANOS = 10_000_000;
    private static final long MAX_BEHIND_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A JVM on which a join cannot be seen within this time shows none at all. */
    private static final long TRIAL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Runnable onBegin;
    private final Runnable work;
    private int started;
    private Thread ending;
    private long firstMadeLater;
    private Set<Thread> before = Set.of();

    /**
     * Registers nothing yet.
     *
     * @param onBegin called as soon as hooks are started, briefly on the thread that ends the process
     * @param work what to do when the hooks of others are done
     */
    LastHook(Runnable onBegin, Runnable work) {
        this.onBegin = onBegin;
        this.work = work;
    }

    /** @throws IllegalStateException if the process is ending */
    void register() {
        for (int i = 0; i < COUNT; i++) {
            Runtime.getRuntime().addShutdownHook(new Hook());
        }
    }

    private final class Hook extends Thread {
        Hook() {
            super(null, null, "ztnio-exit", 0, false);
        }

        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // Thread.start has the lock that is needed
        @Override
        public void start() {
            started++;
            if (started == 1) {
                onBegin.run();
                ending = Thread.currentThread();
                firstMadeLater = new Thread().getId();
                // Who makes a thread starts it soon: what is still not started after this is more likely a hook.
                LockSupport.parkNanos(SETTLE_NANOS);
            }
            if (started == COUNT) {
                before = liveThreads();
                super.start();
            }
        }

        @Override
        public void run() {
            try {
                awaitOthers();
            } finally {
                work.run();
            }
        }

        private void awaitOthers() {
            awaitTrue(() -> !ending.isAlive() || joinsSomebody(ending));
            Set<Thread> behind = liveThreads();
            behind.removeAll(before);
            behind.removeIf(thread -> thread == this || thread.getId() >= firstMadeLater);
            if (canSeeJoins()) {
                awaitTrue(() -> !ending.isAlive() || JoinProbe.isJoining(ending, this));
            }
            long deadline = System.nanoTime() + MAX_BEHIND_NANOS;
            awaitTrue(() -> behind.stream().noneMatch(Thread::isAlive) || System.nanoTime() - deadline >= 0);
        }

        /** Whether this JVM joins by waiting on a thread's monitor, as every JDK so far. */
        private boolean canSeeJoins() {
            Thread joining = new Thread(this::awaitEnd, "ztnio-exit-trial");
            joining.setDaemon(true);
            joining.start();
            boolean[] seen = new boolean[1];
            long deadline = System.nanoTime() + TRIAL_NANOS;
            awaitTrue(() -> {
                seen[0] |= JoinProbe.isJoining(joining, this);
                return seen[0] || System.nanoTime() - deadline >= 0;
            });
            return seen[0];
        }

        private void awaitEnd() {
            try {
                join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void awaitTrue(Condition condition) {
        long pause = FIRST_PAUSE_NANOS;
        while (!condition.holds()) {
            LockSupport.parkNanos(pause);
            Thread.interrupted();
            pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
        }
    }

    private static boolean joinsSomebody(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(Thread.class.getName())
                        && frame.getMethodName().equals("join"));
    }

    private static Set<Thread> liveThreads() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads = new Thread[2 * root.activeCount() + 16];
        int count = root.enumerate(threads);
        while (count == threads.length) {
            threads = new Thread[2 * count];
            count = root.enumerate(threads);
        }
        Set<Thread> live = Collections.newSetFromMap(new IdentityHashMap<>());
        live.addAll(Arrays.asList(threads).subList(0, count));
        return live;
    }
}
