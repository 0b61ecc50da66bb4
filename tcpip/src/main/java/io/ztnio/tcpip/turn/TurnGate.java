package io.ztnio.tcpip.turn;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.lock.RobustLock;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The gate of an engine. Whoever posts work runs a turn itself if nobody is inside; otherwise whoever is inside does.
 *
 * <p>A turn takes the posted tasks and then lets the cores do what follows from them: segments, ACKs, timers. A thread
 * that came with one task runs a bounded number of turns for others before it leaves the rest to the driver; and it leaves
 * as soon as another thread waits to get in, which then does what was left. So nobody waits longer than for a few tasks.
 *
 * <p>A task or a turn that throws costs itself, whatever it throws. A thread that is stopped by force leaves the gate first. One
 * that has hardly any stack left does not enter: what it posts is left to the driver.
 *
 * <p>Thread: thread-safe.
 */
public final class TurnGate implements Gate {
    private static final int TASKS_PER_TURN = 4096;

    /** What a thread does for others, at most, before it leaves the rest to the driver. */
    private static final int TASKS_PER_VISIT = 64;

    /** So many at a time are done without looking whether somebody waits to get in. */
    private static final int TASKS_PER_LOOK = 16;

    /** A turn that failed is tried again, but not as fast as the processor can. */
    private static final long RETRY_NANOS = 10_000_000;

    private final RobustLock lock = new RobustLock();
    /**
     * Not one that claims a place first and fills it then, as the array queues do: a thread that is stopped by force, or
     * runs out of stack, between the two would keep back what all others post, for ever. Here one step links a task.
     */
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();

    private final EngineClock clock;
    private final Turn turn;
    private volatile Waiting waiting = Waiting.PARKED;

    /** Written inside the gate, read by the driver on its way to sleep. */
    private volatile long nextDeadlineNanos;

    /** Guarded by {@link #lock}: the thread inside was stopped by force, and ends when it has left. */
    private ThreadDeath stopped;

    /** What the driver sleeps until; {@link Long#MIN_VALUE} while it is awake. */
    private volatile long driverSleepsUntilNanos = Long.MIN_VALUE;

    /** The part of a turn that follows its tasks. */
    public interface Turn {
        /**
         * Does what is due, inside the gate.
         *
         * @return when something is due next, {@link Long#MAX_VALUE} for never
         */
        long turn(long nowNanos);

        /** Ends the driver's sleep. Called outside the gate. */
        void wakeDriver();

        /** A thread that ran turns, or had work for those inside, is on its way. Called outside the gate. */
        default void left() {}

        /**
         * A task or a turn failed, by a bug or for want of memory; the engine goes on. Called inside the gate. What this
         * throws is ignored.
         */
        void failed(Throwable failure);
    }

    /**
     * A gate that nobody is inside of.
     *
     * @param turn what follows the tasks of each turn
     */
    public TurnGate(EngineClock clock, Turn turn) {
        this.clock = clock;
        this.turn = turn;
    }

    /** From now on threads wait so. */
    void waiting(Waiting way) {
        waiting = way;
    }

    @Override
    public Waiting waiting() {
        return waiting;
    }

    /** Whether the calling thread is inside. */
    boolean isInside() {
        return lock.isHeldByCurrentThread();
    }

    @Override
    public void post(Task task) {
        offer(task);
        runOffered();
    }

    /** The first half of {@link #post}: the task is queued, or this throws. */
    void offer(Task task) {
        tasks.offer(task);
    }

    /** Whether a task waits for a turn. */
    boolean isQueued(Task task) {
        return tasks.contains(task);
    }

    /** The second half of {@link #post}. */
    void runOffered() {
        if (lock.isHeldByCurrentThread()) {
            return;
        }
        if (StackRoom.isLeft()) {
            runPosted(TASKS_PER_VISIT);
            turn.left();
        } else {
            leaveToDriver();
        }
    }

    /** Leaves a task to whoever is inside, or to the driver: for a thread that has better things to do than a turn. */
    public void leave(Task task) {
        tasks.offer(task);
        leaveToDriver();
    }

    /** The other second half of {@link #post}, for a thread that has better things to do than a turn. */
    void leaveToDriver() {
        // Either this sees that the driver sleeps, or the driver, which looks again before it does, sees the task.
        VarHandle.fullFence();
        if (driverSleepsUntilNanos != Long.MIN_VALUE) {
            driverSleepsUntilNanos = Long.MIN_VALUE;
            turn.wakeDriver();
        }
    }

    @Override
    public void run(Task task) {
        if (lock.isHeldByCurrentThread()) {
            task.run(clock.nanos());
            return;
        }
        StackRoom.check();
        run(task, TASKS_PER_VISIT);
    }

    private void run(Task task, int most) {
        int left = most;
        try {
            lock.lock();
            try {
                task.run(clock.nanos());
            } finally {
                left -= takeTurnAndLeave(most);
            }
        } finally {
            // What others posted meanwhile must not wait, even if the task failed.
            wakeDriverIfSooner();
            runPosted(left);
            turn.left();
        }
    }

    /** Returns how many tasks it did. */
    private int takeTurnAndLeave(int most) {
        int done = 0;
        ThreadDeath death = null;
        try {
            done = takeTurn(most);
        } finally {
            death = stopped;
            stopped = null;
            lock.unlock();
        }
        if (death != null) {
            throw death;
        }
        return done;
    }

    /** Runs a turn for the timers, waiting for the gate. For the driver. */
    public void runDue() {
        run(now -> {}, TASKS_PER_TURN);
    }

    private void runPosted(int most) {
        int left = most;
        // Offering comes before trying: if trying fails, whoever is inside sees the task after it has left.
        while (!tasks.isEmpty() && !isAwaited()) {
            if (left <= 0) {
                driverSleepsUntilNanos = Long.MIN_VALUE;
                turn.wakeDriver();
                return;
            }
            if (!lock.tryLock()) {
                break;
            }
            left -= Math.max(1, takeTurnAndLeave(left));
        }
        wakeDriverIfSooner();
    }

    /** Whether somebody waits to get in, who will see every task that has been offered before this. */
    private boolean isAwaited() {
        if (!lock.hasQueuedThreads()) {
            return false;
        }
        // Somebody who has just got in looks queued for a moment, and may not see the latest task.
        VarHandle.fullFence();
        return lock.hasQueuedThreads();
    }

    /** Does posted tasks and what follows from them; returns how many it did. */
    private int takeTurn(int most) {
        long now = clock.nanos();
        int done = 0;
        for (int i = 0; i < most; i++) {
            if (i % TASKS_PER_LOOK == TASKS_PER_LOOK - 1 && lock.hasQueuedThreads()) {
                break;
            }
            Task task = tasks.poll();
            if (task == null) {
                break;
            }
            runGuarded(task, now);
            done++;
        }
        try {
            nextDeadlineNanos = turn.turn(now);
        } catch (Throwable e) {
            nextDeadlineNanos = now + RETRY_NANOS;
            failed(e);
        }
        return done;
    }

    /** A task that fails must not take the thread with it that happened to run it. */
    private void runGuarded(Task task, long now) {
        try {
            task.run(now);
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        if (failure instanceof ThreadDeath death) {
            // Meant for the thread, not for what it does here for others.
            stopped = death;
            return;
        }
        try {
            turn.failed(failure);
        } catch (Throwable e) {
            // Without memory it cannot even be told.
        }
    }

    private void wakeDriverIfSooner() {
        if (nextDeadlineNanos < driverSleepsUntilNanos) {
            driverSleepsUntilNanos = Long.MIN_VALUE;
            turn.wakeDriver();
        }
    }

    /**
     * Says that the driver goes to sleep, and until when it may.
     *
     * @return the deadline, {@link Long#MAX_VALUE} for never
     */
    public long driverFallsAsleep() {
        long deadline = nextDeadlineNanos;
        driverSleepsUntilNanos = deadline;
        // A turn between the two lines above saw the driver awake and did not wake it.
        long latest = nextDeadlineNanos;
        if (latest < deadline) {
            driverSleepsUntilNanos = latest;
            return latest;
        }
        return tasks.isEmpty() ? deadline : 0;
    }

    /** Says that the driver does not sleep any more. */
    public void driverIsAwake() {
        driverSleepsUntilNanos = Long.MIN_VALUE;
    }
}
