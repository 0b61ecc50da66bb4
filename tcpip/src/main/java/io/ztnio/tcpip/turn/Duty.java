package io.ztnio.tcpip.turn;

import io.ztnio.tcpip.Waiting;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Who waits for an engine's datagrams and deadlines: the driver's thread, or a thread that waits for something of this engine
 * anyway and so learns of it without being woken by another one (leader and followers).
 *
 * <p>It has one holder at most. Who leads and has got what it waited for leaves the duty, and wakes the driver, which takes it
 * unless that thread is back at once. Who has been back at once again and again is expected: then the driver sleeps on, looks now and then, and takes what
 * nobody has come back to. The driver gives the duty up after it has handled what a thread waited for that would have taken it. What
 * several threads want at a time is the driver's for a while, and so is what arrives in bulk: receiving and consuming are work for two.
 *
 * <p>Whoever leads uses non-blocking receives and a selector only: a blocking receive of an interrupted thread would close
 * the node's sockets.
 *
 * <p>Thread: thread-safe; what says so is for the driver or for the holder.
 */
final class Duty implements Waiting {
    /** How long a duty stays vacant for who may come back. */
    private static final long VACANT_NANOS = 200_000;

    /** Who was back within that time so often in a row is expected: the driver is not woken when it leaves. */
    private static final int QUICK_ENOUGH = 8;

    /** How often the driver looks whether who was expected has come back. Each look costs round trips: it takes a processor from them. */
    private static final long DOZE_NANOS = 20_000_000;

    /** A leader that has not left for so many dozes is left alone until it does, which wakes the driver then. */
    private static final int DOZES = 5;

    private static final long SLEEP_NANOS = 1_000_000_000;

    /** What is received if nothing has come. */
    private static final int NOTHING = -1;

    /** A duty that nobody took when it was offered is not offered the next times, up to so many. */
    private static final int MOST_PASSES = 64;

    /** A batch of bulk with fewer bytes could have been a larger one. */
    private static final int SMALL_BYTES = 16_384;

    /** What several threads want, and what has been bulk, is the driver's for so long. */
    private static final long DRIVERS_NANOS = 20_000_000;

    /** A step that fails is tried again, but not as fast as the processor can. */
    private static final long PAUSE_AFTER_FAILURE_NANOS = 10_000_000;

    /** Who leads has so long to leave when the engine is closed. */
    private static final int MOST_LEAVE_MILLIS = 5_000;

    private static final long LEAVE_NANOS = 1_000_000;

    private static final VarHandle HOLDER;

    static {
        try {
            HOLDER = MethodHandles.lookup().findVarHandle(Duty.class, "holder", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final EngineClock clock;
    private final Work work;

    private volatile Thread holder;
    private volatile Thread driver;

    /** Whether others than the driver may have it. */
    private volatile boolean open;

    private volatile boolean closed;

    /** A thread waits that would have taken it. */
    private volatile boolean wanted;

    /** A thread has been woken since the driver handled something before, and may come back soon. */
    private volatile boolean woken;

    /** The driver sleeps, so that who leaves has to wake it. */
    private volatile boolean asleep;

    /** Nobody else may have it before that. */
    private volatile long driversUntilNanos = Long.MIN_VALUE;

    /** Written by the holder when it leaves. */
    private volatile long leftNanos = -VACANT_NANOS;

    private volatile int leaves;

    // The holder's.
    private final Bulk bulk;
    private Spin spin = new Spin(0);
    private int quick;
    private int leaveCount;

    // The driver's.
    private final HeldWakes held = new HeldWakes();
    private boolean holding;
    private boolean trickling;
    private int passes;
    private int passesLeft;

    /** What whoever has the duty does. */
    interface Work {
        /** Whether the calling thread is inside the gate, where it cannot hand anything over to who is. */
        boolean isInside();

        /**
         * Takes in what has arrived, and has it handled.
         *
         * @return how many bytes that was; -1 if nothing has arrived
         */
        int receive() throws IOException;

        /**
         * Sleeps until something arrives or is due, {@link #wakeup}, or the time is over, and does what is due.
         *
         * @param mostNanos at least 1
         */
        void rest(long mostNanos) throws IOException;

        /** The driver has nothing to do, and another thread leads. */
        void idle();

        /** Ends the current or the next {@link #rest}. Any thread. */
        void wakeup();

        /** What a step of a leader threw. */
        void failed(Throwable failure);
    }

    Duty(EngineClock clock, Work work) {
        this.clock = clock;
        this.work = work;
        this.bulk = new Bulk(clock);
    }

    /**
     * From now on others may have it. Once.
     *
     * @param spinNanos how long who leads may ask for datagrams before it sleeps; 0: not at all
     */
    void open(long spinNanos) {
        spin = new Spin(spinNanos);
        // Who runs out of stack while a class is initialised breaks it for everybody.
        VirtualThreads.isCurrent();
        StackRoom.isLeftForWork();
        open = true;
    }

    @Override
    public boolean await(Object blocker, long nanos, BooleanSupplier over) {
        if (!mayLead()) {
            return PARKED.await(blocker, nanos, over);
        }
        Thread self = Thread.currentThread();
        if (holder != null || !HOLDER.compareAndSet(this, null, self)) {
            wanted = true;
            return PARKED.await(blocker, nanos, over);
        }
        lead(self, nanos, over);
        return true;
    }

    private boolean mayLead() {
        return open
                && !closed
                && clock.nanos() >= driversUntilNanos
                && !VirtualThreads.isCurrent()
                && !work.isInside()
                && StackRoom.isLeftForWork();
    }

    @Override
    public void wake(Thread thread) {
        if (thread == null || thread == Thread.currentThread()) {
            // Who leads looks, after each step, whether that was it.
            return;
        }
        if (!woken) {
            woken = true;
        }
        if (Thread.currentThread() == driver && holding && held.hold(thread)) {
            return;
        }
        LockSupport.unpark(thread);
        // Either this sees who leads, or who leads sees, before it rests, what it is woken for.
        VarHandle.fullFence();
        if (thread == holder) {
            work.wakeup();
        }
    }

    private void lead(Thread self, long nanos, BooleanSupplier over) {
        long start = clock.nanos();
        quick = start - leftNanos < VACANT_NANOS ? Math.min(quick + 1, QUICK_ENOUGH) : 0;
        try {
            long left = nanos;
            long began = start;
            while (left > 0 && !closed && !self.isInterrupted() && !over.getAsBoolean()) {
                int bytes = step(began, left, self, over);
                if (isBulk(bytes)) {
                    quick = 0;
                    return;
                }
                long now = clock.nanos();
                if (bytes != NOTHING) {
                    began = now;
                }
                if (nanos != Long.MAX_VALUE) {
                    left = nanos - (now - start);
                }
            }
        } catch (ThreadDeath e) {
            throw e;
        } catch (Throwable e) {
            driversUntilNanos = clock.nanos() + PAUSE_AFTER_FAILURE_NANOS;
            quick = 0;
            work.failed(e);
        } finally {
            leave();
        }
    }

    /** One step of a wait that began then: receives what comes; -1 if nothing has. */
    private int step(long beganNanos, long mostNanos, Thread self, BooleanSupplier over) throws IOException {
        int bytes;
        long now = clock.nanos();
        if (spin.isPromising(now)) {
            bytes = ask(now, Math.min(mostNanos, spin.mostNanos()), self, over);
        } else {
            work.rest(mostNanos);
            bytes = work.receive();
        }
        if (bytes != NOTHING) {
            spin.waited(clock.nanos() - beganNanos);
        }
        return bytes;
    }

    /**
     * Asks until something has come, which is received, or has been waited for long enough. What else is due has its turn with what
     * comes, or in the rest that follows when nothing does.
     */
    @SuppressWarnings(
            "ThreadPriorityCheck") // Who yields goes on at once where no other thread can run, and nothing depends on
    // more.
    private int ask(long startNanos, long mostNanos, Thread self, BooleanSupplier over) throws IOException {
        long now;
        do {
            int bytes = work.receive();
            if (bytes != NOTHING) {
                spin.hit();
                return bytes;
            }
            if (closed || self.isInterrupted() || over.getAsBoolean()) {
                return NOTHING;
            }
            // Perhaps it is a thread of this machine that is to send it.
            Thread.yield();
            now = clock.nanos();
        } while (now - startNanos < mostNanos);
        spin.missed(now);
        return NOTHING;
    }

    /** By the holder. */
    private void leave() {
        leftNanos = clock.nanos();
        if (wanted) {
            wanted = false;
            quick = 0;
            driversUntilNanos = leftNanos + DRIVERS_NANOS;
        }
        boolean expected = quick >= QUICK_ENOUGH;
        leaves = ++leaveCount;
        holder = null;
        // Either this sees that the driver sleeps, or the driver, which looks again before it does, sees that nobody
        // leads.
        VarHandle.fullFence();
        if (!expected || asleep) {
            LockSupport.unpark(driver);
        }
    }

    /** Whether what has arrived makes it bulk, which stays with the driver for a while. */
    private boolean isBulk(int bytes) {
        if (!bulk.isReachedBy(bytes)) {
            return false;
        }
        driversUntilNanos = clock.nanos() + DRIVERS_NANOS;
        return true;
    }

    // What follows is the driver's.

    /** Begins with the duty, or with waiting for it. */
    void enter() {
        driver = Thread.currentThread();
    }

    /**
     * Waits until nobody else has the duty, and takes it.
     *
     * @return false if the engine is closed, which leaves open who has it
     */
    boolean take() {
        Thread self = Thread.currentThread();
        if (holder == self) {
            return true;
        }
        int seen = leaves;
        int dozes = 0;
        while (!closed) {
            Thread leader = holder;
            if (leader == null) {
                long now = clock.nanos();
                if (now - leftNanos < VACANT_NANOS && now >= driversUntilNanos) {
                    LockSupport.parkNanos(this, VACANT_NANOS);
                } else if (HOLDER.compareAndSet(this, null, self)) {
                    quick = 0;
                    return true;
                }
                continue;
            }
            if (!leader.isAlive()) {
                // Stopped by force, between two instructions of its leaving say.
                HOLDER.compareAndSet(this, leader, null);
                continue;
            }
            passes = 0;
            passesLeft = 0;
            dozes = leaves == seen ? dozes + 1 : 0;
            seen = leaves;
            sleepUntilLeft(dozes < DOZES);
            Thread.interrupted();
            work.idle();
        }
        return false;
    }

    private void sleepUntilLeft(boolean briefly) {
        if (briefly) {
            LockSupport.parkNanos(this, DOZE_NANOS);
            return;
        }
        asleep = true;
        VarHandle.fullFence();
        if (holder != null && !closed) {
            LockSupport.parkNanos(this, SLEEP_NANOS);
        }
        asleep = false;
    }

    /**
     * Something has been handled: gives the duty up if somebody wants it who has got what it waited for, and what arrives is not too much for
     * one.
     */
    void handled(int bytes) {
        boolean reached = isBulk(bytes);
        long now = clock.nanos();
        holding = bulk.isGoingOn(now);
        trickling = holding && bytes < SMALL_BYTES;
        held.handled(now);
        if (reached || !wanted || !woken) {
            return;
        }
        wanted = false;
        woken = false;
        if (now < driversUntilNanos) {
            return;
        }
        if (passesLeft > 0) {
            passesLeft--;
            return;
        }
        // Until somebody takes it, it counts as refused.
        passes = Math.min(2 * passes + 1, MOST_PASSES);
        passesLeft = passes;
        leftNanos = now;
        nothingMore();
        holder = null;
    }

    /**
     * Whether what comes in bulk came in small batches last, so that a moment of sleep makes a larger one of the next: with fewer system calls,
     * acknowledgments and threads to wake. True once after a batch.
     */
    boolean isTrickle() {
        boolean was = trickling;
        trickling = false;
        return was;
    }

    /** Nothing has come: whoever has something to read is told. */
    void nothingMore() {
        holding = false;
        held.release();
    }

    /** As the holder or not, the driver's thread ends: by force if the engine is not closed. */
    void exit() {
        nothingMore();
        HOLDER.compareAndSet(this, Thread.currentThread(), null);
    }

    /** Nobody is to lead any more; who does is told. Any thread. */
    void close() {
        closed = true;
        work.wakeup();
        LockSupport.unpark(driver);
    }

    /**
     * After {@link #close}: waits until nobody leads but perhaps the calling thread. Not for ever: it could have been suspended.
     *
     * @return whether the calling thread was interrupted meanwhile, which is not its status any more
     */
    boolean awaitVacancy() {
        boolean interrupted = false;
        for (int i = 0; i < MOST_LEAVE_MILLIS && isHeldByAnother(); i++) {
            work.wakeup();
            LockSupport.parkNanos(this, LEAVE_NANOS);
            interrupted |= Thread.interrupted();
        }
        return interrupted;
    }

    private boolean isHeldByAnother() {
        Thread thread = holder;
        return thread != null && thread != Thread.currentThread() && thread.isAlive();
    }
}
