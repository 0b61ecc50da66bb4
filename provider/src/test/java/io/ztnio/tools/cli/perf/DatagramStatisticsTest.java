package io.ztnio.tools.cli.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DatagramStatisticsTest {
    private static PerfRequest request(Duration warmUp) {
        return new PerfRequest(PerfRequest.Kind.DATAGRAM, 100, warmUp, Duration.ofSeconds(1), 1000, 0, 7);
    }

    @Test
    void lossAndOrderComeFromTheNumbers() {
        DatagramStatistics statistics = new DatagramStatistics(request(Duration.ZERO));
        for (long sequence : new long[] {0, 2, 1, 5}) {
            statistics.add(sequence, 1000 * sequence, 1000 * sequence + 50, 100);
        }

        Measurement measurement = statistics.measurement(8);

        assertThat(measurement).isEqualTo(new Measurement(400, 5000, 4, 4, 1, 0, 8));
    }

    @Test
    void jitterIsASixteenthOfEachChangeOfTheTransitTime() {
        DatagramStatistics statistics = new DatagramStatistics(request(Duration.ZERO));
        statistics.add(0, 0, 100, 100);
        statistics.add(1, 1000, 1260, 100);

        assertThat(statistics.measurement(2).jitterNanos()).isEqualTo(160 / 16);
    }

    @Test
    void theWarmUpIsNotMeasured() {
        DatagramStatistics statistics = new DatagramStatistics(request(Duration.ofNanos(1000)));
        statistics.add(0, 0, 0, 100);
        statistics.add(1, 0, 999, 100);
        statistics.add(2, 0, 1000, 100);
        statistics.add(3, 0, 1500, 100);

        Measurement measurement = statistics.measurement(4);

        assertThat(measurement.bytes()).isEqualTo(200);
        assertThat(measurement.nanos()).isEqualTo(500);
        assertThat(measurement.lost()).isZero();
    }
}
