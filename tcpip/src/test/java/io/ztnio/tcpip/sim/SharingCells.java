package io.ztnio.tcpip.sim;

import static io.ztnio.tcpip.sim.SimulationCells.ANY;
import static io.ztnio.tcpip.sim.SimulationCells.config;
import static io.ztnio.tcpip.sim.SimulationCells.path;
import static io.ztnio.tcpip.sim.SimulationCells.simulator;
import static io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm.CUBIC;

import io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm;
import java.util.ArrayList;
import java.util.List;

/** Cells of flows that share a bottleneck. */
final class SharingCells {
    private final List<SimulationCell> cells = new ArrayList<>();

    static List<SimulationCell> all() {
        SharingCells made = new SharingCells();
        made.sharing();
        return made.cells;
    }

    private void sharing() {
        for (int flows : new int[] {1, 2, 4, 16, 64}) {
            PathProfile small = path(200, 50)
                    .bufferBytes(65_536)
                    .extraDelay(port -> (port - 5001) * 100_000_000L / Math.max(1, flows - 1));
            String link = "200M 50-150ms " + flows + " flows";
            cells.add(new SimulationCell(
                    "N23-" + flows,
                    link + " 64KB",
                    "none",
                    "cubic",
                    "Mbit/s",
                    189,
                    189 * 0.8,
                    ANY,
                    () -> share(small, CUBIC, flows, 30, 60, false)));
            if (flows > 1) {
                PathProfile controlled = path(200, 50)
                        .bufferBdps(2)
                        .controlledDelay()
                        .extraDelay(port -> (port - 5001) * 100_000_000L / Math.max(1, flows - 1));
                double seconds = flows < 16 ? 120 : 60;
                double equalWindows = equalWindowsFairness(flows);
                cells.add(new SimulationCell(
                        "N23j-" + flows,
                        link + " 64KB",
                        "none",
                        "cubic",
                        "Jain",
                        equalWindows,
                        0.95 * equalWindows,
                        ANY,
                        () -> share(small, CUBIC, flows, 30, seconds, true)));
                cells.add(new SimulationCell(
                        "N23c-" + flows,
                        link + " CoDel",
                        "none",
                        "cubic",
                        "Jain",
                        1,
                        0.9,
                        ANY,
                        () -> share(controlled, CUBIC, flows, 30, seconds, true)));
            }
        }
        PathProfile crowded = path(200, 50).bufferBytes(65_536).extraDelay(port -> (port - 5001) * 100_000_000L / 63);
        cells.add(new SimulationCell(
                "N23d-64",
                "200M 50-150ms 64 flows 64KB",
                "none",
                "cubic",
                "% dropped",
                0,
                0,
                5,
                () -> dropped(crowded, 64, 30)));
        for (int flows : new int[] {2, 10}) {
            cells.add(new SimulationCell(
                    "A6-" + flows,
                    "200M 20ms " + flows + " flows 1BDP",
                    "none",
                    "cubic",
                    "Jain",
                    1,
                    0.95,
                    ANY,
                    () -> share(path(200, 20), CUBIC, flows, 20, 40, true)));
        }
        cells.add(new SimulationCell(
                "N24",
                "100M 20ms 1BDP 2 flows",
                "second starts 10 s later",
                "cubic",
                "lesser share",
                0.5,
                0.4,
                ANY,
                SharingCells::lesserShare));
    }

    /**
     * Jain's index of flows with equal windows and round-trip times spread evenly over 50 to 150 ms. Where a queue is so
     * short that an overflow hits all flows, CUBIC has them: its windows grow by time, not by round trips.
     */
    private static double equalWindowsFairness(int flows) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < flows; i++) {
            double rate = 1 / (50 + 100.0 * i / (flows - 1));
            sum += rate;
            squares += rate * rate;
        }
        return sum * sum / (flows * squares);
    }

    /** Percentage of packets that the bottleneck drops. */
    private static double dropped(PathProfile profile, int flows, double seconds) {
        NetworkSimulator simulator = simulator(profile, config(CUBIC));
        for (int i = 0; i < flows; i++) {
            BulkFlow flow = new BulkFlow(simulator, 5001 + i, Long.MAX_VALUE);
            simulator.after(i * 10_000_000L, flow::start);
        }
        simulator.runMillis(seconds * 1000);
        Channel bottleneck = simulator.left.channel;
        return 100.0 * bottleneck.overflowDrops / bottleneck.offeredPackets;
    }

    /** Jain's index of fairness, or the sum in Mbit/s. */
    static double share(
            PathProfile profile,
            CongestionAlgorithm control,
            int flows,
            double warmUpSeconds,
            double seconds,
            boolean fairness) {
        NetworkSimulator simulator = simulator(profile, config(control));
        List<BulkFlow> all = new ArrayList<>();
        for (int i = 0; i < flows; i++) {
            BulkFlow flow = new BulkFlow(simulator, 5001 + i, Long.MAX_VALUE);
            simulator.after(i * 10_000_000L, flow::start);
            all.add(flow);
        }
        simulator.runMillis(warmUpSeconds * 1000);
        long[] before = all.stream().mapToLong(flow -> flow.received).toArray();
        simulator.runMillis(seconds * 1000);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < flows; i++) {
            all.get(i).check();
            double rate = (all.get(i).received - before[i]) * 8 / seconds / 1e6;
            sum += rate;
            squares += rate * rate;
        }
        return fairness ? sum * sum / (flows * squares) : sum;
    }

    private static double lesserShare() {
        NetworkSimulator simulator = simulator(path(100, 20), config(CUBIC));
        BulkFlow first = new BulkFlow(simulator, 5001, Long.MAX_VALUE).start();
        BulkFlow second = new BulkFlow(simulator, 5002, Long.MAX_VALUE);
        simulator.after(10_000_000_000L, second::start);
        simulator.runMillis(30_000);
        long firstBefore = first.received;
        double rate = second.measure(20_000);
        double other = (first.received - firstBefore) * 8e3 / 20_000;
        return Math.min(rate, other) / (rate + other);
    }
}
