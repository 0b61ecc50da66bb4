package io.ztnio.tcpip.sim;

import static io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm.BBR;
import static io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm.CUBIC;

import io.ztnio.tcpip.tcp.StackProbe;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm;
import io.ztnio.tcpip.tcp.segment.TcpCounters;
import java.util.ArrayList;
import java.util.List;

/** The cells of the table: links, impairments, bounds, and what has to come out. */
final class SimulationCells {
    static final double ANY = Double.POSITIVE_INFINITY;
    private static final long SEED = 1;
    private static final int SEGMENT_BYTES = 2748;

    private final List<SimulationCell> cells = new ArrayList<>();

    static List<SimulationCell> all() {
        SimulationCells made = new SimulationCells();
        made.cleanLinks();
        made.losses();
        made.disorder();
        made.changes();
        made.cells.addAll(SharingCells.all());
        made.cells.addAll(ApplicationCells.all());
        return made.cells;
    }

    static PathProfile path(double megabits, double rttMillis) {
        return new PathProfile(megabits, rttMillis);
    }

    static TcpConfig config(CongestionAlgorithm control) {
        return NetworkSimulator.config().congestion(control).build();
    }

    static NetworkSimulator simulator(PathProfile profile, TcpConfig config) {
        return new NetworkSimulator(profile, config, SEED);
    }

    /** Goodput of one flow after a warm-up, in Mbit/s. */
    static double goodput(PathProfile profile, TcpConfig config, double warmUpSeconds, double seconds) {
        NetworkSimulator simulator = simulator(profile, config);
        BulkFlow flow = new BulkFlow(simulator, 5001, Long.MAX_VALUE).start();
        simulator.runMillis(warmUpSeconds * 1000);
        return flow.measure(seconds * 1000) / 1e6;
    }

    /** What a loss-based control reaches at a loss of datagrams, in Mbit/s: the averages of RFC 9438 5.1. */
    static double lossBound(double megabits, double rttMillis, double datagramLoss) {
        double segmentLoss = 1 - (1 - datagramLoss) * (1 - datagramLoss);
        double rtt = rttMillis / 1e3;
        double cubic = 1.054 * Math.pow(rtt, 0.75) / Math.pow(segmentLoss, 0.75);
        double reno = Math.sqrt(1.5 / segmentLoss);
        double bound = Math.max(cubic, reno) * SEGMENT_BYTES * 8 / rtt / 1e6;
        return Math.min(bound, megabits * path(megabits, rttMillis).efficiency());
    }

    private void add(
            String id,
            String link,
            String impairment,
            PathProfile profile,
            CongestionAlgorithm control,
            double bound,
            double least,
            double most,
            double warmUpSeconds,
            double seconds) {
        cells.add(new SimulationCell(
                id,
                link,
                impairment,
                control.optionName(),
                "Mbit/s",
                bound,
                bound * least,
                most == ANY ? ANY : bound * most,
                () -> goodput(profile, config(control), warmUpSeconds, seconds)));
    }

    private void cleanLinks() {
        add("N1", "100M 10ms 1BDP", "none", path(100, 10), CUBIC, 94.4, 0.97, ANY, 10, 20);
        add("N2", "1G 1ms 1BDP", "none", path(1000, 1), CUBIC, 944, 0.95, ANY, 2, 3);
        add("N3", "1G 50ms 1BDP", "none from 2 s on", path(1000, 50), CUBIC, 944, 0.9, ANY, 2, 8);
        add("N4", "1G 100ms 1BDP", "none; buffers 16 MiB", path(1000, 100), CUBIC, 944, 0.85, ANY, 4, 6);
        add("N5", "100M 50ms 0.1BDP", "none", path(100, 50).bufferBdps(0.1), CUBIC, 94.4, 0.8, ANY, 20, 40);
        add("N6", "100M 50ms 5BDP", "none", path(100, 50).bufferBdps(5), CUBIC, 94.4, 0.97, ANY, 10, 20);
        cells.add(new SimulationCell(
                "N6q",
                "100M 50ms 5BDP",
                "none",
                "cubic",
                "ms of queue",
                250,
                0,
                250,
                () -> meanQueueMillis(path(100, 50).bufferBdps(5), CUBIC)));
        cells.add(new SimulationCell(
                "N6d",
                "100M 50ms 5BDP",
                "none in slow start",
                "cubic",
                "drops in 3 s",
                0,
                0,
                0,
                () -> overflows(path(100, 50).bufferBdps(5), CUBIC, 3)));
        add("N1b", "100M 10ms 1BDP", "none", path(100, 10), BBR, 94.4, 0.9, ANY, 10, 20);
        add("N3b", "1G 50ms 1BDP", "none from 2 s on", path(1000, 50), BBR, 944, 0.9, ANY, 2, 8);
        add("N5b", "100M 50ms 0.1BDP", "none", path(100, 50).bufferBdps(0.1), BBR, 94.4, 0.8, ANY, 20, 40);
        cells.add(new SimulationCell(
                "N6bq",
                "100M 50ms 5BDP",
                "none",
                "bbr",
                "ms of queue",
                250,
                0,
                25,
                () -> meanQueueMillis(path(100, 50).bufferBdps(5), BBR)));
    }

    private static double meanQueueMillis(PathProfile profile, CongestionAlgorithm control) {
        NetworkSimulator simulator = simulator(profile, config(control));
        new BulkFlow(simulator, 5001, Long.MAX_VALUE).start();
        simulator.runMillis(30_000);
        return simulator.left.channel.meanQueueMillis();
    }

    private static double overflows(PathProfile profile, CongestionAlgorithm control, double seconds) {
        NetworkSimulator simulator = simulator(profile, config(control));
        new BulkFlow(simulator, 5001, Long.MAX_VALUE).start();
        simulator.runMillis(seconds * 1000);
        return simulator.left.channel.overflowDrops;
    }

    private void losses() {
        loss("N7", 1000, 10, 0.00001, 0.6, 1.3, 20, 20);
        loss("N8", 1000, 20, 0.0001, 0.6, 1.3, 20, 60);
        loss("N9", 100, 20, 0.001, 0.6, 1.3, 20, 120);
        loss("N10", 100, 50, 0.001, 0.6, 1.3, 20, 200);
        loss("N11", 100, 20, 0.01, 0.5, 1.3, 20, 120);
        cells.add(new SimulationCell(
                "N11r",
                "100M 20ms 1BDP",
                "loss 1%",
                "cubic",
                "RTOs per episode",
                0,
                0,
                0.05,
                () -> timeoutsPerEpisode(path(100, 20).loss(0.01))));
        loss("N12", 100, 50, 0.01, 0.5, 1.3, 20, 200);
        loss("N13", 100, 100, 0.05, 0.4, ANY, 20, 580);
        cells.add(new SimulationCell(
                "N14",
                "20M 30ms 1BDP",
                "loss 20%; 1 MB to complete",
                "cubic",
                "s",
                1,
                0,
                300,
                () -> completionMillis(path(20, 30).loss(0.2), 1_000_000, 300) / 1000));
        add("N8b", "1G 20ms 1BDP", "loss 0.01%", path(1000, 20).loss(0.0001), BBR, 944, 0.8, ANY, 5, 5);
        add("N11b", "100M 20ms 1BDP", "loss 1%", path(100, 20).loss(0.01), BBR, 94.4, 0.5, ANY, 20, 60);
        add("A5b", "200M 20ms 1BDP", "loss 1%", path(200, 20).loss(0.01), BBR, 189, 0.53, ANY, 20, 60);
        cells.add(new SimulationCell(
                "N19",
                "100M 20ms 1BDP",
                "bursts of 20 datagrams, entry 0.05%",
                "cubic",
                "RTOs per episode",
                0,
                0,
                0.05,
                () -> timeoutsPerEpisode(path(100, 20).bursts(0.0005, 20))));
    }

    private void loss(
            String id,
            double megabits,
            double rttMillis,
            double fraction,
            double least,
            double most,
            double warmUpSeconds,
            double seconds) {
        add(
                id,
                (megabits == 1000 ? "1G " : "100M ") + (int) rttMillis + "ms 1BDP",
                "loss " + fraction * 100 + "%",
                path(megabits, rttMillis).loss(fraction),
                CUBIC,
                lossBound(megabits, rttMillis, fraction),
                least,
                most,
                warmUpSeconds,
                seconds);
    }

    private static double timeoutsPerEpisode(PathProfile profile) {
        NetworkSimulator simulator = simulator(profile, config(CUBIC));
        new BulkFlow(simulator, 5001, Long.MAX_VALUE).start();
        simulator.runMillis(120_000);
        long timeouts = simulator.left.layer.counters().retransmissionTimeouts();
        long episodes = timeouts + simulator.left.layer.counters().fastRecoveries();
        return (double) timeouts / episodes;
    }

    /** Time from connect until the last byte has arrived. */
    static double completionMillis(PathProfile profile, long bytes, double mostSeconds) {
        NetworkSimulator simulator = simulator(profile, config(CUBIC));
        BulkFlow flow = new BulkFlow(simulator, 5001, bytes).start();
        simulator.runMillis(mostSeconds * 1000);
        flow.check();
        return flow.finishedNanos < 0 ? ANY : (flow.finishedNanos - simulator.startNanos) / 1e6;
    }

    private void disorder() {
        PathProfile held = path(100, 20).reordering(0.01, 5, 0);
        add("N15", "100M 20ms 1BDP", "1% held back 5 ms", held, CUBIC, 94.4, 0.95, ANY, 10, 30);
        add("N15b", "100M 20ms 1BDP", "1% held back 5 ms", held, BBR, 94.4, 0.8, ANY, 10, 30);
        cells.add(new SimulationCell(
                "N16",
                "100M 66ms 1BDP",
                "2% held back 1-3 packets; loss 0.003%",
                "cubic",
                "Mbit/s",
                lossBound(100, 66, 0.00003),
                0.6 * lossBound(100, 66, 0.00003),
                ANY,
                () -> reordered(NetworkSimulator.config(), 1, 3)));
        cells.add(new SimulationCell(
                "N16c",
                "100M 66ms 1BDP",
                "as N16; loss by counting instead of RACK",
                "cubic",
                "Mbit/s",
                lossBound(100, 66, 0.00003),
                0,
                ANY,
                () -> reordered(NetworkSimulator.config().timeBasedLossDetection(false), 1, 3)));
        cells.add(new SimulationCell(
                "N16o",
                "100M 66ms 1BDP",
                "as N16; loss by counting and no undo: RACK off as in the field",
                "cubic",
                "Mbit/s",
                lossBound(100, 66, 0.00003),
                0,
                ANY,
                () -> reordered(StackProbe.withClassicRecovery(NetworkSimulator.config()), 1, 3)));
        // Held back by less than three packets, hardly any shows as three duplicates.
        cells.add(new SimulationCell(
                "N16w",
                "100M 66ms 1BDP",
                "2% held back 6-12 packets; loss 0.003%",
                "cubic",
                "Mbit/s",
                lossBound(100, 66, 0.00003),
                0.6 * lossBound(100, 66, 0.00003),
                ANY,
                () -> reordered(NetworkSimulator.config(), 6, 12)));
        cells.add(new SimulationCell(
                "N16wo",
                "100M 66ms 1BDP",
                "as N16w; RACK off as in the field",
                "cubic",
                "Mbit/s",
                lossBound(100, 66, 0.00003),
                0,
                lossBound(100, 66, 0.00003) / 3,
                () -> reordered(StackProbe.withClassicRecovery(NetworkSimulator.config()), 6, 12)));
        PathProfile jitter = path(100, 200).jitterMillis(30).bufferBdps(4);
        PathProfile overflowing = path(100, 200).jitterMillis(30);
        add("N17o", "100M 200ms 1BDP", "jitter 30 ms", overflowing, CUBIC, 94.4, 0.7, ANY, 20, 40);
        add("N17", "100M 200ms 4BDP", "jitter 30 ms", jitter, CUBIC, 94.4, 0.7, ANY, 20, 40);
        cells.add(new SimulationCell(
                "N17u",
                "100M 200ms 4BDP",
                "jitter 30 ms; window below the buffer",
                "cubic",
                "recoveries not undone",
                0,
                0,
                0,
                () -> notUndone(jitter)));
        add("N17b", "100M 200ms 4BDP", "jitter 30 ms", jitter, BBR, 94.4, 0.7, ANY, 20, 40);
        add("N18", "100M 20ms 1BDP", "1% twice", path(100, 20).duplication(0.01), CUBIC, 93.5, 0.97, ANY, 10, 20);
        // A packet whose second datagram is late is a late packet.
        add("N25", "100M 20ms 1BDP", "second fragment of 1% 5 ms late", held, CUBIC, 94.4, 0.95, ANY, 10, 30);
        add("N20", "10/1M 40ms 1BDP", "none", path(10, 40).reverseMegabits(1), CUBIC, 9.44, 0.92, ANY, 20, 40);
    }

    private static double reordered(TcpConfig.Builder config, int leastPackets, int mostPackets) {
        double packetMillis = 0.24;
        PathProfile profile = path(100, 66)
                .loss(0.00003)
                .reordering(0.02, leastPackets * packetMillis, (mostPackets - leastPackets) * packetMillis);
        return goodput(profile, config.build(), 20, 100);
    }

    /** Episodes of recovery less those that were undone, where nothing is ever lost. */
    private static double notUndone(PathProfile profile) {
        NetworkSimulator simulator = simulator(
                profile, NetworkSimulator.config().maximumBufferBytes(4 << 20).build());
        new BulkFlow(simulator, 5001, Long.MAX_VALUE).start();
        simulator.runMillis(120_000);
        if (simulator.left.channel.overflowDrops > 0) {
            throw new AssertionError("the queue was too short");
        }
        TcpCounters counters = simulator.left.layer.counters();
        return counters.fastRecoveries() + counters.retransmissionTimeouts() - counters.spuriousRecoveries();
    }

    private void changes() {
        cells.add(new SimulationCell(
                "N21",
                "100M 20-150-20ms",
                "steps of the RTT at 10 and 20 s; within 20 RTT of each",
                "cubic",
                "Mbit/s",
                94.4,
                94.4 * 0.8,
                ANY,
                SimulationCells::goodputAfterSteps));
        cells.add(new SimulationCell(
                "N22",
                "100M 20ms 1BDP",
                "blackout of 3 s each 30 s",
                "cubic",
                "s until 1 MB came",
                1.6,
                0,
                2,
                SimulationCells::resumeSeconds));
        add("N22g", "100M 20ms 1BDP", "blackout of 3 s each 30 s", blackouts(10), CUBIC, 94.4 * 0.9, 0.9, ANY, 10, 90);
        cells.add(new SimulationCell(
                "N27",
                "100M 20ms 1BDP",
                "reader stops for 60 s; window update lost",
                "cubic",
                "s until data",
                60,
                0,
                60,
                SimulationCells::reopenSeconds));
    }

    /** The least of the goodputs after a step up and after a step down. */
    private static double goodputAfterSteps() {
        NetworkSimulator[] made = new NetworkSimulator[1];
        PathProfile profile = path(100, 20).bufferBytes(1_875_000).rttAt(time -> {
            double seconds = (time - made[0].startNanos) / 1e9;
            return seconds > 10 && seconds < 20 ? 150_000_000L : 20_000_000L;
        });
        made[0] = simulator(profile, config(CUBIC));
        BulkFlow flow = new BulkFlow(made[0], 5001, Long.MAX_VALUE).start();
        made[0].runMillis(10_000 + 20 * 150);
        double far = flow.measure(5000);
        made[0].runMillis(20_000 + 20 * 20 - (made[0].now - made[0].startNanos) / 1e6);
        return Math.min(far, flow.measure(5000)) / 1e6;
    }

    /** Nothing passes for 3 s of each 30, the first time after some seconds. */
    private static PathProfile blackouts(double firstSeconds) {
        return path(100, 20).blackout(time -> {
            double seconds = (time - NetworkSimulator.START_NANOS) / 1e9 - firstSeconds;
            return seconds > 0 && seconds % 30 < 3;
        });
    }

    /** The longest of three times until a megabyte has come after a blackout. */
    private static double resumeSeconds() {
        NetworkSimulator simulator = simulator(blackouts(10), config(CUBIC));
        BulkFlow flow = new BulkFlow(simulator, 5001, Long.MAX_VALUE).start();
        double longest = 0;
        for (double end = 13; end < 90; end += 30) {
            simulator.runMillis(end * 1000 - (simulator.now - simulator.startNanos) / 1e6);
            long before = flow.received;
            double seconds = 0;
            while (flow.received < before + 1_000_000 && seconds < 20) {
                simulator.runMillis(10);
                seconds = (simulator.now - simulator.startNanos) / 1e9 - end;
            }
            longest = Math.max(longest, seconds);
        }
        return longest;
    }

    private static double reopenSeconds() {
        NetworkSimulator[] made = new NetworkSimulator[1];
        PathProfile profile = path(100, 20).blackout(time -> {
            double seconds = (time - made[0].startNanos) / 1e9;
            return seconds > 61.9 && seconds < 62.1;
        });
        made[0] = simulator(profile, config(CUBIC));
        BulkFlow flow = new BulkFlow(made[0], 5001, Long.MAX_VALUE).start();
        made[0].runMillis(2000);
        flow.pauseReading(true);
        made[0].runMillis(60_000);
        long before = flow.received;
        flow.pauseReading(false);
        long atResume = flow.received;
        while (flow.received == atResume && made[0].now - made[0].startNanos < 200_000_000_000L) {
            made[0].runMillis(10);
        }
        return before <= atResume ? (made[0].now - made[0].startNanos) / 1e9 - 62 : ANY;
    }
}
