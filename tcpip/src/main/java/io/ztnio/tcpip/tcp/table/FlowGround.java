package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.buffer.MemoryBudget;
import io.ztnio.tcpip.ip.IpLayer;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.segment.SegmentWriter;
import io.ztnio.tcpip.tcp.segment.TcpCounters;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * What the flows of one layer stand on: settings, counters, timers, the table that finds them, and the writer of their
 * segments.
 *
 * <p>Thread: confined to the gate, except {@link #gate}, {@link #config} and {@link #budget}.
 */
public final class FlowGround {
    private static final long RELIEF_NANOS = 50_000_000;

    public final Gate gate;
    public final IpLayer ip;
    public final TcpConfig config;
    public final MemoryBudget budget;
    public final TcpCounters counters = new TcpCounters();
    public final TimerWheel wheel = new TimerWheel(Long.MIN_VALUE);
    public final FlowTable flows;
    public final InitialNumbers numbers;
    public final SegmentWriter writer;
    public final Orphans orphans;

    /** Takes a SYN that begins a connection anew. */
    final SynInput syns;

    private final int layers;
    private long seenRefusals;
    private boolean relieved;
    private long relievedNanos;

    /** @param layers among which the limits of the node are divided */
    public FlowGround(
            Gate gate,
            IpLayer ip,
            TcpConfig config,
            MemoryBudget budget,
            FlowTable flows,
            InitialNumbers numbers,
            SynInput syns,
            int layers) {
        this.gate = gate;
        this.ip = ip;
        this.config = config;
        this.budget = budget;
        this.flows = flows;
        this.numbers = numbers;
        this.syns = syns;
        this.layers = layers;
        this.writer = new SegmentWriter(ip, counters);
        this.orphans = new Orphans(part(config.maximumOrphans), budget);
    }

    /** Has orphans give memory back if somebody was refused some since the last time. Not all the time: it takes a look at each. */
    public void relieve(long nowNanos) {
        long refusals = budget.refusals();
        if (refusals != seenRefusals && (!relieved || nowNanos - relievedNanos >= RELIEF_NANOS)) {
            seenRefusals = refusals;
            relieved = true;
            relievedNanos = nowNanos;
            orphans.relieve(nowNanos);
        }
    }

    /** This layer's part of a number that holds for the node. */
    public int part(int whole) {
        return (whole + layers - 1) / layers;
    }

    /** What the timestamps of a connection are ahead of the clock, in milliseconds. */
    public int timestampOffset(Flow flow) {
        return numbers.timestampOffset(flow.local, flow.localPort, flow.remote, flow.remotePort);
    }
}
