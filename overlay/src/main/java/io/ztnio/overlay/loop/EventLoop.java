package io.ztnio.overlay.loop;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Runs tasks when they are due. Whoever owns the loop calls {@link #turn} with the time, and again at the time that it
 * returns. Tasks that are due at the same time run in the order in which they were scheduled; work comes before timers.
 *
 * <p>A task that fails is reported; the others go on.
 *
 * <p>Thread: confined to its owner, such as a gate.
 */
public final class EventLoop {
    /** No deadline. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Tasks that one turn runs at most, so that tasks that make tasks let others in. */
    private static final int TASKS_PER_TURN = 10_000;

    private static final int LEAST_TO_SWEEP = 64;

    private final PriorityQueue<Timer> timers = new PriorityQueue<>(
            Comparator.comparingLong((Timer timer) -> timer.deadlineNanos).thenComparingLong(timer -> timer.order));
    private final ArrayDeque<Task> work = new ArrayDeque<>();
    private final Consumer<RuntimeException> onFailure;
    private long scheduled;
    private int cancelled;

    /** Something to do. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does it.
         *
         * @param nowNanos the time of the turn
         */
        void run(long nowNanos);
    }

    /**
     * A loop with nothing to do.
     *
     * @param onFailure told of tasks that threw
     */
    public EventLoop(Consumer<RuntimeException> onFailure) {
        this.onFailure = Objects.requireNonNull(onFailure, "onFailure");
    }

    /** Queues work for the next turn, or for later in the turn under way. */
    public void execute(Task task) {
        work.add(Objects.requireNonNull(task, "task"));
    }

    /** Runs a task once, at {@code deadlineNanos} or as soon as possible after it. */
    public Timer at(long deadlineNanos, Task task) {
        return schedule(new Timer(task, deadlineNanos, 0));
    }

    /**
     * Runs a task again and again, first at {@code firstNanos}. A loop that was late leaves out what it missed.
     *
     * @param periodNanos more than 0
     */
    public Timer every(long firstNanos, long periodNanos, Task task) {
        if (periodNanos <= 0) {
            throw new IllegalArgumentException("a period of " + periodNanos + " ns");
        }
        return schedule(new Timer(task, firstNanos, periodNanos));
    }

    private Timer schedule(Timer timer) {
        timer.order = scheduled++;
        timers.add(timer);
        return timer;
    }

    /**
     * Runs what is due.
     *
     * @return when to call again, {@link #NEVER} if there is nothing to wait for
     */
    public long turn(long nowNanos) {
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Task task = work.poll();
            if (task == null) {
                Timer timer = due(nowNanos);
                if (timer == null) {
                    break;
                }
                task = timer.take(nowNanos);
            }
            runGuarded(task, nowNanos);
        }
        return nextNanos(nowNanos);
    }

    private void runGuarded(Task task, long nowNanos) {
        try {
            task.run(nowNanos);
        } catch (RuntimeException e) {
            onFailure.accept(e);
        } catch (ThreadDeath e) {
            // Meant for the thread that happens to be here.
            throw e;
        } catch (Error e) {
            onFailure.accept(new IllegalStateException("an error in a task: " + e, e));
        }
    }

    private Timer due(long nowNanos) {
        Timer first = first();
        return first != null && first.deadlineNanos <= nowNanos ? first : null;
    }

    private Timer first() {
        Timer first = timers.peek();
        while (first != null && first.isCancelled) {
            timers.poll();
            cancelled--;
            first = timers.peek();
        }
        return first;
    }

    /** When {@link #turn} has something to do, {@link #NEVER} if it has not. */
    public long nextNanos(long nowNanos) {
        if (!work.isEmpty()) {
            return nowNanos;
        }
        Timer first = first();
        return first == null ? NEVER : first.deadlineNanos;
    }

    /** Tasks that wait: work and timers. */
    public int size() {
        return work.size() + timers.size() - cancelled;
    }

    /** A task that waits for its time. Thread: as its loop. */
    public final class Timer {
        private final Task task;
        private final long periodNanos;
        private long deadlineNanos;
        private long order;
        private boolean isCancelled;
        private boolean isDone;

        private Timer(Task task, long deadlineNanos, long periodNanos) {
            this.task = Objects.requireNonNull(task, "task");
            this.deadlineNanos = deadlineNanos;
            this.periodNanos = periodNanos;
        }

        private Task take(long nowNanos) {
            timers.poll();
            if (periodNanos == 0) {
                isDone = true;
            } else {
                long missed = (nowNanos - deadlineNanos) / periodNanos;
                deadlineNanos += (missed + 1) * periodNanos;
                schedule(this);
            }
            return task;
        }

        /** Takes it back; false if it ran (and will not run again) or was cancelled before. */
        public boolean cancel() {
            if (isCancelled || isDone) {
                return false;
            }
            isCancelled = true;
            cancelled++;
            if (cancelled > LEAST_TO_SWEEP && cancelled > timers.size() / 2) {
                timers.removeIf(timer -> timer.isCancelled);
                cancelled = 0;
            }
            return true;
        }

        /** Whether it waits for its time. */
        public boolean isPending() {
            return !isCancelled && !isDone;
        }
    }
}
