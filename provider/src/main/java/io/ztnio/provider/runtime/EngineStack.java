package io.ztnio.provider.runtime;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.stack.StackConfig;
import io.ztnio.tcpip.stack.StackShards;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.FailureLog;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;

/**
 * TCP/IP of an engine: one stack inside the engine's gate, or one there and {@link ShardDriver shards} for TCP.
 *
 * <p>Gates are entered in one order: the engine's, then one shard's. Nobody inside a shard's gate waits for another.
 *
 * <p>Thread: thread-safe.
 */
final class EngineStack implements AutoCloseable {
    private final List<ShardDriver> drivers;
    private final Stack stack;

    EngineStack(EngineClock clock, Gate gate, StackConfig config, SecureRandom random, FailureLog failures) {
        if (config.shards() == 1) {
            drivers = List.of();
            stack = new IpStack(gate, config, random);
            return;
        }
        drivers = IntStream.range(0, config.shards())
                .mapToObj(index -> new ShardDriver(index, clock, gate, this::giveUp, failures))
                .toList();
        List<Gate> gates = drivers.stream().map(ShardDriver::gate).toList();
        StackShards shards =
                new StackShards(gate, config, gates, index -> drivers.get(index).wake(), random);
        stack = shards;
        for (int i = 0; i < drivers.size(); i++) {
            drivers.get(i).start(shards.shards().get(i));
        }
    }

    /** The stack; of its methods those that are for the gate belong into the engine's. */
    Stack stack() {
        return stack;
    }

    private void giveUp(long nowNanos) {
        stack.giveUp(nowNanos);
    }

    /** Ends the threads; outside the gate. */
    @Override
    public void close() {
        drivers.forEach(ShardDriver::close);
    }
}
