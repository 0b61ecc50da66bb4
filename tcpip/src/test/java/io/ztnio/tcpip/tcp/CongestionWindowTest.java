package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Congestion windows as they show on the wire: scenarios 126 and 128 to 133. The peer acknowledges a flight at once, a
 * round trip after it was sent, so that the flight that follows is the window in whole segments.
 */
@Tag("any-jdk")
class CongestionWindowTest extends SenderScript {
    /** Segments sent and acknowledged so far, counted from 0. */
    private int sent;

    private int acked;

    /** RFC 9438 4.2 to 4.4, in segments and seconds, with a window acknowledged at a time. */
    private static final class CubicModel {
        private final double rttSeconds;
        private final double plateau;
        private final double prior;
        private final double period;
        private double window;
        private double friendly;
        private int rounds;

        CubicModel(double window, double plateau, double prior, double rttSeconds) {
            this.window = window;
            this.friendly = window;
            this.plateau = plateau;
            this.prior = prior;
            this.rttSeconds = rttSeconds;
            this.period = Math.cbrt((plateau - window) / 0.4);
        }

        double cubic(double seconds) {
            return 0.4 * Math.pow(seconds - period, 3) + plateau;
        }

        /** The flight that follows the acknowledgment of {@code acked} segments. */
        int next(int acked) {
            double seconds = rounds++ * rttSeconds;
            friendly += (friendly < prior ? 3 * 0.3 / 1.7 : 1) * acked / window;
            if (cubic(seconds) < friendly) {
                window = Math.max(window, friendly);
            } else {
                double target = Math.max(window, Math.min(1.5 * window, cubic(seconds + rttSeconds)));
                window = Math.min(target, window + (target - window) / window * acked);
            }
            return (int) window;
        }
    }

    private void establish(int initialSegments, long rttMillis) {
        peer = new ScriptedPeer(config().initialWindowSegments(initialSegments));
        peer.open().stream.option(StandardSocketOptions.SO_SNDBUF, 1 << 20);
        peer.establish(4_000_000, OFFER, rttMillis);
        peer.write(1 << 20);
        expectNew(initialSegments);
    }

    private void expectNew(int count) {
        peer.expect(segments(sent, sent + count));
        sent += count;
        peer.write(1 << 20);
        peer.expectNothing();
    }

    /** Acknowledges all that is in flight, a round trip after it was sent. */
    private int acknowledge(long rttMillis) {
        peer.advanceMillis(rttMillis).expectNothing();
        int count = sent - acked;
        acked = sent;
        peer.ack(1 + 1000L * acked);
        return count;
    }

    /**
     * The first segment of the flight is lost: RFC 6937 lets out seven tenths of three segments delivered, the rest of
     * the flight makes room up to the threshold, and with the end of recovery the flight is the threshold.
     */
    private void loseOne(int threshold, long rttMillis) {
        String hole = ". " + (1 + 1000 * acked) + ":1000 ack 1";
        int end = sent;
        peer.advanceMillis(rttMillis).expectNothing();
        long left = 1001 + 1000L * acked;
        peer.sack(1 + 1000L * acked, left + "-" + (left + 3000));
        peer.expect(hole, segments(sent, sent + 1)[0]);
        sent++;
        peer.sack(1 + 1000L * acked, left + "-" + (1 + 1000L * end));
        expectNew(threshold - 2);
        peer.advanceMillis(rttMillis).expectNothing();
        acked = end;
        peer.ack(1 + 1000L * acked);
        expectNew(1);
        assertThat(sent - acked).isEqualTo(threshold);
    }

    @Test
    void s126WindowThatIsNotHalfUsedDoesNotGrow() {
        peer.establish(4_000_000, OFFER, 100);
        for (int round = 0; round < 20; round++) {
            peer.write(4000);
            peer.expect(pushed(sent, sent + 4));
            sent += 4;
            acknowledge(100);
            peer.expectNothing();
        }

        peer.write(50_000);

        peer.expect(segments(sent, sent + 10));
        assertThat(congestion().windowBytes()).isEqualTo(10_000);
    }

    @Test
    void s128LossAtAHundredLeavesSeventy() {
        establish(100, 100);

        loseOne(70, 100);

        assertThat(congestion().thresholdBytes()).isEqualTo(70_000);
        assertThat(congestion().windowBytes()).isEqualTo(70_000);
    }

    @Test
    void s129FlightsFollowTheCubicFunction() {
        establish(100, 100);
        loseOne(70, 100);
        CubicModel model = new CubicModel(70, 100, 100, 0.1);
        assertThat(model.cubic(1)).isBetween(86.6, 86.8);

        List<Integer> flights = new ArrayList<>();
        for (int round = 0; round <= 60; round++) {
            int flight = model.next(acknowledge(100));
            expectNew(flight);
            flights.add(flight);
        }

        // The flight that leaves a round trip before t is the window at t.
        assertThat(flights.get(9)).as("at 1 s").isEqualTo(86);
        assertThat(flights.get(41)).as("just before K").isEqualTo(99);
        assertThat(flights.get(42)).as("at K, 4.217 s").isEqualTo(100);
        assertThat(flights.get(52)).as("at 5.3 s").isEqualTo(100);
        // The function is at 102.7 then, and Reno's equal (RFC 9438 4.3) has overtaken it.
        assertThat(flights.get(60)).as("at 6.1 s").isEqualTo(104);
    }

    /** At 200 ms, where Reno's equal is slower than the cubic function. */
    @Test
    void s130LossBelowThePlateauLowersItFurther() {
        establish(100, 200);
        loseOne(70, 200);
        CubicModel first = new CubicModel(70, 100, 100, 0.2);
        while (sent - acked < 80) {
            expectNew(first.next(acknowledge(200)));
        }
        assertThat(first.window).isBetween(80.0, 82.0);

        loseOne((int) (first.window * 0.7), 200);

        // The new plateau is not 80 but 68, that is 85 hundredths.
        double plateau = first.window * 0.85;
        CubicModel second = new CubicModel(first.window * 0.7, plateau, first.window, 0.2);
        List<Integer> flights = new ArrayList<>();
        for (int round = 0; round <= 20; round++) {
            int flight = second.next(acknowledge(200));
            expectNew(flight);
            flights.add(flight);
        }
        assertThat(flights.subList(13, 18)).as("2.8 to 3.8 s").containsOnly((int) plateau);
    }

    @Test
    void s131ShortRoundTripsAreGovernedByTheFriendlyWindow() {
        establish(100, 10);
        loseOne(70, 10);
        CubicModel model = new CubicModel(70, 100, 100, 0.01);

        int flight = 0;
        for (int round = 0; round <= 100; round++) {
            flight = model.next(acknowledge(10));
            expectNew(flight);
            if (round == 50) {
                // W_est has gained 0.53 a round trip; the cubic function would be at 79.
                assertThat(flight).isEqualTo(96);
                assertThat(model.cubic(0.51)).isLessThan(80);
            }
        }
        // From the old window on it gains one.
        assertThat(flight).isGreaterThan(138);
    }

    /**
     * Each segment is acknowledged by itself. From segment 27 on, with which the third round begins, the round trip is
     * 57 ms, which is 6.25 ms more than 50 at least: the eighth sample of the round ends the doubling.
     */
    @Test
    void s132RisingRoundTripsEndSlowStartWithoutLoss() {
        int conservativeFrom = 27 + 7;
        long[] sentAt = new long[10_000];
        establish(10, 50);
        double window = 10;
        int roundEnd = 0;
        int conservativeRounds = 0;
        List<Integer> flights = new ArrayList<>();
        while (conservativeRounds < 7) {
            long at = sentAt[acked] + (acked < 27 ? 50 : 57);
            peer.advanceMillis(at - peer.elapsedMillis()).expectNothing();
            int index = acked++;
            if (acked >= roundEnd) {
                roundEnd = sent;
                flights.add(sent - acked + 1);
                conservativeRounds += index >= conservativeFrom ? 1 : 0;
            }
            peer.ack(1 + 1000L * acked);
            if (index < conservativeFrom) {
                window++;
            } else {
                // A quarter of slow start for five rounds, then a segment a round trip (W_est of RFC 9438 4.3).
                window += conservativeRounds < 5 ? 0.25 : 1 / window;
            }
            int count = (int) window - (sent - acked);
            for (int i = 0; i < count; i++) {
                sentAt[sent + i] = at;
            }
            expectNew(count);
        }
        assertThat(flights.subList(0, 4)).containsExactly(10, 19, 37, 51);
        assertThat(flights.get(5)).isLessThan(flights.get(4) * 13 / 10);
        assertThat(congestion().thresholdBytes()).isLessThan(congestion().windowBytes());
        assertThat(peer.layer.counters().segmentsRetransmitted()).isZero();
    }

    @Test
    void s132SmallerRiseDoesNot() {
        establish(10, 50);

        for (int round = 0; round < 4; round++) {
            int flight = sent - acked;
            peer.advanceMillis(round < 2 ? 50 : 56).expectNothing();
            for (int i = 0; i < flight; i++) {
                peer.ack(1 + 1000L * ++acked);
                expectNew(2);
            }
        }

        assertThat(sent - acked).isEqualTo(160);
    }

    @Test
    void s133TimeoutSendsOneSegmentAndSlowStartsToTheThreshold() {
        peer = new ScriptedPeer(config().initialWindowSegments(20).tailLossProbes(false));
        peer.establish(4_000_000, OFFER, 100);
        peer.write(20_000);
        peer.expect(pushed(0, 20));

        peer.expectAfter(300, ". 1:1000 ack 1");
        assertThat(congestion().thresholdBytes()).isEqualTo(14_000);
        peer.advanceMillis(100).expectNothing();
        peer.ack(1001).expect(segments(1, 3));
        peer.advanceMillis(100).expectNothing();
        peer.ack(3001).expect(segments(3, 7));
        peer.advanceMillis(100).expectNothing();
        peer.ack(7001).expect(segments(7, 15));
        peer.write(100_000);
        peer.advanceMillis(100).expectNothing();

        // Fourteen, not sixteen: the threshold is reached.
        peer.ack(15_001);
        List<String> expected = new ArrayList<>(List.of(pushed(15, 20)));
        expected.addAll(List.of(segments(20, 29)));
        peer.expect(expected.toArray(new String[0]));
        peer.advanceMillis(100).expectNothing();
        peer.ack(29_001).expect(segments(29, 43));
        peer.advanceMillis(100).expectNothing();
        peer.ack(43_001).expect(segments(43, 58));
        assertThat(peer.layer.counters().retransmissionTimeouts()).isEqualTo(1);
    }
}
