package io.ztnio.provider.runtime;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.stack.StackShard;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.FailureLog;
import io.ztnio.tcpip.turn.NodeDriver;
import io.ztnio.tcpip.turn.Parking;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs one of the stacks of an engine: its gate, and a thread for its timers and for what the node hands over. Whoever
 * enters the gate runs a turn, as in every gate; who has left it has the node send what the turn left, outside the shard's
 * gate.
 *
 * <p>Thread: thread-safe.
 */
final class ShardDriver implements AutoCloseable {
    private final Gate node;
    private final NodeDriver driver;

    /** Whether the node has been asked to send and has not begun to. */
    private final AtomicBoolean asked = new AtomicBoolean();

    /** Whether the node is to be told that this is broken. */
    private final AtomicBoolean broken = new AtomicBoolean();

    private final Gate.Task onGiveUp;
    private final Gate.Task send = nowNanos -> asked.set(false);

    /**
     * A shard's gate; the shard and its thread come with {@link #start}.
     *
     * @param node the engine's gate
     * @param onGiveUp run inside that if the shard is broken
     */
    ShardDriver(int index, EngineClock clock, Gate node, Gate.Task onGiveUp, FailureLog failures) {
        this.node = node;
        this.onGiveUp = onGiveUp;
        this.driver = new NodeDriver("ztnio-shard-" + index, clock, new Parking(), failures);
    }

    Gate gate() {
        return driver.gate();
    }

    void start(StackShard shard) {
        driver.prepare(new NodeDriver.Cores() {
            @Override
            public long turn(long nowNanos) {
                return shard.turn(nowNanos);
            }

            @Override
            public void giveUp(long nowNanos) {
                // Whoever is inside a shard's gate enters no other.
                broken.set(true);
            }

            @Override
            public void left() {
                if (broken.compareAndSet(true, false)) {
                    node.post(onGiveUp);
                }
                if (shard.hasOutbound() && asked.compareAndSet(false, true)) {
                    node.post(send);
                }
            }
        });
        driver.start();
    }

    /** The shard has frames to take in, or may send again. Inside the node's gate. */
    void wake() {
        driver.wake();
    }

    /** Ends the thread. The gate goes on to work for those who enter it. */
    @Override
    public void close() {
        driver.close();
    }
}
