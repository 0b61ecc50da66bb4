package io.ztnio.tcpip.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The algorithms against the numbers of their RFCs: scenarios 128 to 133, which {@code CongestionWindowTest} has on the
 * wire too, and 138.
 */
class CongestionControlTest {
    private static final int SEGMENT = 1000;
    private static final long MILLISECOND = 1_000_000L;

    private final AckSample ack = new AckSample();
    private long nowMillis = 1000;

    private static CubicCongestionControl cubic(int initialSegments) {
        CubicCongestionControl cubic = new CubicCongestionControl(initialSegments, true);
        cubic.onEstablished(SEGMENT);
        return cubic;
    }

    /** An acknowledgment of some bytes of a window that is in use; each begins a round trip. */
    private void acknowledge(CongestionControl control, long bytes, double rttMillis) {
        ack.una += bytes;
        ack.nxt = ack.una + control.windowBytes();
        ack.ackedBytes = bytes;
        ack.deliveredBytes = bytes;
        ack.flightBeforeBytes = control.windowBytes();
        ack.flightBytes = control.windowBytes() - bytes;
        ack.rttNanos = (long) (rttMillis * MILLISECOND);
        ack.nowNanos = nowMillis * MILLISECOND;
        ack.windowLimited = true;
        ack.rateIntervalNanos = AckSample.NONE;
        control.onAcknowledged(ack);
    }

    @Test
    void s128LossTakesThreeTenths() {
        CubicCongestionControl cubic = cubic(100);

        cubic.onLoss(100 * SEGMENT, 0);

        assertThat(cubic.thresholdBytes()).isEqualTo(70 * SEGMENT);
        assertThat(cubic.windowBytes()).isEqualTo(70 * SEGMENT);
        assertThat(cubic.plateauSegments()).isEqualTo(100);
    }

    @Test
    void s129WindowFollowsTheCubicFunctionBackToThePlateau() {
        CubicCongestionControl cubic = cubic(100);
        cubic.onLoss(100 * SEGMENT, 0);
        cubic.onRecovered(0);

        acknowledge(cubic, 1, 1);

        assertThat(cubic.periodSeconds()).isCloseTo(4.217, within(0.001));
        assertThat(cubic.cubicSegments(1)).isCloseTo(86.7, within(0.05));
        assertThat(cubic.cubicSegments(4.217)).isCloseTo(100, within(0.001));
        // One window acknowledged per 200 ms brings the window to where the function is a round trip ahead.
        for (int i = 0; i < 21; i++) {
            nowMillis += 200;
            acknowledge(cubic, cubic.windowBytes(), 200);
        }
        assertThat(cubic.windowBytes() / 1e3).isCloseTo(100, within(0.5));
        for (int i = 0; i < 10; i++) {
            nowMillis += 200;
            acknowledge(cubic, cubic.windowBytes(), 200);
        }
        assertThat(cubic.windowBytes() / 1e3).isCloseTo(cubic.cubicSegments(6.4), within(0.5));
    }

    @Test
    void s130FastConvergenceLowersThePlateau() {
        CubicCongestionControl cubic = cubic(100);
        cubic.onLoss(100 * SEGMENT, 0);
        cubic.onRecovered(0);
        acknowledge(cubic, 1, 1);
        while (cubic.windowBytes() < 80 * SEGMENT) {
            nowMillis += 10;
            acknowledge(cubic, SEGMENT, 10);
        }

        cubic.onLoss(80 * SEGMENT, 0);

        assertThat(cubic.plateauSegments()).isCloseTo(68, within(0.2));
    }

    @Test
    void s131ShortRoundTripsAreGovernedByTheFriendlyWindow() {
        CubicCongestionControl cubic = cubic(100);
        cubic.onLoss(100 * SEGMENT, 0);
        cubic.onRecovered(0);

        // 200 round trips of 1 ms: the cubic function has moved by 7 segments, Reno's equal by 0.53 each.
        for (int i = 0; i < 200; i++) {
            nowMillis++;
            acknowledge(cubic, cubic.windowBytes(), 1);
        }

        assertThat(cubic.cubicSegments(0.2)).isLessThan(78);
        assertThat(cubic.windowBytes() / 1e3).isGreaterThan(170).isLessThan(280);
    }

    @Test
    void s132RisingRoundTripsEndSlowStartWithoutLoss() {
        CubicCongestionControl cubic = cubic(10);
        round(cubic, 8, 50);
        long before = cubic.windowBytes();
        round(cubic, 8, 50);
        assertThat(cubic.windowBytes()).isEqualTo(2 * before);

        round(cubic, 8, 57);
        long atRise = cubic.windowBytes();
        for (int i = 0; i < 4; i++) {
            round(cubic, 8, 57);
        }
        assertThat(cubic.thresholdBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat((double) cubic.windowBytes() / atRise).isCloseTo(Math.pow(1.25, 4), within(0.1));

        round(cubic, 8, 57);
        assertThat(cubic.thresholdBytes()).isNotEqualTo(Long.MAX_VALUE);
        assertThat(cubic.windowBytes()).isGreaterThanOrEqualTo(cubic.thresholdBytes());
    }

    @Test
    void s132FallingRoundTripsResumeSlowStart() {
        HyStart start = new HyStart();
        hyStartRound(start, 50);
        hyStartRound(start, 57);
        assertThat(start.isConservative()).isTrue();

        hyStartRound(start, 51);

        assertThat(start.isConservative()).isFalse();
    }

    @Test
    void s132SmallRiseIsNoRise() {
        HyStart start = new HyStart();
        hyStartRound(start, 50);

        hyStartRound(start, 56);

        assertThat(start.isConservative()).isFalse();
    }

    /** One round trip of slow start: a window, acknowledged in some parts. */
    private void round(CongestionControl control, int parts, double rttMillis) {
        long window = control.windowBytes();
        long end = ack.una + window;
        nowMillis += (long) rttMillis;
        for (int i = 0; i < parts; i++) {
            ack.una += window / parts;
            ack.ackedBytes = window / parts;
            ack.nxt = i == 0 ? end + window / parts : ack.nxt;
            ack.flightBeforeBytes = window;
            ack.windowLimited = true;
            ack.rttNanos = (long) (rttMillis * MILLISECOND);
            ack.nowNanos = nowMillis * MILLISECOND;
            control.onAcknowledged(ack);
        }
    }

    private void hyStartRound(HyStart start, double rttMillis) {
        for (int i = 0; i < 8; i++) {
            ack.una += SEGMENT;
            ack.ackedBytes = SEGMENT;
            ack.nxt = i == 0 ? ack.una + 8 * SEGMENT - 1 : ack.nxt;
            ack.rttNanos = (long) (rttMillis * MILLISECOND);
            start.growthBytes(ack);
        }
    }

    @Test
    void s133TimeoutStartsAtOneSegmentAndSlowStartsToTheThreshold() {
        CubicCongestionControl cubic = cubic(100);

        cubic.onTimeout(100 * SEGMENT, true, 0);
        assertThat(cubic.windowBytes()).isEqualTo(SEGMENT);
        assertThat(cubic.thresholdBytes()).isEqualTo(70 * SEGMENT);
        cubic.onTimeout(100 * SEGMENT, false, 0);
        assertThat(cubic.thresholdBytes()).isEqualTo(70 * SEGMENT);

        for (int i = 1; i <= 6; i++) {
            acknowledge(cubic, cubic.windowBytes(), 10);
            assertThat(cubic.windowBytes()).isEqualTo((1L << i) * SEGMENT);
        }
        acknowledge(cubic, cubic.windowBytes(), 10);
        assertThat(cubic.windowBytes()).isGreaterThanOrEqualTo(70 * SEGMENT).isLessThan(75 * SEGMENT);
    }

    @Test
    void undoBringsBackWhatTheLossTook() {
        CubicCongestionControl cubic = cubic(100);
        cubic.onLoss(100 * SEGMENT, 0);

        cubic.undo(0);

        assertThat(cubic.windowBytes()).isEqualTo(100 * SEGMENT);
        assertThat(cubic.thresholdBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(cubic.plateauSegments()).isZero();
    }

    /** Only here: with buffers of 64 MiB at most no connection has a window of 2 GiB in flight. */
    @ParameterizedTest
    @EnumSource(CongestionAlgorithm.class)
    void s138WindowsBeyondTwoGibibytesDoNotOverflow(CongestionAlgorithm algorithm) {
        CongestionControl control = algorithm.create(1000, true, 1);
        control.onEstablished(65_495);

        long total = 0;
        for (int i = 0; i < 24; i++) {
            nowMillis++;
            long window = control.windowBytes();
            ack.ratePriorDeliveredBytes = total;
            total += window;
            ack.totalDeliveredBytes = total;
            ack.una += window;
            ack.nxt = ack.una + window;
            ack.ackedBytes = window;
            ack.deliveredBytes = window;
            ack.flightBeforeBytes = window;
            ack.windowLimited = true;
            ack.rttNanos = MILLISECOND;
            ack.nowNanos = nowMillis * MILLISECOND;
            ack.rateBytes = window;
            ack.rateIntervalNanos = MILLISECOND;
            control.onAcknowledged(ack);
            assertThat(control.windowBytes()).isGreaterThanOrEqualTo(window);
        }

        assertThat(control.windowBytes()).isGreaterThan(1L << 40);
        control.onLoss(control.windowBytes(), nowMillis * MILLISECOND);
        assertThat(control.windowBytes()).isGreaterThan(1L << 38);
        assertThat(control.pacingBytesPerSecond()).isPositive();
    }

    @Test
    void rateOfThePacerFollowsThePhase() {
        CubicCongestionControl cubic = cubic(100);
        long rtt = 100 * MILLISECOND;
        Pacer pacer = new Pacer(true, 10);

        pacer.update(cubic, rtt, 0, SEGMENT);
        assertThat(pacer.bytesPerSecond()).isCloseTo(2_000_000, within(1.0));
        assertThat(pacer.quantumBytes()).isEqualTo(2 * SEGMENT);

        cubic.onLoss(0, 0);
        cubic.onRecovered(0);
        pacer.update(cubic, rtt, 0, SEGMENT);
        assertThat(pacer.bytesPerSecond()).isCloseTo(840_000, within(1.0));
    }

    @Test
    void quantumIsAMillisecondOrSixtyFourKibibytes() {
        long rtt = 10 * MILLISECOND;
        Pacer pacer = new Pacer(true, 10);

        pacer.update(cubic(100), rtt, 0, SEGMENT);
        assertThat(pacer.quantumBytes()).isEqualTo(20 * SEGMENT);

        pacer.update(cubic(1000), rtt, 0, SEGMENT);
        assertThat(pacer.quantumBytes()).isEqualTo(64 << 10);
    }

    @Test
    void latePacerCatchesUpAMillisecondAtMost() {
        long rtt = 10 * MILLISECOND;
        CubicCongestionControl cubic = cubic(100);
        Pacer pacer = new Pacer(true, 1);
        pacer.update(cubic, rtt, 0, SEGMENT);
        long second = MILLISECOND;

        pacer.onSent(20 * SEGMENT, second);
        assertThat(pacer.releaseNanos()).isEqualTo(second + MILLISECOND);
        assertThat(pacer.allowance(second)).isZero();

        long late = second + 5 * MILLISECOND;
        assertThat(pacer.allowance(late)).isEqualTo(20 * SEGMENT);
        pacer.onSent(20 * SEGMENT, late);
        assertThat(pacer.allowance(late)).isEqualTo(20 * SEGMENT);
        pacer.onSent(20 * SEGMENT, late);
        assertThat(pacer.allowance(late)).isZero();
        assertThat(pacer.releaseNanos()).isEqualTo(late + MILLISECOND);
    }
}
