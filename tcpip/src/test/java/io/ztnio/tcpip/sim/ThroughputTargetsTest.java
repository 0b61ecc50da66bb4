package io.ztnio.tcpip.sim;

import static io.ztnio.tcpip.sim.SharingCells.share;
import static io.ztnio.tcpip.sim.SimulationCells.config;
import static io.ztnio.tcpip.sim.SimulationCells.goodput;
import static io.ztnio.tcpip.sim.SimulationCells.path;
import static io.ztnio.tcpip.sim.SimulationCells.simulator;
import static io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm.BBR;
import static io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm.CUBIC;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users were promised, simulated. */
@Tag("any-jdk")
class ThroughputTargetsTest {
    @Test
    void gigabitAtFiftyMillisecondsCarries850() {
        assertThat(goodput(path(1000, 50), config(CUBIC), 2, 5)).isGreaterThanOrEqualTo(850);
    }

    @Test
    void gigabitAtHundredMillisecondsCarries800() {
        assertThat(goodput(path(1000, 100), config(CUBIC), 3, 5)).isGreaterThanOrEqualTo(800);
    }

    @Test
    void reorderingOfOnePercentCostsAtMostATwentieth() {
        double clean = goodput(path(100, 20), config(CUBIC), 10, 20);

        double reordered = goodput(path(100, 20).reordering(0.01, 5, 0), config(CUBIC), 10, 20);

        assertThat(reordered).isGreaterThanOrEqualTo(0.95 * clean);
    }

    @Test
    void lossOfOnePercentLeaves5WithCubicAnd100WithBbr() {
        assertThat(goodput(path(200, 20).loss(0.01), config(CUBIC), 10, 60)).isGreaterThanOrEqualTo(5);
        assertThat(goodput(path(200, 20).loss(0.01), config(BBR), 10, 60)).isGreaterThanOrEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10})
    void flowsShareFairly(int flows) {
        assertThat(share(path(200, 20), CUBIC, flows, 20, 40, true)).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void jitterOfTenMillisecondsFiresNoRetransmissionTimer() {
        NetworkSimulator simulator = simulator(path(100, 50).jitterMillis(10), config(CUBIC));
        BulkFlow flow = new BulkFlow(simulator, 5001, Long.MAX_VALUE).start();

        assertThat(flow.measure(30_000) / 1e6).isGreaterThan(70);
        assertThat(simulator.left.layer.counters().retransmissionTimeouts()).isZero();
    }
}
