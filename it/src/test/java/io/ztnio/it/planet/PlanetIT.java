package io.ztnio.it.planet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A whole planet in virtual time. {@code -Dztnio.planet.seed} repeats a run, {@code -Dztnio.planet.members} and {@code
 * -Dztnio.planet.minutes} change the long one.
 */
@Tag("any-jdk")
class PlanetIT {
    private static final long SEED = Long.getLong("ztnio.planet.seed", 1);

    @Test
    void sixtyMembersBearEachThingThatMayHappen() {
        live(60, 0);
    }

    @Test
    @Tag("long")
    void aThousandMembersBearWhatHappensInAnHour() {
        live(Integer.getInteger("ztnio.planet.members", 1_000), Integer.getInteger("ztnio.planet.minutes", 60));
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(fingerprint(SEED)).isEqualTo(fingerprint(SEED)).isNotEqualTo(fingerprint(SEED + 1));
    }

    /** @param minutes of virtual time that pass at least; everything happens once at least */
    private static void live(int members, int minutes) {
        PlanetScript script = new PlanetScript(members, SEED);
        script.begin();
        script.meet();
        NetworkScript networks = script.networks();
        List<Runnable> steps = List.of(
                script::calm,
                script::rootDies,
                script::parts,
                script::noRoots,
                script::restarts,
                script::moves,
                script::bearsLoss,
                networks::ipv6Fails,
                networks::moonRelays,
                networks::multicast,
                networks::putsOut);
        long endMillis = minutes * 60_000L;
        for (int i = 0; i < steps.size() || script.passedMillis() < endMillis; i++) {
            steps.get(i % steps.size()).run();
        }
        script.end();
    }

    private static long fingerprint(long seed) {
        PlanetScript script = new PlanetScript(12, seed);
        script.begin();
        return script.fingerprint();
    }
}
