package io.ztnio.provider.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.overlay.transport.Faults;
import io.ztnio.provider.junit.OverlayExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Connections at random between two nodes on a network that loses, duplicates and delays datagrams: every byte is right, and
 * at the end nothing is left of them. How long and how many {@code CONTRIBUTING.md} says.
 */
@Tag("soak")
class SoakTest {
    private static final System.Logger LOG = System.getLogger("io.ztnio.soak");

    private static final int CONNECTIONS = Integer.getInteger("ztnio.soak.connections", 2_000);
    private static final int SECONDS = Integer.getInteger("ztnio.soak.seconds", 1_800);
    private static final long SEED = Long.getLong("ztnio.soak.seed", System.nanoTime());

    private static final double LOSS = 0.01;
    private static final int MOST_BYTES = 128 << 10;

    @RegisterExtension
    private final OverlayExtension overlay = OverlayExtension.withNodes(2);

    @Test
    void connectionsComeAndGoAndNothingIsLeftOfThem() throws Exception {
        run(40, Duration.ofSeconds(8));
    }

    @Test
    void thousandsOfConnectionsComeAndGoForALongTime() throws Exception {
        run(CONNECTIONS, Duration.ofSeconds(SECONDS));
    }

    private void run(int connections, Duration duration) throws Exception {
        LOG.log(System.Logger.Level.INFO, connections + " connections for " + duration + ", -Dztnio.soak.seed=" + SEED);
        overlay.hub()
                .faults(Faults.NONE
                        .withLoss(LOSS)
                        .withDuplicates(LOSS / 2)
                        .withReordering(LOSS)
                        .withDelay(1_000_000, 0));
        SplittableRandom random = new SplittableRandom(SEED);
        try (Soak soak = new Soak(overlay.networks(0), overlay.networks(1), OverlayExtension.address(1), MOST_BYTES)) {
            soak.run(connections, duration.toNanos() / 5, random);
            Footprint before = settled(soak, Footprint.take());
            long warm = soak.count();
            int keys = soak.keys();
            soak.run(connections, duration.toNanos() / 5 * 4, random);
            assertThat(soak.failures()).as("seed %s", SEED).isEmpty();
            Footprint after = settled(soak, before);

            String result = soak.count() + " connections, " + warm + " of them first: " + before + "; at the end: "
                    + after + "; " + overlay.hub().lost() + " datagrams lost";
            LOG.log(System.Logger.Level.INFO, result);
            assertThat(soak.count()).as(result).isGreaterThan(warm);
            assertThat(soak.keys()).as("keys").isEqualTo(keys).isEqualTo(1);
            assertThat(after.surplusOver(before)).as(result).isEmpty();
        }
    }

    /** Once there is no more than before, or it does not get less for long: the last peers give up late. */
    private static Footprint settled(Soak soak, Footprint before) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(150);
        Footprint now = Footprint.take();
        while (System.nanoTime() - deadline < 0 && !isSettled(soak, now, before)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            now = Footprint.take();
        }
        return now;
    }

    private static boolean isSettled(Soak soak, Footprint now, Footprint before) {
        List<String> surplus = now.surplusOver(before);
        return surplus.isEmpty() && soak.keys() == 1;
    }
}
