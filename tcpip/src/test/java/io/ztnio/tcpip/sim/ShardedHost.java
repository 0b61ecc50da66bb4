package io.ztnio.tcpip.sim;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.stack.StackConfig;
import io.ztnio.tcpip.stack.StackShard;
import io.ztnio.tcpip.stack.StackShards;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A node with several stacks on a {@link Lan}; which of them runs next, its seed says. */
public final class ShardedHost implements Lan.Station {
    public final TestLink link;
    public final SimGate gate = new SimGate();
    public final List<SimGate> gates;
    public final StackShards stack;
    public final LinkPort port;
    private final Random random;
    private final long[] deadlines;

    /** Who has something to do: a shard by its index, the node behind them. */
    private final BitSet runnable = new BitSet();

    private final int node;

    public ShardedHost(Lan lan, long seed, long mac, int shards, StackConfig config, String... addresses) {
        random = new Random(seed);
        link = new TestLink(mac);
        node = shards;
        deadlines = new long[shards + 1];
        gates = IntStream.range(0, shards).mapToObj(i -> new SimGate()).toList();
        nowNanos(lan.now);
        List<Gate> all = new ArrayList<>(gates);
        stack = new StackShards(gate, config, all, runnable::set, new Random(seed + 1));
        port = stack.attach(link);
        gate.run(now -> port.configure(Lan.config(2800, List.of(), addresses), now));
        lan.add(this);
    }

    public List<StackShard> shards() {
        return stack.shards();
    }

    @Override
    public TestLink link() {
        return link;
    }

    @Override
    public void nowNanos(long now) {
        gate.nowNanos(now);
        gates.forEach(each -> each.nowNanos(now));
    }

    @Override
    public long deadlineNanos() {
        return IntStream.rangeClosed(0, node).mapToLong(i -> deadlines[i]).min().orElseThrow();
    }

    @Override
    public void onFrame(TestLink.Frame frame, byte[] bytes) {
        gate.run(now ->
                port.onFrame(frame.source(), frame.destination(), frame.etherType(), bytes, 0, bytes.length, now));
    }

    @Override
    public void turn() {
        runnable.set(0, node + 1);
        while (!runnable.isEmpty()) {
            int[] waiting = runnable.stream().toArray();
            int next = waiting[random.nextInt(waiting.length)];
            runnable.clear(next);
            if (next == node) {
                gate.run(now -> deadlines[node] = stack.turn(now));
            } else {
                StackShard shard = stack.shards().get(next);
                gates.get(next).run(now -> deadlines[next] = shard.turn(now));
                if (shard.hasOutbound()) {
                    runnable.set(node);
                }
            }
        }
    }
}
