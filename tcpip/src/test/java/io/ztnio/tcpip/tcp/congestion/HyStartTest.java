package io.ztnio.tcpip.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How conservative slow start ends. */
class HyStartTest {
    private final HyStart start = new HyStart();
    private long una;

    private void round(double leastMillis) {
        for (int i = 0; i < 10; i++) {
            AckSample ack = new AckSample();
            ack.ackedBytes = 1000;
            ack.rttNanos = (long) ((leastMillis + i) * 1e6);
            ack.una = una + 1000L * (i + 1);
            ack.nxt = una + 10_000 + 1000L * (i + 1);
            start.growthBytes(ack);
        }
        una += 10_000;
    }

    @Test
    void riseThatGoesOnEndsSlowStart() {
        round(50);
        round(60);
        assertThat(start.isConservative()).isTrue();
        round(70);
        assertThat(start.isDone()).isFalse();

        round(80);

        assertThat(start.isDone()).isTrue();
    }

    @Test
    void riseThatStaysTakesFiveRounds() {
        round(50);
        round(60);
        for (int i = 0; i < 5; i++) {
            assertThat(start.isDone()).isFalse();
            round(61);
        }

        round(61);

        assertThat(start.isDone()).isTrue();
    }

    @Test
    void riseThatWasNoneIsForgotten() {
        round(50);
        round(60);
        round(70);

        round(55);

        assertThat(start.isConservative()).isFalse();
        assertThat(start.isDone()).isFalse();
    }
}
