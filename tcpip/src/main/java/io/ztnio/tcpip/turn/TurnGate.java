package io.ztnio.tcpip.turn;

import io.ztnio.tcpip.Gate;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

/**
 * The gate of an engine. Whoever posts work runs a turn itself if nobody is inside; otherwise whoever is inside does.
 *
 * <p>A turn takes the posted tasks and then lets the cores do what follows from them: segments, ACKs, timers. A thread
 * that came with one task runs a bounded number of turns for others before it leaves the rest to the driver.
 *
 * <p>Thread: thread-safe.
 */
public final class TurnGate implements Gate {
    private static final int CHUNK = 1024;
    private static final int TASKS_PER_TURN = 4096;
    private static final int TURNS_PER_VISIT = 16;

    /** A turn that failed is tried again, but not as fast as the processor can. */
    private static final long RETRY_NANOS = 10_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final MessagePassingQueue<Task> tasks = new MpscUnboundedVarHandleArrayQueue<>(CHUNK);
    private final EngineClock clock;
    private final Turn turn;

    /** Written inside the gate, read by the driver on its way to sleep. */
    private volatile long nextDeadlineNanos;

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

        /** A task or a turn failed, which is a bug; the engine goes on. Called inside the gate. */
        void failed(RuntimeException bug);
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

    @Override
    public void post(Task task) {
        tasks.offer(task);
        if (!lock.isHeldByCurrentThread()) {
            runPosted();
            turn.left();
        }
    }

    /** Leaves a task to whoever is inside, or to the driver: for a thread that has better things to do than a turn. */
    public void leave(Task task) {
        tasks.offer(task);
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
        try {
            runInside(task);
        } finally {
            // What others posted meanwhile must not wait, even if the task failed.
            wakeDriverIfSooner();
            runPosted();
            turn.left();
        }
    }

    private void runInside(Task task) {
        lock.lock();
        try {
            task.run(clock.nanos());
        } finally {
            try {
                takeTurn();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Runs a turn for the timers, waiting for the gate. For the driver. */
    public void runDue() {
        run(now -> {});
    }

    private void runPosted() {
        // Offering comes before trying: if trying fails, whoever is inside sees the task after it has left.
        for (int visit = 0; !tasks.isEmpty() && lock.tryLock(); visit++) {
            try {
                takeTurn();
            } finally {
                lock.unlock();
            }
            if (visit == TURNS_PER_VISIT) {
                driverSleepsUntilNanos = Long.MIN_VALUE;
                turn.wakeDriver();
                return;
            }
        }
        wakeDriverIfSooner();
    }

    private void takeTurn() {
        long now = clock.nanos();
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Task task = tasks.relaxedPoll();
            if (task == null) {
                break;
            }
            runGuarded(task, now);
        }
        try {
            nextDeadlineNanos = turn.turn(now);
        } catch (RuntimeException e) {
            nextDeadlineNanos = now + RETRY_NANOS;
            turn.failed(e);
        }
    }

    /** A task that fails must not take the thread with it that happened to run it. */
    private void runGuarded(Task task, long now) {
        try {
            task.run(now);
        } catch (RuntimeException e) {
            turn.failed(e);
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
