package io.ztnio.protocol.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.portmap.MappingTrouble.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of ports that are not mapped. */
class MappingTroubleTest {
    private static final long QUIET = MappingTrouble.QUIET_MILLIS;

    private final List<String> lines = new ArrayList<>();
    private final MappingTrouble trouble = new MappingTrouble(41641, lines::add);

    @Test
    void aReasonIsSaidOnceAndAgainWhenThePortWasMappedMeanwhile() {
        for (long now = 0; now < 10 * QUIET; now += QUIET) {
            trouble.is(Kind.REFUSED, "the router refuses", now);
        }
        assertThat(lines).containsExactly("UDP 41641 is not mapped: the router refuses");

        trouble.isOver();
        trouble.is(Kind.REFUSED, "the router refuses", 10 * QUIET);

        assertThat(lines).hasSize(2);
    }

    @Test
    void reasonsThatAlternateAreSaidOnceInFiveMinutes() {
        for (long now = 0; now < 4 * QUIET; now += 15_000) {
            trouble.is(now / 15_000 % 2 == 0 ? Kind.NO_ROUTER : Kind.NO_WAY, "something", now);
        }

        assertThat(lines).hasSizeBetween(2, 4);
    }

    @Test
    void aReasonThatLastsIsSaidWhenTheTimeHasCome() {
        trouble.is(Kind.NO_ROUTER, "no router", 0);
        trouble.is(Kind.REFUSED, "the router refuses", 15_000);
        assertThat(lines).hasSize(1);

        trouble.is(Kind.REFUSED, "the router refuses", QUIET);

        assertThat(lines).last().asString().endsWith("the router refuses");
    }
}
