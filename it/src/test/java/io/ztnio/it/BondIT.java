package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.Daemon;
import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.HttpTransfer;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stock daemon and a Java node with two cables between them and a bond at both ends: one fails, then the other. */
@RealDaemon
@Tag("any-jdk")
class BondIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String SWITCHED = "eth0";
    private static final String CABLE = "eth1";
    private static final int FAILOVER_MILLIS = 1_500;
    private static final int PING_MILLIS = 200;

    private static final Pattern SEQUENCE = Pattern.compile("icmp_seq=(\\d+) ttl");

    private DaemonPlanet planet;
    private Host java;
    private Host stock;

    @BeforeEach
    void startPlanet() {
        planet = new DaemonPlanet();
        java = planet.lab().java1();
        stock = planet.lab().java2();
        planet.lab().addCable(java, stock, CABLE);
    }

    @AfterEach
    void tearDown() {
        if (planet != null) {
            planet.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"active-backup", "broadcast", "balance-xor", "balance-aware"})
    void trafficGoesOnWhenEitherCableFails(String policy) {
        Daemon daemon = Daemon.member(
                stock,
                planet.planet(),
                "\"defaultBondingPolicy\":\"quick\",\"policies\":{\"quick\":{\"basePolicy\":\"" + policy
                        + "\",\"failoverInterval\":" + FAILOVER_MILLIS + "}},");
        daemon.join(planet.network());
        JavaNode node = HttpTransfer.startServer(java, bonded(policy));
        String address = node.awaitAddresses(planet.root(), planet.network()).get(0);
        daemon.awaitAddresses(planet.network(), 1);
        stock.awaitPing(address, TIMEOUT);
        Await.until("both cables are in the daemon's bond, and measured", TIMEOUT, () -> {
            stock.ping(address, 1);
            return cablesInUse(daemon.peer(node.address())) == 2;
        });

        Map<?, ?> bond = daemon.peer(node.address());
        RunningProcess ping = stock.start(List.of("ping", "-n", "-i", "0.2", "-c", "200", "-W", "1", address), "");
        pause(ping, 20);
        cut(SWITCHED, "10.77.0.");
        pause(ping, 60);
        mend(SWITCHED, "10.77.0.");
        pause(ping, 110);
        cut(CABLE, "10.78.0.");
        String answers = ping.awaitExit(TIMEOUT).output();

        System.out.println(policy + ": " + bond);
        int gap = longestGapMillis(answers);
        System.out.println(policy + ": nothing for " + gap + " ms at most");
        assertThat(bond.get("isBonded")).isEqualTo(true);
        assertThat(bond.get("bondingPolicyStr")).isEqualTo(policy);
        // The daemon looks at its links every third of the interval, and so do we at ours.
        assertThat(gap).as(answers).isLessThan(2 * FAILOVER_MILLIS);
        node.kill();
    }

    /** The daemon has one address, which both interfaces lead to: only sockets of either one can tell them apart. */
    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void aSpareInterfaceTakesOverTheWayToTheOnlyAddressOfThePeer(String offload) {
        boolean pinned = offload.equals("on");
        for (Host host : List.of(java, stock)) {
            host.run(
                            "sh",
                            "-c",
                            "for i in all " + SWITCHED + " " + CABLE
                                    + "; do echo 0 >/proc/sys/net/ipv4/conf/$i/rp_filter; done")
                    .orThrow();
        }
        if (pinned) {
            java.run("ip", "route", "add", "10.77.0.0/24", "dev", CABLE, "metric", "500")
                    .orThrow();
        } else {
            java.run("ip", "rule", "add", "from", "10.78.0.1", "lookup", "78").orThrow();
            java.run("ip", "route", "add", "10.77.0.0/24", "dev", CABLE, "table", "78")
                    .orThrow();
        }
        // With a second port it would fail over to the same interface first, and take an interval more.
        Daemon daemon = Daemon.member(
                stock,
                planet.planet(),
                "\"bind\":[\"" + stock.address()
                        + "\"],\"allowSecondaryPort\":false,\"defaultBondingPolicy\":\"quick\",\"policies\":{\"quick\":"
                        + "{\"basePolicy\":\"active-backup\",\"failoverInterval\":" + FAILOVER_MILLIS + "}},");
        daemon.join(planet.network());
        NodeSettings settings = bonded(
                "active-backup",
                ",\"links\":{\"" + SWITCHED + "\":{\"mode\":\"primary\",\"failoverTo\":\"" + CABLE + "\"},\"" + CABLE
                        + "\":{\"mode\":\"spare\"}}");
        JavaNode node = HttpTransfer.startServer(java, settings.with("-Dztnio.udp.offload=" + offload));
        String address = node.awaitAddresses(planet.root(), planet.network()).get(0);
        daemon.awaitAddresses(planet.network(), 1);
        stock.awaitPing(address, TIMEOUT);
        Await.until("both interfaces are in the daemon's bond", TIMEOUT, () -> {
            stock.ping(address, 1);
            return cablesInUse(daemon.peer(node.address())) == 2;
        });

        RunningProcess ping = stock.start(List.of("ping", "-n", "-i", "0.2", "-c", "200", "-W", "1", address), "");
        pause(ping, 20);
        cut(SWITCHED, "10.77.0.");
        String answers = ping.awaitExit(TIMEOUT).output();

        int gap = longestGapMillis(answers);
        System.out.println((pinned ? "pinned" : "by rules") + ": nothing for " + gap + " ms at most");
        // We are there after one interval. The daemon holds to a dead path of the same socket for up to three.
        assertThat(gap).as(answers).isLessThan(6 * FAILOVER_MILLIS);
        node.kill();
    }

    private NodeSettings bonded(String policy) {
        return bonded(policy, "");
    }

    /** @param more members of the policy, each with a comma before it */
    private NodeSettings bonded(String policy, String more) {
        NodeSettings settings = planet.settings(java);
        try {
            Files.writeString(
                    settings.home().resolve("local.conf"),
                    "{\"settings\":{\"defaultBondingPolicy\":\"quick\",\"policies\":{\"quick\":{\"basePolicy\":\""
                            + policy + "\",\"failoverInterval\":" + FAILOVER_MILLIS + more + "}}}}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return settings;
    }

    /** Addresses of ours of which the daemon's bond has a link that works, and of which our reports have told the latency. */
    private static long cablesInUse(Map<?, ?> peer) {
        return peer.get("paths") instanceof List<?> paths
                ? paths.stream()
                        .map(path -> (Map<?, ?>) path)
                        .filter(path -> Integer.valueOf(1).equals(path.get("eligible"))
                                && path.get("latencyMean") instanceof Number latency
                                && latency.doubleValue() > 0)
                        .map(path -> path.get("address").toString().replaceFirst("/.*", ""))
                        .distinct()
                        .count()
                : 0;
    }

    /** Until so many answers and losses are behind us. */
    private static void pause(RunningProcess ping, int sequence) {
        Await.until("ping " + sequence, TIMEOUT, () -> last(ping.output()) >= sequence);
    }

    private static int last(String answers) {
        Matcher matcher = SEQUENCE.matcher(answers);
        int last = 0;
        while (matcher.find()) {
            last = Integer.parseInt(matcher.group(1));
        }
        return last;
    }

    private static int longestGapMillis(String answers) {
        Matcher matcher = SEQUENCE.matcher(answers);
        int last = 0;
        int gap = 0;
        while (matcher.find()) {
            int sequence = Integer.parseInt(matcher.group(1));
            gap = Math.max(gap, sequence - last - 1);
            last = Math.max(last, sequence);
        }
        return Math.max(gap, 200 - last) * PING_MILLIS;
    }

    private void cut(String device, String net) {
        java.cutOff(device, net + "0/24");
        stock.cutOff(device, net + "0/24");
    }

    private void mend(String device, String net) {
        java.reconnect(device, net + "0/24");
        stock.reconnect(device, net + "0/24");
    }
}
