package io.ztnio.protocol.vl1.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is taken for a copy. */
class ReplayFilterTest {
    @Test
    void replayFilterNoticesTheSecondTime() {
        ReplayFilter filter = new ReplayFilter();
        SplittableRandom random = new SplittableRandom(12);

        for (int i = 0; i < 10_000; i++) {
            long id = random.nextLong();
            assertThat(filter.admit(id, 1)).isTrue();
            assertThat(filter.admit(id, 1)).isFalse();
            assertThat(filter.admit(id, 2)).isTrue();
        }
    }

    /** Whatever the filter makes of an ID, the result may be any number. */
    @Test
    void replayFilterNoticesEveryIdTheSecondTime() {
        java.math.BigInteger whole = java.math.BigInteger.ONE.shiftLeft(64);
        long inverse = new java.math.BigInteger("9e3779b97f4a7c15", 16)
                .modInverse(whole)
                .longValue();
        for (long sender : new long[] {0, 1, 0xff_ffff_ffffL}) {
            for (long mixed = -3; mixed <= 3; mixed++) {
                ReplayFilter filter = new ReplayFilter();
                long id = (mixed ^ sender) * inverse;

                assertThat(filter.admit(id, sender)).as("ID %x", id).isTrue();
                assertThat(filter.admit(id, sender)).as("ID %x", id).isFalse();
            }
        }
    }
}
