package io.ztnio.provider.runtime;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.stack.StackShard;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.TurnGate;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Runs one of the stacks of an engine: its gate, and a thread for its timers and for what the node hands over. Whoever
 * enters the gate runs a turn, as in every gate; who has left it has the node send what the turn left, outside the shard's
 * gate.
 *
 * <p>Thread: thread-safe.
 */
final class ShardDriver implements TurnGate.Turn {
    private final EngineClock clock;
    private final Gate node;
    private final TurnGate gate;
    private final Consumer<RuntimeException> onFailure;
    private final Thread thread;

    /** Whether the node has been asked to send and has not begun to. */
    private final AtomicBoolean asked = new AtomicBoolean();

    private final Gate.Task send = nowNanos -> asked.set(false);
    private volatile StackShard shard;
    private volatile boolean awaited;
    private volatile boolean sleeping;
    private volatile boolean stopped;

    /**
     * A shard's gate; the shard and its thread come with {@link #start}.
     *
     * @param node the engine's gate
     */
    ShardDriver(int index, EngineClock clock, Gate node, Consumer<RuntimeException> onFailure) {
        this.clock = clock;
        this.node = node;
        this.onFailure = onFailure;
        this.gate = new TurnGate(clock, this);
        this.thread = new Thread(this::drive, "ztnio-shard-" + index);
        thread.setDaemon(true);
    }

    Gate gate() {
        return gate;
    }

    void start(StackShard driven) {
        shard = driven;
        thread.start();
    }

    /** The shard has frames to take in, or may send again. Inside the node's gate. */
    void wake() {
        awaited = true;
        if (sleeping) {
            wakeDriver();
        }
    }

    /** Ends the thread. The gate goes on to work for those who enter it. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void drive() {
        while (!stopped) {
            long deadline = rest();
            if (awaited || deadline <= clock.nanos()) {
                awaited = false;
                gate.runDue();
            }
        }
    }

    /** Sleeps until there is something to do; returns when something is due. */
    private long rest() {
        long deadline = gate.driverFallsAsleep();
        sleeping = true;
        long wait = deadline - clock.nanos();
        if (!awaited && !stopped && wait > 0) {
            LockSupport.parkNanos(this, wait);
        }
        sleeping = false;
        gate.driverIsAwake();
        return deadline;
    }

    @Override
    public long turn(long nowNanos) {
        StackShard driven = shard;
        return driven == null ? Long.MAX_VALUE : driven.turn(nowNanos);
    }

    @Override
    public void wakeDriver() {
        sleeping = false;
        LockSupport.unpark(thread);
    }

    @Override
    public void left() {
        StackShard driven = shard;
        if (driven != null && driven.hasOutbound() && asked.compareAndSet(false, true)) {
            node.post(send);
        }
    }

    @Override
    public void failed(RuntimeException bug) {
        onFailure.accept(bug);
    }
}
