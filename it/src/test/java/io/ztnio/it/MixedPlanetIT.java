package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.ControlledNode;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.NodeKind;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.TwoRoots;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A planet with two roots, a daemon and a node of ours, and members of both kinds. */
@RealDaemon
@Tag("any-jdk")
class MixedPlanetIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CONTACT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration NEWS_TIMEOUT = Duration.ofMinutes(8);

    /** A daemon asks its best root for identities and relays by it, dead or not, for minutes. So they have to know each other before. */
    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void membersThatHaveSaidNothingToEachOtherDoSoAtOnceWhenEitherRootIsDead(NodeKind dead) {
        try (TwoRoots roots = new TwoRoots()) {
            ControlledNode earlier = roots.member(NodeKind.DAEMON, roots.lab().member());
            ControlledNode own = roots.member(NodeKind.OURS, roots.lab().java1());
            ControlledNode later = roots.member(NodeKind.DAEMON, roots.lab().newHost("other"));
            for (ControlledNode member : List.of(earlier, own, later)) {
                for (NodeKind kind : NodeKind.values()) {
                    String root = roots.root(kind).address();
                    Await.until(
                            member.host() + " knows the root " + kind,
                            TIMEOUT,
                            () -> !member.directPaths(root).isEmpty());
                }
            }
            for (ControlledNode daemon : List.of(earlier, later)) {
                Await.until(
                        daemon.host() + " knows ours, by its question whether its address is free or by that of ours",
                        TIMEOUT,
                        () -> !daemon.peer(own.address()).isEmpty());
            }

            roots.root(dead).stop();
            String address = own.addresses(roots.network()).get(0);
            for (ControlledNode daemon : List.of(earlier, later)) {
                long start = System.nanoTime();
                daemon.host().awaitPing(address, CONTACT_TIMEOUT);
                System.out.println("the root " + dead + " dead: first contact of " + daemon.host() + " after "
                        + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
            }
        }
    }

    @Test
    void aRootThatMovesIsFoundByAnUpdateOfThePlanet() {
        try (TwoRoots roots = new TwoRoots()) {
            Map<NodeKind, ControlledNode> members = new LinkedHashMap<>();
            members.put(
                    NodeKind.DAEMON, roots.member(NodeKind.DAEMON, roots.lab().member()));
            members.put(NodeKind.OURS, roots.member(NodeKind.OURS, roots.lab().java1()));
            String moved = roots.root(NodeKind.OURS).address();
            Host elsewhere = roots.lab().newHost("elsewhere");

            roots.moveOwnRoot(elsewhere);
            long start = System.nanoTime();
            Map<NodeKind, Long> found = new LinkedHashMap<>();
            Await.until("both members have found the root", NEWS_TIMEOUT, () -> {
                members.forEach((kind, member) -> {
                    if (member.directPaths(moved).stream()
                            .anyMatch(path -> path.startsWith(elsewhere.address() + "/"))) {
                        found.putIfAbsent(
                                kind,
                                Duration.ofNanos(System.nanoTime() - start).toMillis());
                    }
                });
                return found.size() == members.size();
            });

            System.out.println("a root has moved: found after ms: " + found);
            assertThat(found).containsOnlyKeys(NodeKind.values());
        }
    }
}
