package io.ztnio.protocol.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is asked when, on virtual time. */
@Tag("any-jdk")
class MappingCycleTest {
    private static final PortMapping BY_UPNP = new PortMapping(new InetSocketAddress("198.51.100.7", 41641), 600);

    private long now = 5_000;
    private final MappingCycle cycle =
            new MappingCycle(new InetSocketAddress("10.0.0.5", 0).getAddress(), 41641, new SplittableRandom(1), now);
    private final List<Long> asked = new ArrayList<>();
    private final List<Long> upnp = new ArrayList<>();
    private Optional<PortMapping> router = Optional.empty();

    private void run(long millis) {
        long end = now + millis;
        while (now < end) {
            long next = cycle.poll(now, request -> asked.add(now));
            if (cycle.isUpnpDue(now)) {
                upnp.add(now);
                cycle.onUpnp(router, now);
            } else {
                now = Math.min(end, Math.max(now + 1, next));
            }
        }
    }

    @Test
    void upnpFollowsWhenNobodyAnswersAndAllOfItAfterFiveMinutes() {
        run(30_000);
        assertThat(upnp).isEmpty();
        run(15_000);
        assertThat(upnp).hasSize(1);
        int requests = asked.size();
        run(290_000);
        assertThat(asked).hasSize(requests);

        run(60_000);

        assertThat(asked).hasSize(2 * requests);
        assertThat(upnp).hasSize(2);
        assertThat(upnp.get(1) - upnp.get(0)).isGreaterThan(MappingCycle.REFRESH_MILLIS);
    }

    @Test
    void aRouterThatSaysThatNobodyListensIsAskedByUpnpAtOnce() {
        cycle.poll(now, request -> {});

        cycle.unreachable(now);
        run(1);

        assertThat(upnp).containsExactly(5_000L);
    }

    @Test
    void aMappingByUpnpIsRenewedEveryFiveMinutes() {
        router = Optional.of(BY_UPNP);
        cycle.unreachable(now);
        run(1_000_000);

        assertThat(upnp).containsExactly(5_000L, 305_000L, 605_000L, 905_000L);
        assertThat(cycle.mapping()).contains(BY_UPNP);
        assertThat(cycle.protocol()).isEqualTo("UPnP");
        assertThat(asked).isEmpty();
    }

    @Test
    void aShortLeaseIsRenewedAtHalfOfIt() {
        router = Optional.of(new PortMapping(BY_UPNP.external(), 60));
        cycle.unreachable(now);

        run(100_000);

        assertThat(upnp).containsExactly(5_000L, 35_000L, 65_000L, 95_000L);
    }

    @Test
    void aRouterThatDoesNotRenewMayBeAnotherOneAndIsAskedByAllMeans() {
        router = Optional.of(BY_UPNP);
        cycle.unreachable(now);
        run(1_000);
        router = Optional.empty();

        run(300_000);

        assertThat(cycle.mapping()).isEmpty();
        assertThat(asked).isNotEmpty();
    }
}
