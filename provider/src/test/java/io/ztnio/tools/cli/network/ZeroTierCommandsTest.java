package io.ztnio.tools.cli.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpServer;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.provider.runtime.LoopbackPlanet;
import io.ztnio.tools.cli.CommandRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The network commands on a planet of their own on loopback, in this JVM. */
@Timeout(60)
@SuppressWarnings("try") // closing ends a command
@Tag("any-jdk")
class ZeroTierCommandsTest {
    private static LoopbackPlanet planet;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startPlanet() throws IOException {
        planet = LoopbackPlanet.start();
    }

    @AfterAll
    static void stopPlanet() {
        planet.close();
    }

    private static LiveCommand command(String home, String... arguments) throws InterruptedException {
        return LiveCommand.start(planet.options(home), arguments);
    }

    private static CommandRun run(String home, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(planet.options(home));
        return CommandRun.of(all.toArray(String[]::new));
    }

    /** An own address that a command has announced. */
    private static String ipv4(LiveCommand command) throws InterruptedException {
        return command.awaitProgress("address (10\\.71\\.82\\.\\d+)").group(1);
    }

    @Test
    void theTunnelDemo() throws Exception {
        HttpServer server = LengthServer.start();
        try (LiveCommand expose = command(
                "expose", "expose", "8080", "127.0.0.1:" + server.getAddress().getPort(), "--drain", "500ms")) {
            String address =
                    expose.await("listening on .*?(10\\.71\\.82\\.\\d+):8080").group(1);
            try (LiveCommand forward = command("forward", "forward", "0", address + ":8080", "--drain", "500ms")) {
                String port = forward.await("listening on 127\\.0\\.0\\.1:(\\d+), forwarding to " + address + ":8080")
                        .group(1);
                HttpClient client = HttpClient.newHttpClient();
                for (int i = 0; i < 20; i++) {
                    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + i))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[i * 10_000]))
                            .build();
                    assertThat(client.send(request, BodyHandlers.ofString()).body())
                            .isEqualTo("you sent " + i * 10_000);
                }

                assertThat(forward.interrupt()).isZero();
                assertThat(forward.out()).containsPattern("\\d+ connections, \\d+ of them failed; \\d+ bytes");
            }
            assertThat(expose.interrupt()).isZero();
            assertThat(expose.out()).containsPattern("10\\.71\\.82\\.\\d+:\\d+: \\d+ bytes to the target");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void datagramsAreExposedAndForwardedToANodeId() throws Exception {
        try (DatagramChannel server = DatagramChannel.open();
                DatagramChannel client = DatagramChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            try (LiveCommand expose = command("expose-udp", "expose", "--udp", "5353", "127.0.0.1:" + port)) {
                String id = expose.awaitProgress("node (\\p{XDigit}{10})").group(1);
                expose.await("listening on .*:5353");
                try (LiveCommand forward = command("forward-udp", "forward", "--udp", "0", id + ":5353")) {
                    String entrance =
                            forward.await("listening on 127\\.0\\.0\\.1:(\\d+)").group(1);
                    client.send(
                            StandardCharsets.US_ASCII.encode("question"),
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(entrance)));
                    ByteBuffer buffer = ByteBuffer.allocate(100);
                    server.send(StandardCharsets.US_ASCII.encode("answer"), server.receive(buffer));
                    client.receive(buffer.clear());

                    assertThat(StandardCharsets.US_ASCII.decode(buffer.flip()).toString())
                            .isEqualTo("answer");
                    assertThat(forward.interrupt()).isZero();
                    assertThat(forward.out())
                            .contains("1 clients; 1 datagrams (8 bytes) to the target, 1 (6 bytes) back");
                }
            }
        }
    }

    @Test
    void joinSaysWhoAndWhereTheNodeIs() throws Exception {
        CommandRun json = CommandRun.of(concat(List.of("join", "--json"), planet.options("join")));
        CommandRun text = run("join", "join", planet.network());

        assertThat(json.exitCode()).as(json.err()).isZero();
        assertThat(json.out()).contains(planet.network());
        assertThat(text.exitCode()).as(text.err()).isZero();
        assertThat(text.outLines().get(0)).matches("node \\p{XDigit}{10}");
        assertThat(text.outLines().get(1)).isEqualTo("network " + planet.network() + " OK mtu 2800 test");
        assertThat(text.outLines()).anyMatch(line -> line.matches("address 10\\.71\\.82\\.\\d+/24"));
        assertThat(text.err()).doesNotContain("address ");
        // Whom to let in is said before only to somebody who waits.
        assertThat(text.err())
                .satisfiesAnyOf(
                        err -> assertThat(err).contains("waiting: "),
                        err -> assertThat(err).doesNotContain(text.outLines().get(0)));
    }

    @Test
    void aNodeSaysThatItHasLeftANetworkAndThatItIsBack() throws Exception {
        List<String> options = planet.options("leaver");
        String home = options.get(options.indexOf("--home") + 1);
        List<String> ofNode = new ArrayList<>(options);
        ofNode.replaceAll(option -> option.equals("--network") ? "--join" : option);
        try (LiveCommand node = LiveCommand.start(ofNode, "node")) {
            String ok = "network " + planet.network() + " OK";
            String left = "network " + planet.network() + " left";
            node.await(ok);
            assertThat(CommandRun.of("leave", planet.network(), "-D", home).exitCode())
                    .isZero();
            node.await(left);
            assertThat(CommandRun.of("join", planet.network(), "-D", home).exitCode())
                    .isZero();
            node.await("(?s)" + left + ".*" + ok);
        }
    }

    @Test
    void joinOfAMemberThatWasPutOutFailsThoughItsCacheStillHasAnAddress() throws Exception {
        try (LoopbackPlanet own = LoopbackPlanet.start()) {
            String[] join = concat(List.of("join", own.network(), "--join-timeout", "10s"), own.options("home"));
            CommandRun before = CommandRun.of(join);
            assertThat(before.exitCode()).as(before.err()).isZero();
            own.putOutAll();

            CommandRun after = CommandRun.of(join);

            assertThat(after.exitCode()).as(after.out()).isEqualTo(1);
            assertThat(after.out()).isEmpty();
            assertThat(after.err()).contains("not authorised");
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void joinAnswersInJson() throws Exception {
        CommandRun run = run("join-json", "join", planet.network(), "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        Map<String, Object> answer = JSON.std.mapFrom(run.out());
        assertThat(answer.get("node").toString()).matches("\\p{XDigit}{10}");
        Map<String, Object> network = ((List<Map<String, Object>>) answer.get("networks")).get(0);
        assertThat(network).containsEntry("id", planet.network()).containsEntry("status", "OK");
        assertThat((List<?>) network.get("addresses")).hasSize(2);
    }

    @Test
    void aRefusalSaysWhoIsToBeLetIn() throws Exception {
        String closed = planet.definePrivate();
        List<String> options = planet.options("refused");
        try (LiveCommand join =
                LiveCommand.start(options.subList(2, options.size()), "join", closed, "--join-timeout", "10s")) {
            String id = join.awaitProgress("node (\\p{XDigit}{10})").group(1);
            join.awaitProgress("waiting: network " + closed + " is not usable: not authorised: let " + id
                    + " in at the controller " + closed.substring(0, 10));

            assertThat(join.interrupt()).isZero();
        }
    }

    @Test
    void aNetworkThatTheControllerDoesNotKnowIsGivenUpAtOnce() {
        List<String> options = planet.options("unknown");
        String unknown = planet.network().substring(0, 10) + "abcdef";
        CommandRun run = CommandRun.of(concat(List.of("join", unknown), options.subList(2, options.size())));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("does not know this network: check the network id");
    }

    @Test
    void udpListenShowsAndEchoesWhatUdpSendSends() throws Exception {
        try (LiveCommand listen = command("udp-listen", "udp-listen", "7001", "--echo", "--count", "2")) {
            listen.awaitProgress("listening on UDP port 7001");
            CommandRun sent = run("udp-send", "udp-send", ipv4(listen), "7001", "hello", "--wait", "30s");
            assertThat(sent.exitCode()).as(sent.err()).isZero();
            assertThat(sent.out()).contains(":7001 5 bytes: hello");

            CommandRun everybody = run("udp-send", "udp-send", "255.255.255.255", "7001", "\u001b[2J", "--wait", "30s");
            assertThat(everybody.exitCode()).as(everybody.err()).isZero();
            assertThat(listen.exitCode()).isZero();
            assertThat(listen.out()).contains(" 5 bytes: hello").contains(" 4 bytes: 1b5b324a");
        }
    }

    @Test
    void udpListenJoinsAMulticastGroup() throws Exception {
        try (LiveCommand listen =
                command("group", "udp-listen", "7002", "--group", "239.1.2.3", "--count", "1", "-j")) {
            listen.awaitProgress("listening on UDP port 7002");
            // The group's members are learnt in time; a multicast may be lost until then.
            while (listen.out().isEmpty()) {
                CommandRun sent = run("group-send", "udp-send", "239.1.2.3", "7002", "to the group");
                assertThat(sent.exitCode()).as(sent.err()).isZero();
            }
            assertThat(listen.exitCode()).isZero();
            assertThat(JSON.std.mapFrom(listen.out())).containsEntry("text", "to the group");
        }
    }

    @Test
    void tapShowsAndWritesWhatTheRulesCopyToIt() throws Exception {
        Path file = folder.resolve("frames.pcap");
        String[] written = {"tap", "--pcap", file.toString(), "--count", "3", "--seconds", "50"};
        try (LiveCommand tap = command("tap", written);
                LiveCommand listen = command("tapped", "udp-listen", "7003", "--echo")) {
            long observer = Long.parseLong(
                    tap.awaitProgress("tapping; node (\\p{XDigit}{10})").group(1), 16);
            listen.awaitProgress("listening on UDP port 7003");
            planet.rules(List.of(
                    Rule.match(RuleType.MATCH_IP_PROTOCOL, 17),
                    Rule.forward(RuleType.ACTION_TEE, observer, 0),
                    Rule.ACCEPT));
            while (tap.isRunning()) {
                CommandRun sent = run("tap-send", "udp-send", ipv4(listen), "7003", "tapped", "--wait", "30s");
                assertThat(sent.exitCode()).as(sent.err()).isZero();
            }

            assertThat(tap.exitCode()).isZero();
            assertThat(tap.err()).contains("3 frames, ");
        } finally {
            planet.rules(List.of(Rule.ACCEPT));
        }
        List<String> texts = new ArrayList<>();
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).startsWith(0xa1, 0xb2, 0x3c, 0x4d);
        for (int at = 24; at < bytes.length; ) {
            int length = ByteBuffer.wrap(bytes, at + 8, 4).getInt();
            texts.add(new String(bytes, at + 16, length, StandardCharsets.ISO_8859_1));
            at += 16 + length;
        }
        assertThat(texts).hasSize(3).allMatch(text -> text.endsWith("tapped"));
        CommandRun again = run("tap", written);
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("--force");
    }

    @Test
    void tapEndsWhenTheTimeIsOver() {
        CommandRun run = run("tap-time", "tap", "--seconds", "0.2", "-j");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"frames\":0");
    }

    @Test
    void whatIsNotOnTheNetworkIsNotReachedThroughTheOperatingSystem() {
        CommandRun run = run("stray", "call", "192.0.2.1", "80");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("192.0.2.1 is not on the network");
    }

    /** To a node that it has never heard of; and it ends when that is found, not when the time is over. */
    @Test
    void aSingleDatagramArrivesThoughTheCommandEndsAtOnce() throws Exception {
        try (LiveCommand listen = command("single-listen", "udp-listen", "7009", "--count", "2")) {
            String address = ipv4(listen);
            String id = listen.awaitProgress("node (\\p{XDigit}{10})").group(1);
            listen.awaitProgress("listening on UDP port 7009");

            CommandRun byAddress = run("single-send", "udp-send", address, "7009", "one", "--linger", "1h");
            CommandRun byId = run("single-send-2", "udp-send", id, "7009", "two", "--linger", "1h");

            assertThat(byAddress.exitCode()).as(byAddress.err()).isZero();
            assertThat(byId.exitCode()).as(byId.err()).isZero();
            assertThat(listen.exitCode()).as(listen.err()).isZero();
            assertThat(listen.out()).contains("one").contains("two");
        }
    }

    @Test
    void nobodyListeningIsAFailureThatNamesTheAddress() throws Exception {
        try (LiveCommand stay = command("stay", "join", planet.network(), "--stay")) {
            String address = stay.await("address (10\\.71\\.82\\.\\d+)/24").group(1);
            CommandRun run = run("caller", "call", address, "9");

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("no connection to " + address + ":9: Connection refused");
            assertThat(stay.interrupt()).isZero();
        }
    }

    private static String[] concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all.toArray(String[]::new);
    }
}
