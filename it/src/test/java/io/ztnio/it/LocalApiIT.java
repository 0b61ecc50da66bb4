package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.ControlledNode;
import io.ztnio.it.lab.ControlledNode.Answer;
import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.OwnNode;
import io.ztnio.it.lab.RealDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The local API beside the daemon's: the same script, and the daemon's own command line against ours. */
@RealDaemon
class LocalApiIT {
    private static final String UNKNOWN_NETWORK = "8056c2e21c000009";
    private static final String UNKNOWN_NODE = "0123456789";

    /** What does not depend on which member of a network is asked. */
    private static final List<String> OF_THE_NETWORK = List.of(
            "broadcastEnabled",
            "dhcp",
            "dns",
            "id",
            "mtu",
            "name",
            "netconfRevision",
            "nwid",
            "portError",
            "routes",
            "status",
            "type");

    private static DaemonPlanet planet;
    private static Path home;
    private static OwnNode node;

    @BeforeAll
    static void setUp() throws IOException {
        planet = new DaemonPlanet();
        home = planet.lab().newDirectory("ztnio-api");
        // So that both have the same to tell.
        Files.copy(planet.member().home().resolve("local.conf"), home.resolve("local.conf"));
        node = OwnNode.member(planet.lab().java1(), planet.planet(), home, "--join", planet.network());
        node.awaitNetworkStatus(planet.network(), "OK");
    }

    @AfterAll
    static void tearDown() {
        if (planet != null) {
            planet.close();
        }
    }

    private static List<String> script() {
        String network = "/network/" + planet.network();
        String root = planet.planet().rootAddress();
        return List.of(
                "GET /status",
                "GET /health",
                "GET /config",
                "GET /network",
                "GET " + network,
                "GET /network/" + UNKNOWN_NETWORK,
                "POST " + network + " {\"allowGlobal\":true,\"allowDNS\":1}",
                "PUT " + network + " garbage",
                "POST " + network + " {\"allowGlobal\":false}",
                "GET /peer",
                "GET /peer/" + root,
                "GET /peer/" + UNKNOWN_NODE,
                "GET /moon",
                "GET /moon/" + UNKNOWN_NODE,
                "POST /moon/" + UNKNOWN_NODE + " {}",
                "POST /moon/" + UNKNOWN_NODE + " {\"seed\":\"" + UNKNOWN_NODE + "\"}",
                "DELETE /moon/" + UNKNOWN_NODE,
                "POST /network/" + UNKNOWN_NETWORK + " {}",
                "GET /network/" + UNKNOWN_NETWORK,
                "DELETE /network/" + UNKNOWN_NETWORK,
                "DELETE /network/" + UNKNOWN_NETWORK,
                "POST /config/settings {\"zork\":1}",
                "GET /config",
                "GET /bond/show/" + root,
                "GET /nothing",
                "POST /status {}",
                "DELETE /status",
                "OPTIONS /status",
                "GET /status/",
                "GET /network/8056");
    }

    private static List<Answer> run(ControlledNode asked, List<String> requests) {
        List<Answer> answers = new ArrayList<>();
        for (String request : requests) {
            String[] parts = request.split(" ", 3);
            answers.add(asked.request(parts[0], parts[1], parts.length > 2 ? parts[2] : ""));
        }
        return answers;
    }

    private static List<Answer> daemons(List<String> requests) {
        return run(planet.member(), requests);
    }

    private static List<Answer> ours(List<String> requests) {
        return run(node, requests);
    }

    @Test
    void everyAnswerHasTheDaemonsStatusNamesAndTypes() {
        List<String> requests = script();
        List<Answer> daemon = daemons(requests);
        List<Answer> own = ours(requests);

        List<String> differences = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            Answer theirs = daemon.get(i);
            Answer mine = own.get(i);
            if (theirs.status() != mine.status() || !theirs.type().equals(mine.type())) {
                differences.add(requests.get(i) + ": " + theirs + " but " + mine);
            }
            compare(requests.get(i), theirs.json(), mine.json(), differences);
        }

        assertThat(differences).isEmpty();
    }

    @Test
    void aNetworkIsTheSameForBoth() {
        List<String> request = List.of("GET /network/" + planet.network());
        Map<?, ?> daemon = (Map<?, ?>) daemons(request).get(0).json();
        Map<?, ?> own = (Map<?, ?>) ours(request).get(0).json();

        for (String field : OF_THE_NETWORK) {
            assertThat(own.get(field)).as(field).isEqualTo(daemon.get(field));
        }
        List<Object> addresses = List.copyOf((List<?>) daemon.get("assignedAddresses"));
        assertThat(List.<Object>copyOf((List<?>) own.get("assignedAddresses")))
                .hasSameSizeAs(addresses)
                .doesNotContainAnyElementsOf(addresses);
        assertThat((List<?>) own.get("multicastSubscriptions")).isNotEmpty();
    }

    @Test
    void ourMetricsAreTheDaemonsWithItsTypesAndLabels() {
        Set<String> daemon = metrics(daemons(List.of("GET /metrics")).get(0));
        Set<String> own = metrics(ours(List.of("GET /metrics")).get(0));

        assertThat(own).contains("ztnio_online{}", "# TYPE ztnio_online gauge");
        assertThat(own.stream().filter(series -> series.matches("(# TYPE )?zt_.*")))
                .containsExactlyInAnyOrderElementsOf(daemon.stream()
                        .filter(series -> series.matches("(# TYPE )?zt_.*"))
                        .filter(series -> !series.contains("internal_server_error"))
                        .toList());
        assertThat(daemon).anyMatch(series -> series.contains("zt_peer_latency_bucket"));
    }

    /** The types, and each series without the numbers of nodes and networks; labels in order. */
    private static Set<String> metrics(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.type()).startsWith("text/plain");
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("# TYPE ") || !line.startsWith("#"))
                .filter(line -> !line.isBlank())
                .map(line -> line.startsWith("#") ? line.strip() : series(line))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String series(String line) {
        String name = line.replaceFirst("[{ ].*", "");
        String labels = line.contains("{") ? line.replaceFirst(".*\\{(.*)}.*", "$1") : "";
        return Arrays.stream(labels.split(",", -1))
                .map(label -> label.replaceFirst("(node|network)_id=.*", "$1_id"))
                .sorted()
                .collect(Collectors.joining(",", name + "{", "}"));
    }

    /** Names and types; of lists the first elements. What is empty at one of them says nothing. */
    private static void compare(String place, Object theirs, Object mine, List<String> differences) {
        if (!type(theirs).equals(type(mine))) {
            differences.add(place + ": " + type(theirs) + " but " + type(mine));
        } else if (theirs instanceof Map<?, ?> expected && mine instanceof Map<?, ?> actual) {
            if (!expected.keySet().equals(actual.keySet())) {
                differences.add(place + ": " + expected.keySet() + " but " + actual.keySet());
            }
            expected.forEach((name, value) -> {
                if (actual.containsKey(name)) {
                    compare(place + "." + name, value, actual.get(name), differences);
                }
            });
        } else if (theirs instanceof List<?> expected
                && mine instanceof List<?> actual
                && !expected.isEmpty()
                && !actual.isEmpty()) {
            compare(place + "[]", expected.get(0), actual.get(0), differences);
        }
    }

    private static String type(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Map) {
            return "object";
        }
        if (value instanceof List) {
            return "list";
        }
        return value instanceof Number ? "number" : value.getClass().getSimpleName();
    }

    /** The daemon's command line, on the host of our node. */
    private static String cli(String... arguments) {
        return node.cli(arguments).orThrow().output();
    }

    @Test
    void theDaemonsCommandLineWorksAgainstOurNode() throws IOException {
        String network = planet.network();

        assertThat(cli("info")).startsWith("200 info ").contains(" ONLINE");
        assertThat(cli("-j", "info")).contains("\"online\": true");
        assertThat(cli("peers"))
                .contains(planet.planet().rootAddress())
                .contains("PLANET")
                .contains("DIRECT");
        assertThat(cli("listpeers")).contains("200 listpeers " + planet.planet().rootAddress());
        assertThat(cli("listnetworks")).contains("200 listnetworks " + network).contains(" OK ");
        assertThat(cli("set", network, "allowGlobal=1")).contains("\"allowGlobal\":true");
        assertThat(cli("get", network, "allowGlobal").strip()).isEqualTo("1");
        // Files are written behind the answer.
        Path conf = home.resolve("networks.d").resolve(network + ".local.conf");
        Await.until("the settings are in the home", Duration.ofSeconds(30), () -> Files.exists(conf));
        assertThat(Files.readString(conf)).isEqualTo("allowManaged=1\nallowGlobal=1\nallowDefault=0\nallowDNS=0\n");
        assertThat(cli("set", network, "allowGlobal=0")).contains("\"allowGlobal\":false");
        assertThat(cli("get", network, "ip4").strip()).matches("10\\.99\\.0\\.\\d+");
        assertThat(cli("join", UNKNOWN_NETWORK)).contains("200 join OK");
        assertThat(home.resolve("networks.d").resolve(UNKNOWN_NETWORK + ".conf"))
                .exists();
        assertThat(cli("listnetworks")).contains("200 listnetworks " + UNKNOWN_NETWORK);
        assertThat(cli("leave", UNKNOWN_NETWORK)).contains("200 leave OK");
        assertThat(cli("listnetworks")).doesNotContain(UNKNOWN_NETWORK);
        assertThat(cli("orbit", UNKNOWN_NODE, UNKNOWN_NODE)).contains("200 orbit OK");
        // The daemon does not list what it waits for.
        assertThat(cli("listmoons")).contains(UNKNOWN_NODE).contains("\"waiting\": true");
        assertThat(cli("deorbit", UNKNOWN_NODE)).contains("200 deorbit OK");
    }

    /** And the other way round. */
    @Test
    void ourCommandsWorkAgainstTheDaemon() {
        Path daemon = planet.member().home();
        List<String> outputs = new ArrayList<>();
        for (String line : List.of(
                "info", "peers", "listnetworks", "listmoons", "get " + planet.network() + " status", "dump -j")) {
            List<String> command = new ArrayList<>(JavaProgram.cli(line.split(" ", -1))
                    .with("-D", daemon.toString())
                    .command());
            outputs.add(planet.lab()
                    .member()
                    .run(command.toArray(String[]::new))
                    .orThrow()
                    .output());
        }

        assertThat(outputs.get(0)).contains(planet.member().address()).contains("online    yes");
        assertThat(outputs.get(1)).contains(planet.planet().rootAddress()).contains("DIRECT");
        assertThat(outputs.get(2)).contains(planet.network()).contains("10.99.0.");
        assertThat(outputs.get(3)).contains("no moons");
        assertThat(outputs.get(4).strip()).isEqualTo("OK");
        assertThat(outputs.get(5)).contains("\"peer\":[");
    }
}
