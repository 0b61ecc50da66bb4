package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.ControlledNode;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeKind;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.TwoMembers;
import io.ztnio.it.programs.Groups;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stock member and one of ours in a network that changes under them. Its root and controller is the daemon, and then ours.
 */
@RealDaemon
@Tag("any-jdk")
class MemberLifeIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int IPV4_HEADERS = 28;

    /** ARP and IPv6 for everybody; IPv4 for equals, and for whoever has the capability. */
    private static final String RULES = """
            {"rules": [{"type": "MATCH_ETHERTYPE", "etherType": 2054}, {"type": "ACTION_ACCEPT"},
              {"type": "MATCH_ETHERTYPE", "etherType": 34525}, {"type": "ACTION_ACCEPT"},
              {"type": "MATCH_TAGS_DIFFERENCE", "id": 100, "value": 0}, {"type": "ACTION_ACCEPT"},
              {"type": "ACTION_BREAK"}],
             "tags": [{"id": 100, "default": null}],
             "capabilities": [{"id": 7, "default": false, "rules": [
               {"type": "MATCH_IP_PROTOCOL", "ipProtocol": 1}, {"type": "ACTION_ACCEPT"}]}]}
            """;

    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void whoIsPutOutIsHeardNoMoreAndHeardAgainWhenLetIn(NodeKind controller) {
        try (TwoMembers net = new TwoMembers(controller, true)) {
            String own = net.ipv4(net.own());
            for (ControlledNode member : List.of(net.own(), net.daemon())) {
                long start = System.nanoTime();
                net.root().authorize(net.network(), member.address(), false);
                awaitSilence(net.daemon().host(), own);
                System.out.println(controller + ": " + member.host() + " out after " + millisSince(start) + " ms");
                member.awaitNetworkStatus(net.network(), "ACCESS_DENIED");

                start = System.nanoTime();
                net.root().authorize(net.network(), member.address(), true);
                // A daemon that was not pushed it asks once a minute.
                net.daemon().host().awaitPing(own, TIMEOUT.multipliedBy(2));
                System.out.println(controller + ": " + member.host() + " in after " + millisSince(start) + " ms");
            }
        }
    }

    private static void awaitSilence(Host from, String address) {
        Await.until(
                "no answer of " + address + " to " + from,
                TIMEOUT,
                () -> from.ping(address, 3).received() == 0);
    }

    private static long millisSince(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
    }

    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void rulesTagsAndCapabilitiesCountForBothAlike(NodeKind controller) {
        try (TwoMembers net = new TwoMembers(controller, false)) {
            Host pinging = net.daemon().host();
            String ipv4 = net.ipv4(net.own());
            String ipv6 = net.addresses(net.own()).get(1);
            pinging.awaitPing(ipv6, TIMEOUT);

            net.configure(RULES);
            awaitSilence(pinging, ipv4);
            assertThat(pinging.ping(ipv6, 3).received()).isEqualTo(3);

            tag(net, net.own(), 5);
            tag(net, net.daemon(), 5);
            pinging.awaitPing(ipv4, TIMEOUT);

            tag(net, net.daemon(), 6);
            awaitSilence(pinging, ipv4);

            // The request goes by the daemon's capability, the answer by ours.
            member(net, net.daemon(), "{\"capabilities\": [7]}");
            awaitSilence(pinging, ipv4);
            member(net, net.own(), "{\"capabilities\": [7]}");
            pinging.awaitPing(ipv4, TIMEOUT);

            member(net, net.own(), "{\"capabilities\": []}");
            awaitSilence(pinging, ipv4);
        }
    }

    private static void tag(TwoMembers net, ControlledNode member, int value) {
        member(net, member, "{\"tags\": [[100, " + value + "]]}");
    }

    private static void member(TwoMembers net, ControlledNode member, String fields) {
        net.root().configureMember(net.network(), member.address(), fields);
    }

    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void groupsAndBroadcastsAreHeardBothWays(NodeKind controller) {
        String group = "239.1.2.3";
        String port = "7001";
        try (TwoMembers net = new TwoMembers(controller, false)) {
            String daemon = net.ipv4(net.daemon());
            RunningProcess kernel = JavaProgram.kernel(Groups.class)
                    .with("listen", daemon, group, port)
                    .start(net.daemon().host());
            kernel.awaitLine("listening", TIMEOUT);
            RunningProcess listener = command(net, "udp-listen", port, "--group", group);
            listener.awaitLine("listening|" + port, TIMEOUT);

            // What is sent before a membership is known is lost, as on any network.
            for (String to : List.of(group, "10.99.0.255")) {
                Await.until("the daemon's " + to + " on our node", TIMEOUT, () -> {
                    JavaProgram.kernel(Groups.class)
                            .with("send", daemon, to, port, "kernel-" + to)
                            .start(net.daemon().host())
                            .awaitExit(TIMEOUT)
                            .orThrow();
                    return listener.output().contains("kernel-" + to);
                });
                Await.until("our " + to + " on the daemon", TIMEOUT, () -> {
                    command(net, "udp-send", to, port, "own-" + to)
                            .awaitExit(TIMEOUT)
                            .orThrow();
                    return kernel.output().contains("own-" + to);
                });
            }
        }
    }

    private static RunningProcess command(TwoMembers net, String... arguments) {
        return JavaProgram.cli(arguments)
                .with("--network", net.network())
                .with("--planet", net.planet().file().toString())
                .with("--home", net.lab().newDirectory("command").toString())
                .start(net.lab().java2());
    }

    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void everyMtuCarriesItsLargestFrames(NodeKind controller) {
        try (TwoMembers net = new TwoMembers(controller, false)) {
            for (int mtu : List.of(1280, 1500, 2800, 9000)) {
                net.configure("{\"mtu\": " + mtu + "}");
                assertThat(net.own().network(net.network()).orElseThrow().get("mtu"))
                        .isEqualTo(mtu);

                String output = net.daemon()
                        .host()
                        .run(
                                "ping",
                                "-M",
                                "do",
                                "-c",
                                "5",
                                "-i",
                                "0.2",
                                "-W",
                                "2",
                                "-s",
                                "" + (mtu - IPV4_HEADERS),
                                net.ipv4(net.own()))
                        .output();

                assertThat(output).as("MTU " + mtu).contains(" 0% packet loss");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void twoNetworksAreApart(NodeKind controller) {
        try (TwoMembers net = new TwoMembers(controller, false)) {
            String second = net.planet().rootAddress() + "000002";
            net.root().configure(second, """
                    {"private": false, "v4AssignMode": {"zt": true}, "routes": [{"target": "10.98.0.0/24"}],
                     "ipAssignmentPools": [{"ipRangeStart": "10.98.0.10", "ipRangeEnd": "10.98.0.100"}]}
                    """);
            net.own().join(second);
            net.daemon().join(second);
            net.daemon().awaitAddresses(second, 1);
            String there = net.own().awaitAddresses(second, 1).get(0);
            Host pinging = net.daemon().host();
            pinging.awaitPing(there, TIMEOUT);
            assertThat(pinging.ping(net.ipv4(net.own()), 3).received()).isEqualTo(3);

            net.own().leave(second);

            awaitSilence(pinging, there);
            assertThat(pinging.ping(net.ipv4(net.own()), 3).received()).isEqualTo(3);
        }
    }
}
