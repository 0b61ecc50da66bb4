package io.ztnio.tcpip.sim;

import static io.ztnio.tcpip.sim.SimulationCells.ANY;
import static io.ztnio.tcpip.sim.SimulationCells.completionMillis;
import static io.ztnio.tcpip.sim.SimulationCells.config;
import static io.ztnio.tcpip.sim.SimulationCells.path;
import static io.ztnio.tcpip.sim.SimulationCells.simulator;
import static io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm.CUBIC;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.tcp.StackProbe;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Cells of what applications do: requests and replies, short flows, small buffers, many connections. */
final class ApplicationCells {
    private final List<SimulationCell> cells = new ArrayList<>();

    static List<SimulationCell> all() {
        ApplicationCells made = new ApplicationCells();
        made.applications();
        made.smallBuffers();
        made.blackHoles();
        made.manyConnections();
        return made.cells;
    }

    private void applications() {
        for (double loss : new double[] {0, 0.005, 0.01}) {
            String name = "loss " + loss * 100 + "%; 100 B for 10 KB";
            PathProfile profile = path(100, 20).loss(loss);
            profile.reverseLoss = loss;
            String id = "N28-" + SimulationCell.number(loss * 100);
            cells.add(new SimulationCell(
                    id + "m", "100M 20ms", name, "cubic", "ms p50", 21.2, 0, 22, () -> reply(profile, 0.5)));
            // 2.5 round trips are 53 ms. With 1 %, losses have at times made the window smaller than a reply.
            cells.add(new SimulationCell(
                    id + "u", "100M 20ms", name, "cubic", "ms p98", 21.2, 0, 53, () -> reply(profile, 0.98)));
            cells.add(new SimulationCell(
                    id + "t",
                    "100M 20ms",
                    name,
                    "cubic",
                    "ms p99",
                    21.2,
                    0,
                    loss == 0 ? 22 : loss < 0.01 ? 53 : 75,
                    () -> reply(profile, 0.99)));
        }
        PathProfile lossy = path(100, 20).loss(0.01);
        lossy.reverseLoss = 0.01;
        TcpConfig unlimited =
                StackProbe.withoutCongestionControl(NetworkSimulator.config()).build();
        cells.add(new SimulationCell(
                "N28-1.00n",
                "100M 20ms",
                "loss 1.0%; 100 B for 10 KB",
                "none",
                "ms p99",
                21.2,
                0,
                53,
                () -> reply(lossy, unlimited, 0.99)));
        cells.add(new SimulationCell(
                "N29",
                "100M 50ms",
                "none; 100 KB from connect on",
                "cubic",
                "ms",
                175,
                0,
                200,
                () -> completionMillis(path(100, 50), 100_000, 10)));
    }

    private static double reply(PathProfile profile, double percentile) {
        return reply(profile, config(CUBIC), percentile);
    }

    private static double reply(PathProfile profile, TcpConfig config, double percentile) {
        NetworkSimulator simulator = simulator(profile, config);
        RequestReply application = new RequestReply(simulator, 4000);
        while (!application.isDone()) {
            simulator.runMillis(1000);
        }
        return application.percentileMillis(percentile);
    }

    /** Flows with a window of 32 KiB, as in the table of smoltcp, which has neither congestion control nor timestamps. */
    private void smallBuffers() {
        double[] losses = {0, 0.001, 0.01, 0.02, 0.05, 0.1};
        double[] others = {322.945, 314.780, 219.671, 166.588, 76.626, 37.775};
        for (int i = 0; i < losses.length; i++) {
            PathProfile profile = path(100, 100).plain(1500).loss(losses[i]);
            cells.add(new SimulationCell(
                    "N31-" + SimulationCell.number(losses[i] * 100),
                    "100M 100ms; MTU 1500; window 32 KiB",
                    "loss " + losses[i] * 100 + "%",
                    "none",
                    "kB/s (smoltcp " + others[i] + ")",
                    // A window of 22.4 segments carries 22 of them: parts are not sent (RFC 9293 3.8.6.2.1).
                    22 * 1460 / 100.0,
                    losses[i] == 0 ? 0.99 * others[i] : others[i],
                    ANY,
                    () -> smallWindow(profile)));
        }
    }

    private static double smallWindow(PathProfile profile) {
        TcpConfig config = StackProbe.withoutCongestionControl(NetworkSimulator.config())
                .timestamps(false)
                .build();
        NetworkSimulator simulator = simulator(profile, config);
        BulkFlow flow = new BulkFlow(simulator, 5001, Long.MAX_VALUE, 32_768).start();
        simulator.runMillis(5000);
        return flow.measure(200_000) / 8e3;
    }

    private void blackHoles() {
        PathProfile first = path(100, 20).mostPieces(1);
        cells.add(new SimulationCell(
                "N26",
                "100M 20ms",
                "only first datagrams of a packet pass",
                "cubic",
                "RTOs until data passes",
                3,
                0,
                3,
                () -> timeoutsUntilData(first)));
        // 1342 bytes in a datagram of 1460.
        cells.add(new SimulationCell(
                "N26g",
                "100M 20ms",
                "only first datagrams of a packet pass",
                "cubic",
                "Mbit/s",
                91.9,
                91.9 * 0.9,
                ANY,
                () -> SimulationCells.goodput(first, config(CUBIC), 20, 20)));
    }

    private static double timeoutsUntilData(PathProfile profile) {
        NetworkSimulator simulator = simulator(profile, config(CUBIC));
        BulkFlow flow = new BulkFlow(simulator, 5001, Long.MAX_VALUE).start();
        while (flow.received == 0 && simulator.now - simulator.startNanos < 60_000_000_000L) {
            simulator.runMillis(1);
        }
        flow.check();
        return flow.received == 0 ? ANY : simulator.left.layer.counters().retransmissionTimeouts();
    }

    private void manyConnections() {
        cells.add(new SimulationCell(
                "N30",
                "100M 20ms 10 flows",
                "none; beside 10000 idle connections",
                "cubic",
                "work per segment; 1 without the idle ones",
                1,
                0,
                1.2,
                () -> visitsPerSegment(10_000) / visitsPerSegment(0)));
    }

    /** How many slots of tables a segment makes its two hosts look at; one more is for the segment itself. */
    private static double visitsPerSegment(int idle) {
        TcpConfig config = NetworkSimulator.config().maximumHalfOpen(20_000).build();
        NetworkSimulator simulator = simulator(path(100, 20).bufferBdps(4), config);
        try {
            ListenerEndpoint listener = simulator.right.layer.openListener();
            listener.bind(new InetSocketAddress(simulator.right.address, 80));
            listener.listen(20_000);
            for (int i = 0; i < idle; i++) {
                StreamEndpoint stream = simulator.left.layer.openStream();
                stream.connect(new InetSocketAddress(simulator.right.address, 80));
                simulator.run(100_000);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < 10; i++) {
            new BulkFlow(simulator, 5001 + i, Long.MAX_VALUE).start();
        }
        simulator.runMillis(2000);
        long visits = visits(simulator);
        long segments = segments(simulator);
        simulator.runMillis(10_000);
        if (simulator.right.layer.flowCount() != idle + 10) {
            throw new AssertionError(simulator.right.layer.flowCount() + " connections");
        }
        return 1 + (double) (visits(simulator) - visits) / (segments(simulator) - segments);
    }

    private static long visits(NetworkSimulator simulator) {
        return StackProbe.visits(simulator.left.layer) + StackProbe.visits(simulator.right.layer);
    }

    private static long segments(NetworkSimulator simulator) {
        return simulator.left.layer.counters().segmentsReceived()
                + simulator.right.layer.counters().segmentsReceived();
    }
}
