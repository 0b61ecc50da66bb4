package io.ztnio.provider.routing;

import static io.ztnio.provider.routing.Addresses.ip;
import static io.ztnio.provider.routing.Addresses.link;
import static io.ztnio.provider.routing.Addresses.prefix;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.runtime.RecordedLog;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Decisions that change, and who waits for them. The clock is the test's. */
@Timeout(60)
class RoutingTest {
    private static final long ID = 0xa1;
    private static final long SECOND = 1_000_000_000L;
    private static final InetAddress MEMBER = ip("10.147.17.9");

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND);
    private final AtomicReference<HostRoutes> host = new AtomicReference<>(HostRoutes.NONE);
    private final AtomicInteger looks = new AtomicInteger();
    private final BlockingQueue<RoutingDecision> told = new LinkedBlockingQueue<>();

    private Routing routing(WhenUnavailable whenUnavailable) {
        Routing routing = new Routing(
                new RoutingSettings(List.of(), List.of(), whenUnavailable),
                List.of(waiting()),
                () -> {
                    looks.incrementAndGet();
                    return host.get();
                },
                clock::get,
                RuntimeThread.open("test-runtime"),
                RuntimeThread.open("test-log"));
        routing.networks(List.of(waiting()), clock.get() + 60 * SECOND);
        return routing;
    }

    private static NetworkClaims waiting() {
        return new NetworkClaims(ID, Standing.WAITING, "no answer", Optional.empty());
    }

    private static NetworkClaims refused(String reason) {
        return new NetworkClaims(ID, Standing.UNAVAILABLE, reason, Optional.of(link("10.147.17.5/24")));
    }

    private RoutingDecision nextTold() throws InterruptedException {
        RoutingDecision decision = told.poll(30, TimeUnit.SECONDS);
        assertThat(decision).isNotNull();
        return decision;
    }

    @Test
    void whatIsDecidedIsToldAtOnceOnTheCaller() {
        Routing routing = routing(WhenUnavailable.FAIL);
        List<Thread> threads = new ArrayList<>();

        Registration registration =
                routing.whenDecided(ip("8.8.8.8"), false, decision -> threads.add(Thread.currentThread()));

        assertThat(threads).containsExactly(Thread.currentThread());
        registration.close();
        registration.close();
    }

    @Test
    void whatIsPendingIsToldOnceWhenTheNetworkIsThere() throws Exception {
        Routing routing = routing(WhenUnavailable.FAIL);
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        routing.whenDecided(MEMBER, false, decision -> {
            threads.add(Thread.currentThread());
            told.add(decision);
        });
        assertThat(told).isEmpty();

        routing.networks(List.of(NetworkClaims.usable(ID, link("10.147.17.5/24"))), clock.get());
        routing.networks(List.of(refused("changed its mind")), clock.get());

        assertThat(nextTold().verdict()).isIn(Verdict.VIRTUAL, Verdict.UNAVAILABLE);
        assertThat(threads.take()).isNotSameAs(Thread.currentThread());
        routing.whenDecided(MEMBER, false, told::add);
        assertThat(nextTold().verdict()).isEqualTo(Verdict.UNAVAILABLE);
        assertThat(told).isEmpty();
    }

    @Test
    void whatNobodyDecidesIsToldWhenTheTimeIsOver() throws Exception {
        Routing routing = routing(WhenUnavailable.FAIL);
        routing.networks(List.of(waiting()), clock.get() + 1_000_000);
        routing.whenDecided(MEMBER, true, told::add);

        clock.addAndGet(1_000_000);

        assertThat(nextTold()).satisfies(decision -> {
            assertThat(decision.verdict()).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(decision.reason()).startsWith("no answer");
        });
    }

    @Test
    void whoHasClosedIsNotTold() throws Exception {
        Routing routing = routing(WhenUnavailable.FAIL);
        AtomicInteger calls = new AtomicInteger();
        Registration registration = routing.whenDecided(MEMBER, false, decision -> calls.incrementAndGet());
        routing.whenDecided(MEMBER, false, told::add);

        registration.close();
        registration.close();
        routing.networks(List.of(NetworkClaims.usable(ID, link("10.147.17.5/24"))), clock.get());

        assertThat(nextTold()).isEqualTo(RoutingDecision.VIRTUAL);
        assertThat(calls).hasValue(0);
    }

    @Test
    void oneThatFailsWhenToldDoesNotKeepTheOthersWaiting() throws Exception {
        Routing routing = routing(WhenUnavailable.FAIL);
        routing.whenDecided(MEMBER, false, decision -> {
            throw new IllegalStateException("a bug of RoutingTest");
        });
        routing.whenDecided(MEMBER, false, told::add);

        routing.networks(List.of(NetworkClaims.usable(ID, link("10.147.17.5/24"))), clock.get());

        assertThat(nextTold()).isEqualTo(RoutingDecision.VIRTUAL);
    }

    @Test
    void theHostsAddressesAreLookedAtBeforeTheFirstDecisionAndAgainWhenTheyMayHaveChanged() {
        host.set(new HostRoutes(Set.of(MEMBER), List.of()));
        Routing routing = routing(WhenUnavailable.FAIL);
        routing.networks(List.of(NetworkClaims.usable(ID, link("10.147.17.5/24"))), clock.get());

        assertThat(routing.decide(MEMBER, false)).isEqualTo(RoutingDecision.HOST);
        host.set(HostRoutes.NONE);
        for (int i = 0; i < 1000; i++) {
            assertThat(routing.decide(MEMBER, false)).isEqualTo(RoutingDecision.HOST);
        }
        assertThat(looks).hasValue(1);

        clock.addAndGet(SECOND);

        assertThat(routing.decide(MEMBER, false)).isEqualTo(RoutingDecision.VIRTUAL);
        assertThat(looks).hasValue(2);
    }

    @Test
    void anOverlapWithANetworkOfTheHostIsLoggedOnceWithBothPrefixesAndTheKey() throws Exception {
        host.set(new HostRoutes(
                Set.of(ip("10.147.3.3")), List.of(new HostRoutes.Connected(prefix("10.147.3.3/24"), "eth7"))));
        try (RecordedLog log = RecordedLog.of("io.ztnio")) {
            Routing routing = routing(WhenUnavailable.FAIL);
            List<NetworkClaims> up = List.of(NetworkClaims.usable(ID, link("10.147.17.5/16")));
            assertThat(routing.decide(ip("8.8.8.8"), false)).isEqualTo(RoutingDecision.HOST);

            routing.networks(up, clock.get());
            routing.networks(List.of(waiting()), clock.get());
            routing.networks(up, clock.get());
            routing.networks(List.of(NetworkClaims.usable(ID, link("10.147.17.5/16", "10.147.0.0/20"))), clock.get());

            log.await(Level.INFO, "10.147.3.0/24", "10.147.0.0/16", "ztnio.routes=10.147.3.0/24");
            log.await(Level.INFO, "10.147.3.0/24", "10.147.0.0/20", "ztnio.routes=10.147.3.0/24");
            assertThat(log.messages(Level.INFO))
                    .filteredOn(message -> message.contains("eth7"))
                    .hasSize(2);
        }
    }

    @Test
    void withOsWhatIsUnavailableIsTheHostsAfterOneWarningForEachReason() {
        try (RecordedLog log = RecordedLog.of("io.ztnio")) {
            Routing routing = routing(WhenUnavailable.OS);
            for (String reason : List.of("RoutingTest: one", "RoutingTest: one", "RoutingTest: two")) {
                routing.networks(List.of(refused(reason)), clock.get());
                for (int i = 0; i < 3; i++) {
                    assertThat(routing.decide(MEMBER, false)).isEqualTo(RoutingDecision.HOST);
                    assertThat(routing.decideStrictly(MEMBER, false).verdict()).isEqualTo(Verdict.UNAVAILABLE);
                }
            }

            assertThat(log.messages(Level.WARNING))
                    .filteredOn(message -> message.startsWith("RoutingTest"))
                    .hasSize(2)
                    .allMatch(message -> message.contains("ztnio.unavailable=os"));
        }
    }

    @Test
    void withOsWhatIsPendingIsStillPending() {
        assertThat(routing(WhenUnavailable.OS).decide(MEMBER, false).verdict()).isEqualTo(Verdict.PENDING);
    }
}
