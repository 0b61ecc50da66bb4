package io.ztnio.tcpip.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Nobody takes all places, and whoever comes new finds one. */
class SourceSharesTest {
    private static final int PLACES = 1000;

    private final SourceShares shares = new SourceShares();

    private int fill(int number) {
        TrafficSource source = TrafficSource.ofStation(0, number);
        int taken = 0;
        while (shares.mayAdd(source, PLACES)) {
            shares.add(source);
            taken++;
        }
        return taken;
    }

    @Test
    void aSourceMayHaveAsManyAsItLeaves() {
        assertThat(fill(1)).isEqualTo(500);
        assertThat(fill(2)).isEqualTo(250);
        assertThat(fill(3)).isEqualTo(125);
        assertThat(fill(1)).isZero();

        for (int i = 4; i < 100; i++) {
            fill(i);
        }
        assertThat(shares.total()).isEqualTo(PLACES);
    }

    @Test
    void everyOneOfManyFindsAPlaceAfterFiveHaveTakenAllTheyMay() {
        for (int i = 1; i <= 5; i++) {
            fill(i);
        }
        for (int i = 100; i < 130; i++) {
            TrafficSource source = TrafficSource.ofStation(0, i);
            assertThat(shares.mayAdd(source, PLACES)).isTrue();
            shares.add(source);
        }
    }

    @Test
    void placesGivenBackAreFreeAgainAndGivingBackTwiceIsNothing() {
        TrafficSource source = TrafficSource.ofStation(0, 1);
        fill(1);
        for (int i = 0; i < 501; i++) {
            shares.remove(source);
        }

        assertThat(shares.total()).isZero();
        assertThat(fill(1)).isEqualTo(500);
    }
}
