package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.buffer.MemoryBudget;
import io.ztnio.tcpip.ip.IpLayer;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * What the flows of one layer stand on: settings, counters, timers, the table that finds them, and the writer of their
 * segments.
 *
 * <p>Thread: confined to the gate, except {@link #gate}, {@link #config} and {@link #budget}.
 */
final class FlowGround {
    final Gate gate;
    final IpLayer ip;
    final TcpConfig config;
    final MemoryBudget budget;
    final TcpCounters counters = new TcpCounters();
    final TimerWheel wheel = new TimerWheel(Long.MIN_VALUE);
    final FlowTable flows;
    final InitialNumbers numbers;
    final SegmentWriter writer;
    final Orphans orphans;

    /** Takes a SYN that begins a connection anew. */
    final SynInput syns;

    private final int layers;

    /** @param layers among which the limits of the node are divided */
    FlowGround(
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

    /** This layer's part of a number that holds for the node. */
    int part(int whole) {
        return (whole + layers - 1) / layers;
    }

    /** What the timestamps of a connection are ahead of the clock, in milliseconds. */
    int timestampOffset(Flow flow) {
        return numbers.timestampOffset(flow.local, flow.localPort, flow.remote, flow.remotePort);
    }
}
