package io.ztnio.tcpip.turn;

import io.ztnio.tcpip.stack.Stack;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * The gate of an engine and its thread, which waits for datagrams and deadlines outside the gate and hands what came to
 * whoever is inside. What fails in a task, in a turn or with a datagram is reported and costs itself: the engine goes on.
 *
 * <p>Until it is {@linkplain #prepare prepared} the gate takes tasks, and turns have nothing to do.
 *
 * <p>Thread: thread-safe.
 */
public final class NodeDriver implements AutoCloseable {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MAX_REST_NANOS = 10_000 * NANOS_PER_MILLI;

    /** What keeps failing is tried again at this pace, not as fast as the processor can. */
    private static final long PAUSE_AFTER_FAILURE_NANOS = 10 * NANOS_PER_MILLI;

    /** What a network card waits for before it interrupts; the timer adds as much again. */
    private static final long TRICKLE_NANOS = 50_000;

    /** Windows sleeps for a tick of its clock at least, a hundred times as long. */
    private static final boolean SLEEPS_BRIEFLY = !System.getProperty("os.name").startsWith("Windows");

    private static final long LOOK_AGAIN_NANOS = NANOS_PER_MILLI;
    private static final long MAX_LOOK_AGAIN_NANOS = 32 * NANOS_PER_MILLI;

    /** How long peers may ask back whether a reset was meant. */
    private static final long QUESTIONS_NANOS = 250 * NANOS_PER_MILLI;

    private final EngineClock clock;
    private final Wire wire;
    private final FailureLog failures;
    private final EngineTurns turns;
    private final TurnGate gate;
    private final String name;

    /** Another one if one was stopped by force. */
    private volatile Thread thread;

    private volatile Cores cores;

    private final Duty duty;

    /** Whoever has the duty, once the driver runs. */
    private InboundBatches inbounds;

    /** Set outside the gate: there is work that the next rest must not sleep over. */
    private volatile boolean awaited;

    private volatile boolean stopped;

    /** What the thread sleeps on. */
    public interface Wire {
        /** Waits until something has arrived, {@link #wakeup}, or the time is over. One thread at a time. */
        void await(long nanos) throws IOException;

        /** Ends the current or the next {@link #await}. Any thread. */
        void wakeup();

        /** Sockets that are waited for by the millisecond, which this rounds up to. */
        static Wire of(MillisWait wait, Runnable wakeup) {
            return new Wire() {
                @Override
                public void await(long nanos) throws IOException {
                    wait.await((nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
                }

                @Override
                public void wakeup() {
                    wakeup.run();
                }
            };
        }
    }

    /** Waits for sockets. */
    @FunctionalInterface
    public interface MillisWait {
        void await(long millis) throws IOException;
    }

    /** Something to do inside the gate that has a result. */
    @FunctionalInterface
    public interface Call<T, X extends Exception> {
        T run(long nowNanos) throws X;
    }

    /** What happens inside the gate. */
    public interface Cores {
        /**
         * Does what follows from the tasks of a turn, and what is due.
         *
         * @return when something is due next, {@link Long#MAX_VALUE} for never
         */
        long turn(long nowNanos);

        /**
         * Every turn has failed for a while, so nothing comes in or goes out any more: whoever waits for it is to be told.
         * Once, inside the gate. What this throws is reported.
         */
        default void giveUp(long nowNanos) {}

        /** Sends what the turn left, whether it failed or not. */
        default void flush() {}

        /** The driver has rested. Outside the gate, on the driver's thread. */
        default void rested() {}

        /** A thread that had work for those inside is on its way. Outside the gate. */
        default void left() {}
    }

    /** Room for what arrives together. Handed over between threads with a happens-before edge. */
    public interface Batch {
        /** Takes in what has arrived, without waiting. One thread at a time. */
        int receive() throws IOException;

        /** How many bytes the last {@link #receive} took in; by the same thread. */
        default int bytes() {
            return 0;
        }

        /**
         * Does with what was received last all that needs no gate; only {@link Readers} have that done. Outside the gate.
         *
         * @param reader the number of the thread, from 0
         */
        default void prepare(int reader) {}

        /**
         * Handles one datagram, inside the gate.
         *
         * @param index from 0, below what {@link #receive} returned
         * @param ingressNanos when the batch was received
         */
        void handle(int index, long nowNanos, long ingressNanos);

        /** All are handled. Inside the gate. */
        void clear();
    }

    /**
     * A driver whose gate is open and whose thread does not run.
     *
     * @param name of the thread
     */
    public NodeDriver(String name, EngineClock clock, Wire wire, FailureLog failures) {
        this.clock = clock;
        this.wire = wire;
        this.failures = failures;
        this.turns = new EngineTurns(name, wire, failures);
        this.gate = new TurnGate(clock, turns);
        this.duty = new Duty(clock, new DutyWork());
        this.name = name;
    }

    /**
     * From now on threads that wait for an endpoint of this engine may do its driver's work meanwhile. For a wire whose waits
     * an interrupt ends. Before the start.
     *
     * @param spinNanos how long such a thread may ask for datagrams, again and again, before it sleeps: where its last waits
     *     were hardly longer. 0: it sleeps at once
     */
    public void mayBeLed(long spinNanos) {
        duty.open(spinNanos);
        gate.waiting(duty);
    }

    /** The gate, which also works before the start and after the end. */
    public TurnGate gate() {
        return gate;
    }

    /** Whoever enters the gate from now on has this done. */
    public void prepare(Cores driven) {
        cores = driven;
        turns.prepare(driven);
    }

    /** Starts the thread of an engine that nothing arrives at but tasks; it is prepared. */
    public void start() {
        start(NoBatch::new);
    }

    /** Starts the thread; the engine is prepared. */
    public void start(Supplier<? extends Batch> batches) {
        inbounds = new InboundBatches(clock, gate, failures, batches);
        startThread();
    }

    private void startThread() {
        Thread started = new Thread(this::drive, name);
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** There is work that no task tells of: the thread runs a turn soon. Any thread, also inside a gate. */
    public void wake() {
        awaited = true;
        wire.wakeup();
    }

    /** Whether {@link #close} has been called. */
    public boolean isStopped() {
        return stopped;
    }

    /** Ends the thread and waits for that. The gate goes on to work for those who enter it. Outside the gate. */
    @Override
    public void close() {
        stopped = true;
        duty.close();
        boolean interrupted = false;
        Thread last = thread;
        while (last != null && last.isAlive() && Thread.currentThread() != last) {
            try {
                last.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
            last = thread;
        }
        interrupted |= duty.awaitVacancy();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs something inside the gate, and returns or throws what it does. */
    public <T, X extends Exception> T call(Call<T, X> call) throws X {
        Outcome<T, X> outcome = new Outcome<>();
        gate.run(now -> outcome.of(call, now));
        return outcome.get();
    }

    /**
     * Waits until something holds that is looked at inside the gate, first often and then ever more rarely. An interrupt
     * does not end it.
     *
     * @param condition of the time on the engine's clock
     * @param deadlineNanos on the engine's clock
     * @return whether it holds; false when the time is over
     */
    public boolean await(LongPredicate condition, long deadlineNanos) {
        boolean[] holds = new boolean[1];
        boolean interrupted = false;
        long pause = LOOK_AGAIN_NANOS;
        while (true) {
            gate.run(now -> holds[0] = condition.test(now));
            long left = deadlineNanos - clock.nanos();
            if (holds[0] || left <= 0) {
                break;
            }
            interrupted |= Thread.interrupted();
            LockSupport.parkNanos(Math.min(left, pause));
            pause = Math.min(2 * pause, MAX_LOOK_AGAIN_NANOS);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return holds[0];
    }

    /**
     * Ends the connections of a stack as the end of a process does: refuses new ones, closes those there are, waits until
     * living peers have acknowledged what was written, and resets what is left.
     *
     * @param bound of the wait; 0 resets everything at once
     * @return how many connections were reset that had something left for a living peer
     */
    public int deliver(Stack stack, Duration bound) {
        long deadline = clock.nanos() + bound.toNanos();
        gate.run(stack::closeConnections);
        await(now -> stack.unfinishedConnections(now) == 0, deadline - Math.min(QUESTIONS_NANOS, bound.toNanos() / 2));
        int[] left = new int[1];
        gate.run(now -> left[0] = stack.abortConnections(now));
        // Frames that shards have handed over meanwhile.
        gate.runDue();
        if (left[0] > 0) {
            // A peer that doubts its reset asks, and is answered as long as there is a stack.
            await(now -> false, Math.min(deadline, clock.nanos() + QUESTIONS_NANOS));
        }
        return left[0];
    }

    private void drive() {
        try {
            duty.enter();
            while (!stopped) {
                driveUntilFailure();
            }
        } finally {
            duty.exit();
            if (!stopped) {
                // Stopped by force, even while it got over something else. Nobody else would wait for datagrams.
                startAnother();
            }
        }
    }

    /** Without memory even getting over a failure fails; then this begins again. */
    private void driveUntilFailure() {
        try {
            while (!stopped) {
                driveOn();
            }
        } catch (Throwable e) {
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }
    }

    private void startAnother() {
        while (!stopped) {
            try {
                startThread();
                return;
            } catch (Throwable e) {
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
    }

    private void driveOn() {
        try {
            if (!duty.take()) {
                return;
            }
            int bytes = inbounds.offer();
            if (bytes >= 0) {
                duty.handled(bytes);
            } else {
                duty.nothingMore();
                if (SLEEPS_BRIEFLY && duty.isTrickle()) {
                    LockSupport.parkNanos(TRICKLE_NANOS);
                    return;
                }
                rest(MAX_REST_NANOS);
                // Somebody's interrupt must not keep it from ever sleeping again.
                Thread.interrupted();
                cores.rested();
            }
        } catch (Throwable e) {
            duty.nothingMore();
            if (!stopped) {
                failures.report("driver", e);
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
    }

    /** Sleeps until something comes or is due, but not longer than {@code mostNanos}; does what is due. */
    private void rest(long mostNanos) throws IOException {
        long deadline = gate.driverFallsAsleep();
        try {
            long wait = Math.min(deadline - clock.nanos(), mostNanos);
            if (wait > 0 && !awaited && !stopped) {
                wire.await(wait);
            }
        } finally {
            gate.driverIsAwake();
        }
        if (awaited || deadline <= clock.nanos()) {
            awaited = false;
            gate.runDue();
        }
    }

    private final class DutyWork implements Duty.Work {
        @Override
        public boolean isInside() {
            return gate.isInside();
        }

        @Override
        public int receive() throws IOException {
            return inbounds.offer();
        }

        @Override
        public void rest(long mostNanos) throws IOException {
            NodeDriver.this.rest(Math.min(mostNanos, MAX_REST_NANOS));
        }

        @Override
        public void idle() {
            cores.rested();
        }

        @Override
        public void wakeup() {
            wire.wakeup();
        }

        @Override
        public void failed(Throwable failure) {
            if (!stopped) {
                failures.report("driver", failure);
            }
        }
    }

    private static final class Outcome<T, X extends Exception> {
        private T result;
        private Exception failure;

        void of(Call<T, X> call, long nowNanos) {
            try {
                result = call.run(nowNanos);
            } catch (Exception e) {
                failure = e;
            }
        }

        @SuppressWarnings("unchecked") // A call throws an X or what is unchecked.
        T get() throws X {
            if (failure instanceof RuntimeException) {
                throw (RuntimeException) failure;
            }
            if (failure != null) {
                throw (X) failure;
            }
            return result;
        }
    }

    private static final class NoBatch implements Batch {
        @Override
        public int receive() {
            return 0;
        }

        @Override
        public void handle(int index, long nowNanos, long ingressNanos) {
            throw new IllegalStateException("nothing arrives here");
        }

        @Override
        public void clear() {}
    }
}
