package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.Daemon;
import io.ztnio.it.lab.Lab;
import io.ztnio.it.lab.OwnNode;
import io.ztnio.it.lab.OwnPlanet;
import io.ztnio.it.lab.Planet;
import io.ztnio.it.lab.RealDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stock members of our controller's networks with rules, and a controller's home that moves between the daemon and us. */
@RealDaemon
@Tag("any-jdk")
class ControllerHomeIT {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    @Test
    void aStockMemberAppliesOurRulesTagsAndDns() throws IOException {
        try (OwnPlanet planet = new OwnPlanet(false)) {
            Daemon first = Daemon.member(planet.lab().member(), planet.planet());
            Daemon second = Daemon.member(planet.lab().java1(), planet.planet());
            first.join(planet.network());
            second.join(planet.network());
            first.awaitAddresses(planet.network(), 2);
            String ipv4 = second.awaitAddresses(planet.network(), 2).stream()
                    .filter(address -> !address.contains(":"))
                    .findFirst()
                    .orElseThrow();
            first.host().awaitPing(ipv4, START_TIMEOUT);
            long metNanos = System.nanoTime();
            // A stock peer takes credentials once in a second, and does not ask for those that it has dropped.
            Await.until("credentials may be shown", START_TIMEOUT, () -> System.nanoTime() - metNanos > 1_500_000_000L);

            // Only who has the same tag may send IPv4, and the second one has another.
            Files.writeString(planet.planet().rootSecret().resolveSibling("network.json"), """
                    {"id": "%s", "name": "ruled", "private": false,
                     "routes": [{"target": "10.99.0.0/24"}, {"target": "fd00:99::/64"}],
                     "ipAssignmentPools": [{"ipRangeStart": "10.99.0.10", "ipRangeEnd": "10.99.0.100"},
                       {"ipRangeStart": "fd00:99::10", "ipRangeEnd": "fd00:99::ffff"}],
                     "dns": {"domain": "lab.test", "servers": ["10.99.0.53"]},
                     "tags": [{"id": 1, "default": 5}],
                     "rules": [{"type": "MATCH_ETHERTYPE", "etherType": 2048},
                       {"type": "MATCH_TAGS_EQUAL", "id": 1, "value": 5, "not": true},
                       {"type": "ACTION_DROP"}, {"type": "ACTION_ACCEPT"}],
                     "members": {"%s": {"authorized": true, "tags": [[1, 6]]}}}
                    """.formatted(
                            planet.network(), second.address()));
            planet.root().awaitLine("is as .*network.json says now", START_TIMEOUT);

            assertThat(first.awaitPushed(planet.network(), "\"domain\"\\s*:\\s*\"lab.test\""))
                    .contains("10.99.0.53")
                    .contains("ruled");
            first.host().awaitNoPing(ipv4, Duration.ofSeconds(10));
            assertThat(first.host().ping(ipv4, 3).received()).isZero();
            String ipv6 = second.addresses(planet.network()).stream()
                    .filter(address -> address.contains(":"))
                    .findFirst()
                    .orElseThrow();
            first.host().awaitPing(ipv6, START_TIMEOUT);
        }
    }

    /** As with the daemon: an answer says that it is done, whatever becomes of the process. */
    @Test
    void whatWasAnsweredIsThereAfterAKill() {
        try (Lab lab = new Lab()) {
            Planet planet = Planet.ofResources(lab.newDirectory("planet"));
            OwnNode root = OwnNode.root(lab.root(), planet);
            List<String> networks = new ArrayList<>();
            for (int i = 1; i <= 40; i++) {
                networks.add(root.address() + "%06x".formatted(i));
            }
            networks.forEach(network -> root.configure(network, "{\"name\": \"of " + network + "\"}"));
            root.process().close();

            OwnNode again = OwnNode.restarted(lab.root(), root.home(), planet);

            assertThat(networks)
                    .allSatisfy(network -> assertThat(again.request("GET", "/controller/network/" + network, "")
                                    .object()
                                    .get("name"))
                            .isEqualTo("of " + network));
        }
    }

    @Test
    void aControllersHomeMovesToUsAndBack() throws IOException {
        try (Lab lab = new Lab()) {
            Planet planet = Planet.ofResources(lab.newDirectory("planet"));
            Daemon root = Daemon.root(lab.root(), planet);
            String network = planet.network();
            root.createNetwork(network, true);
            Daemon member = Daemon.member(lab.member(), planet);
            root.authorize(network, member.address(), true);
            member.join(network);
            List<String> addresses = member.awaitAddresses(network, 2);
            root.end();
            Path networkFile = root.home().resolve("controller.d/network/" + network + ".json");
            Path memberFile =
                    root.home().resolve("controller.d/network/" + network + "/member/" + member.address() + ".json");
            Map<String, Object> ofNetwork = JSON.std.mapFrom(Files.readString(networkFile));
            Map<String, Object> ofMember = JSON.std.mapFrom(Files.readString(memberFile));

            OwnNode ours = OwnNode.restarted(lab.root(), root.home(), planet);
            member.leave(network);
            member.join(network);
            assertThat(member.awaitAddresses(network, 2)).containsExactlyElementsOf(addresses);
            assertThat(JSON.std.mapFrom(Files.readString(networkFile))).isEqualTo(ofNetwork);
            assertThat(JSON.std.mapFrom(Files.readString(memberFile))).isEqualTo(ofMember);

            // Who is let in by ours is a member of the daemon's after that, with the same address.
            OwnNode second = OwnNode.member(lab.java1(), planet);
            second.join(network);
            second.awaitNetworkStatus(network, "ACCESS_DENIED");
            ours.authorize(network, second.address(), true);
            List<String> given = second.awaitAddresses(network, 2);
            ours.end();

            Daemon again = Daemon.restarted(lab.root(), root.home(), planet);
            member.leave(network);
            member.join(network);
            assertThat(member.awaitAddresses(network, 2)).containsExactlyElementsOf(addresses);
            assertThat(again.assignedIpv4(network, member.address())).isSubsetOf(addresses);
            second.leave(network);
            second.join(network);
            assertThat(second.awaitAddresses(network, 2)).containsExactlyElementsOf(given);
            member.host().awaitPing(given.get(0), START_TIMEOUT);
        }
    }
}
