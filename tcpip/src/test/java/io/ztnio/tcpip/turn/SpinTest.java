package io.ztnio.tcpip.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SpinTest {
    private static final long MOST = 80_000;
    private static final long SHORT = 120_000;
    private static final long SECOND = 1_000_000_000;

    private final Spin spin = new Spin(MOST);
    private long nowNanos;

    private void shortWaits(int count) {
        for (int i = 0; i < count; i++) {
            spin.waited(SHORT);
        }
    }

    private void miss() {
        assertThat(spin.isPromising(nowNanos)).isTrue();
        nowNanos += MOST;
        spin.missed(nowNanos);
    }

    /** For how long nobody asks, however short the waits are. */
    private long pause() {
        shortWaits(Spin.LEAST);
        long start = nowNanos;
        while (!spin.isPromising(nowNanos)) {
            nowNanos += MOST / 8;
        }
        return nowNanos - start;
    }

    @Test
    void oneAsksOnlyAfterEnoughShortWaitsInARow() {
        for (int i = 0; i < Spin.LEAST; i++) {
            assertThat(spin.isPromising(nowNanos)).isFalse();
            shortWaits(1);
        }
        assertThat(spin.isPromising(nowNanos)).isTrue();
        assertThat(spin.mostNanos()).isEqualTo(MOST);
    }

    @Test
    void aLongWaitStartsTheCountAgain() {
        shortWaits(100);
        spin.waited(SHORT + 1);
        shortWaits(Spin.LEAST - 1);

        assertThat(spin.isPromising(nowNanos)).isFalse();
        shortWaits(1);
        assertThat(spin.isPromising(nowNanos)).isTrue();
    }

    @Test
    void askingInVainStartsTheCountAgain() {
        shortWaits(Spin.LEAST);
        miss();
        nowNanos += SECOND;

        assertThat(spin.isPromising(nowNanos)).isFalse();
        shortWaits(Spin.LEAST);
        assertThat(spin.isPromising(nowNanos)).isTrue();
    }

    @Test
    void thePauseDoublesWithEachTimeInVainUpToABound() {
        shortWaits(Spin.LEAST);
        for (long expected = Spin.LEAST_PAUSE; expected <= 4 * Spin.MOST_PAUSE; expected *= 2) {
            miss();
            assertThat(pause()).isEqualTo(Math.min(expected, Spin.MOST_PAUSE) * MOST);
        }
    }

    @Test
    void whatComesWhileOneAsksMakesTheNextPauseShorterDownToTheLeast() {
        shortWaits(Spin.LEAST);
        for (int i = 0; i < 3; i++) {
            miss();
            pause();
        }
        // The last was of 32.
        for (int i = 0; i < 6; i++) {
            spin.hit();
        }
        miss();
        assertThat(pause()).isEqualTo(2 * (32 - 6) * MOST);
        for (int i = 0; i < 1_000; i++) {
            spin.hit();
        }
        miss();
        assertThat(pause()).isEqualTo(Spin.LEAST_PAUSE * MOST);
    }

    @Test
    void withNoTimeForItNobodyEverAsks() {
        Spin off = new Spin(0);
        for (int i = 0; i < 100; i++) {
            off.waited(0);
            assertThat(off.isPromising(i)).isFalse();
        }
    }

    /** Waits as they may come, and as somebody makes them who knows when one asks. */
    @Test
    void atMostANinthOfTheTimeIsSpentInVain() {
        double worst = 0;
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long least = random.nextLong(2 * MOST);
            long spread = 1 + random.nextLong(3 * MOST);
            int run = 1 + random.nextInt(40);
            worst = Math.max(worst, vainShare(simulated -> least + random.nextLong(spread), seed));
            worst = Math.max(
                    worst, vainShare(simulated -> random.nextInt(run) == 0 ? least + spread : least / 64, seed));
            // So many come at once, and then none as soon as one asks.
            AtomicInteger hits = new AtomicInteger();
            Waits adversary = simulated -> {
                if (!simulated.isPromising(nowNanos)) {
                    return random.nextLong(MOST / 16);
                }
                return hits.incrementAndGet() % run == 0 ? MOST + 1 : 0;
            };
            worst = Math.max(worst, vainShare(adversary, seed));
        }

        // What is promised is not far from what can happen.
        assertThat(worst).isGreaterThan(0.1);
    }

    @Test
    void whereAllAskingIsInVainItIsLessThanAHundredthOfTheTime() {
        double share = vainShare(simulated -> simulated.isPromising(nowNanos) ? SHORT : SHORT / 2, 0);

        assertThat(share).isLessThan(0.01);
    }

    /** Of a second of waits, the part that was asked in vain; at any time it has been no more than promised. */
    private double vainShare(Waits waits, long seed) {
        Spin simulated = new Spin(MOST);
        nowNanos = 0;
        long vain = 0;
        while (nowNanos < SECOND) {
            long wait = waits.next(simulated);
            long left = wait;
            if (simulated.isPromising(nowNanos)) {
                long asked = Math.min(wait, MOST);
                nowNanos += asked;
                left -= asked;
                if (wait <= MOST) {
                    simulated.hit();
                } else {
                    simulated.missed(nowNanos);
                    vain += MOST;
                    assertThat((vain - MOST) * (1 + Spin.LEAST_PAUSE))
                            .as("seed %d at %d ns", seed, nowNanos)
                            .isLessThanOrEqualTo(nowNanos);
                }
            }
            simulated.waited(wait);
            // Handling takes time too.
            nowNanos += left + 1_000;
        }
        return (double) vain / nowNanos;
    }

    private interface Waits {
        /** How long the next wait is. */
        long next(Spin simulated);
    }
}
