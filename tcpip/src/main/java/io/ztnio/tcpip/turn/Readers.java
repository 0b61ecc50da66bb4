package io.ztnio.tcpip.turn;

import io.ztnio.tcpip.Gate;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Threads that receive for an engine and do with what came all that needs no gate, while its driver waits for deadlines and
 * whoever is inside handles what came before. The first receives, and prepares what comes alone or in small batches; what comes in bulk
 * the others prepare, if there are others. Batches are handled in the order in which they were received, whoever was ready first.
 *
 * <p>Thread: thread-safe.
 */
public final class Readers implements AutoCloseable {
    private static final int BATCHES = 8;

    /** So many are handled before the turn that follows from them. */
    private static final int BATCHES_A_TURN = 4;

    /** Datagrams that are bulk: for what is less, waking another thread takes longer than the work. */
    private static final int BULK = 8;

    private static final long MAX_REST_NANOS = 10_000_000_000L;
    private static final long PAUSE_AFTER_FAILURE_NANOS = 10_000_000;

    private static final int FREE = 0;
    private static final int RECEIVED = 1;
    private static final int BEING_PREPARED = 2;
    private static final int READY = 3;

    private final EngineClock clock;
    private final TurnGate gate;
    private final NodeDriver.Wire wire;
    private final FailureLog failures;
    private final Slot[] slots = new Slot[BATCHES];
    private final Reader[] readers;
    private final Consumer<Gate.Task> offering;
    private final Gate.Task handling = this::handleReady;

    /** Whether {@link #handling} is posted, and will look at all that is ready by then. */
    private final AtomicBoolean posted = new AtomicBoolean();

    /** {@link #handling} could not be posted, for want of memory. Without it what is ready would stay, and in the end fill all there is. */
    private volatile boolean unposted;

    /** The receiver waits for a batch to become free. */
    private volatile boolean full;

    private volatile boolean stopped;

    /** The receiver's: where the next batch goes. */
    private int next;

    /** The gate's: the batch to be handled next. */
    private int head;

    private static final class Slot {
        private final NodeDriver.Batch batch;
        private final AtomicInteger state = new AtomicInteger(FREE);
        private int size;
        private long ingressNanos;

        Slot(NodeDriver.Batch batch) {
            this.batch = batch;
        }
    }

    /**
     * Makes the threads; {@link #start} starts them.
     *
     * @param name of the engine's threads
     * @param count at least 1
     * @param driver has the gate; it waits for deadlines only
     * @param wire what the first thread waits on
     */
    public Readers(
            String name,
            int count,
            EngineClock clock,
            NodeDriver driver,
            NodeDriver.Wire wire,
            FailureLog failures,
            Supplier<? extends NodeDriver.Batch> batches) {
        this(name, count, clock, driver, wire, failures, batches, driver.gate()::offer);
    }

    /**
     * As the other.
     *
     * @param offering queues a task of the gate, or throws
     */
    Readers(
            String name,
            int count,
            EngineClock clock,
            NodeDriver driver,
            NodeDriver.Wire wire,
            FailureLog failures,
            Supplier<? extends NodeDriver.Batch> batches,
            Consumer<Gate.Task> offering) {
        this.clock = clock;
        this.gate = driver.gate();
        this.offering = offering;
        this.wire = wire;
        this.failures = failures;
        for (int i = 0; i < BATCHES; i++) {
            slots[i] = new Slot(batches.get());
        }
        readers = new Reader[count];
        for (int i = 0; i < count; i++) {
            readers[i] = new Reader(name + "-reader-" + i, i);
        }
    }

    /** Starts the threads; the engine is prepared. */
    public void start() {
        for (Reader reader : readers) {
            reader.start();
        }
    }

    /** Ends the threads and waits for that; what they have handed over may not be handled yet. Outside the gate. */
    @Override
    public void close() {
        stopped = true;
        boolean interrupted = false;
        for (Reader reader : readers) {
            Thread last = reader.thread;
            while (last != null && last.isAlive() && last != Thread.currentThread()) {
                wire.wakeup();
                LockSupport.unpark(last);
                try {
                    last.join(1_000);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                last = reader.thread;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive() throws IOException {
        Slot slot = slots[next];
        if (slot.state.get() != FREE) {
            awaitRoom(slot);
            return;
        }
        int size = slot.batch.receive();
        if (size == 0) {
            wire.await(MAX_REST_NANOS);
            // Somebody's interrupt must not keep it from ever sleeping again.
            Thread.interrupted();
            return;
        }
        slot.size = size;
        slot.ingressNanos = clock.nanos();
        next = (next + 1) % BATCHES;
        if (size < BULK || readers.length == 1) {
            slot.state.set(BEING_PREPARED);
            prepare(slot, 0, size >= BULK);
        } else {
            slot.state.set(RECEIVED);
            wakeOne();
        }
    }

    private void awaitRoom(Slot slot) {
        full = true;
        // Either this sees that it is free, or who frees it sees that this waits.
        if (slot.state.get() != FREE && !stopped) {
            LockSupport.parkNanos(this, MAX_REST_NANOS);
            Thread.interrupted();
        }
        full = false;
    }

    private void wakeOne() {
        for (int i = 1; i < readers.length; i++) {
            if (readers[i].asleep) {
                LockSupport.unpark(readers[i].thread);
                return;
            }
        }
    }

    /** For who is not the receiver. */
    private void prepareOrSleep(Reader self) {
        for (Slot slot : slots) {
            if (slot.state.get() == RECEIVED && slot.state.compareAndSet(RECEIVED, BEING_PREPARED)) {
                prepare(slot, self.number, true);
                return;
            }
        }
        self.asleep = true;
        if (nothingReceived() && !stopped) {
            LockSupport.parkNanos(this, MAX_REST_NANOS);
            Thread.interrupted();
        }
        self.asleep = false;
    }

    private boolean nothingReceived() {
        for (Slot slot : slots) {
            if (slot.state.get() == RECEIVED) {
                return false;
            }
        }
        return true;
    }

    /**
     * Prepares a batch and hands it over. What fails in it the gate sees as it came, or not at all.
     *
     * @param leaves whether somebody else is to handle it: this thread has more to do
     */
    private void prepare(Slot slot, int reader, boolean leaves) {
        try {
            slot.batch.prepare(reader);
        } finally {
            slot.state.set(READY);
            post();
            if (leaves) {
                gate.leaveToDriver();
            } else {
                gate.runOffered();
            }
        }
    }

    private void post() {
        if (!posted.get() && posted.compareAndSet(false, true)) {
            boolean done = false;
            try {
                offering.accept(handling);
                done = true;
            } finally {
                if (!done) {
                    posted.set(false);
                    unposted = true;
                }
            }
        }
    }

    private void postAgain() {
        unposted = false;
        post();
        gate.leaveToDriver();
    }

    /** Inside the gate. */
    private void handleReady(long nowNanos) {
        posted.set(false);
        try {
            for (int i = 0; i < BATCHES_A_TURN && slots[head].state.get() == READY; i++) {
                handle(slots[head], nowNanos);
            }
        } finally {
            if (slots[head].state.get() == READY) {
                post();
            }
        }
    }

    private void handle(Slot slot, long nowNanos) {
        try {
            for (int i = 0; i < slot.size; i++) {
                handle(slot, i, nowNanos);
            }
        } finally {
            slot.batch.clear();
            head = (head + 1) % BATCHES;
            slot.state.set(FREE);
            if (full) {
                LockSupport.unpark(readers[0].thread);
            }
        }
    }

    /** A datagram that shows a bug must not take the others with it. */
    private void handle(Slot slot, int index, long nowNanos) {
        try {
            slot.batch.handle(index, nowNanos, slot.ingressNanos);
        } catch (ThreadDeath e) {
            // Meant for the thread that happens to be here.
            throw e;
        } catch (Throwable e) {
            failures.report("datagram", e);
        }
    }

    private final class Reader {
        private final String name;
        private final int number;
        private volatile Thread thread;
        private volatile boolean asleep;

        Reader(String name, int number) {
            this.name = name;
            this.number = number;
        }

        void start() {
            Thread started = new Thread(this::run, name);
            started.setDaemon(true);
            thread = started;
            started.start();
        }

        private void run() {
            try {
                while (!stopped) {
                    step();
                }
            } finally {
                // Stopped by force: nobody else would receive.
                while (!stopped && !startAnother()) {
                    LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
                }
            }
        }

        private void step() {
            try {
                if (unposted) {
                    postAgain();
                }
                if (number == 0) {
                    receive();
                } else {
                    prepareOrSleep(this);
                }
            } catch (ThreadDeath e) {
                throw e;
            } catch (Throwable e) {
                if (!stopped) {
                    failures.report(name, e);
                    LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
                }
            }
        }

        private boolean startAnother() {
            try {
                start();
                return true;
            } catch (Throwable e) {
                return false;
            }
        }
    }
}
