package io.ztnio.provider.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.controller.api.Answer;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.runtime.PreparedIdentities;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, methods, codes and fields of the local API, as {@code docs/service-api.md} has them. */
class LocalApiTest {
    private static final long NOW = 1_700_000_000_123L;
    private static final String NETWORK = "8056c2e21c000001";

    private final Identity identity = PreparedIdentities.next();
    private final FakeNode node = new FakeNode(identity);
    private final MemoryStateStore store = new MemoryStateStore();
    private final List<String> controlled = new CopyOnWriteArrayList<>();
    private LocalApi api;
    private String token;
    private String metricsToken;

    @BeforeEach
    void start() throws IOException {
        api = new LocalApi(node, store, Optional.of(Path.of("/home/zt")), new Control(), new SplittableRandom(1));
        token = text("authtoken.secret");
        metricsToken = text("metricstoken.secret");
    }

    private final class Control implements ServedController {
        @Override
        public Answer handle(String method, List<String> segments, String body, long nowMillis) {
            controlled.add(method + " " + segments + " " + body + " " + nowMillis);
            return segments.equals(List.of("unknown")) ? Answer.NOT_FOUND : new Answer(202, "{\"a\":1}");
        }

        @Override
        public Answer handleUnstable(String method, List<String> segments) {
            controlled.add("unstable " + method + " " + segments);
            return new Answer(200, "[]");
        }
    }

    private String text(String key) throws IOException {
        return new String(store.get(key).orElseThrow(), StandardCharsets.US_ASCII);
    }

    private LocalApi.Reply call(String method, String path, String body) {
        return api.answer(new ApiRequest(method, path, "", Map.of(), body), NOW);
    }

    private Map<String, Object> object(String method, String path, String body) throws IOException {
        LocalApi.Reply reply = call(method, path, body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return JSON.std.mapFrom(reply.body());
    }

    private int refusal(String path, String query, Map<String, String> headers) {
        return api.refuse(new ApiRequest("GET", path, query, headers, ""))
                .map(LocalApi.Reply::status)
                .orElse(0);
    }

    @Test
    void theTokensAreMadeOnceAndKept() throws IOException {
        assertThat(token).matches("[a-z0-9]{24}").isNotEqualTo(metricsToken);

        LocalApi again = new LocalApi(node, store, Optional.empty(), ServedController.NONE, new SplittableRandom(2));

        assertThat(text("authtoken.secret")).isEqualTo(token);
        assertThat(again.refuse(new ApiRequest("GET", "/status", "", Map.of("x-zt1-auth", token), "")))
                .isEmpty();
    }

    @Test
    void aTokenIsTakenFromThreePlacesAndNoneButHealthIsWithout() {
        assertThat(refusal("/status", "", Map.of("X-ZT1-Auth", token))).isZero();
        assertThat(refusal("/status", "", Map.of("x-zt1-auth", token))).isZero();
        assertThat(refusal("/status", "a=b&auth=" + token, Map.of())).isZero();
        assertThat(refusal("/status", "", Map.of("Authorization", "Bearer " + token)))
                .isZero();
        assertThat(refusal("/status", "", Map.of("Authorization", "bearer " + token)))
                .isZero();
        assertThat(refusal("/health", "", Map.of())).isZero();

        assertThat(refusal("/status", "", Map.of())).isEqualTo(401);
        assertThat(refusal("/controller/network", "", Map.of())).isEqualTo(401);
        assertThat(refusal("/nothing", "", Map.of())).isEqualTo(401);
        assertThat(refusal("/status", "auth=%zz", Map.of())).isEqualTo(401);
        assertThat(refusal("/status", "auth=" + token + "x", Map.of())).isEqualTo(401);
        assertThat(refusal("/status", "", Map.of("Authorization", "Basic " + token)))
                .isEqualTo(401);
        assertThat(refusal("/status", "", Map.of("Authorization", token))).isEqualTo(401);
        // As with the daemon, the first place counts; an empty header is none.
        assertThat(refusal("/status", "auth=" + token, Map.of("X-ZT1-Auth", "")))
                .isZero();
        assertThat(refusal("/status", "auth=" + token, Map.of("X-ZT1-Auth", "wrong")))
                .isEqualTo(401);
    }

    @Test
    void theTokenOfTheMetricsIsForNothingElse() {
        assertThat(refusal("/metrics", "", Map.of("X-ZT1-Auth", metricsToken))).isZero();
        assertThat(refusal("/metrics", "", Map.of("X-ZT1-Auth", token))).isZero();
        assertThat(refusal("/metrics", "", Map.of())).isEqualTo(401);
        assertThat(refusal("/status", "", Map.of("X-ZT1-Auth", metricsToken))).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "Host, evil.example",
        "Host, evil.example:9993",
        "Host, 127.0.0.1.evil.example",
        "Host, 192.0.2.1:9993",
        "Origin, https://evil.example",
        "Origin, null",
        "Origin, http://localhost.evil.example",
        "Origin, file://",
        "Sec-Fetch-Site, cross-site"
    })
    void pagesOfOtherOriginsAreRefusedWhateverTheyKnow(String header, String value) {
        assertThat(refusal("/status", "", Map.of("X-ZT1-Auth", token, header, value)))
                .isEqualTo(403);
        assertThat(refusal("/health", "", Map.of(header, value))).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "Host, 127.0.0.1:9993",
        "Host, LOCALHOST",
        "Host, [::1]:9993",
        "Host, 127.1.2.3",
        "Origin, http://localhost:3000",
        "Origin, https://127.0.0.1",
        "Sec-Fetch-Site, same-origin"
    })
    void whatIsOnThisMachineIsNot(String header, String value) {
        assertThat(refusal("/status", "", Map.of("X-ZT1-Auth", token, header, value)))
                .isZero();
    }

    @Test
    void aNetworkIsJoinedChangedShownAndLeft() throws IOException {
        assertThat(call("GET", "/network/" + NETWORK, "").status()).isEqualTo(404);

        Map<String, Object> joined = object("POST", "/network/" + NETWORK.toUpperCase(java.util.Locale.ROOT), "{}");
        assertThat(joined)
                .containsOnlyKeys(
                        "allowDNS",
                        "allowDefault",
                        "allowGlobal",
                        "allowManaged",
                        "assignedAddresses",
                        "bridge",
                        "broadcastEnabled",
                        "dhcp",
                        "dns",
                        "id",
                        "mac",
                        "mtu",
                        "multicastSubscriptions",
                        "name",
                        "netconfRevision",
                        "nwid",
                        "portDeviceName",
                        "portError",
                        "routes",
                        "status",
                        "type")
                .containsEntry("id", NETWORK)
                .containsEntry("status", "REQUESTING_CONFIGURATION")
                .containsEntry("type", "PRIVATE")
                .containsEntry("mtu", 2800)
                .containsEntry("allowManaged", true);

        Map<String, Object> changed =
                object("PUT", "/network/" + NETWORK, "{\"allowGlobal\":true,\"allowDNS\":1,\"allowManaged\":false}");
        assertThat(changed)
                .containsEntry("allowGlobal", true)
                .containsEntry("allowDNS", false)
                .containsEntry("allowManaged", false);
        assertThat(object("POST", "/network/" + NETWORK, "garbage")).isEqualTo(changed);
        assertThat(JSON.std.listFrom(call("GET", "/network", "").body())).containsExactly(changed);

        assertThat(object("DELETE", "/network/" + NETWORK, "")).isEqualTo(Map.of("result", true));
        assertThat(object("DELETE", "/network/" + NETWORK, "")).isEmpty();
        assertThat(call("GET", "/network", "").body()).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1]",
                "null",
                "{\"allowGlobal\":\"true\"}",
                "\u0000",
                "{\"allowGlobal\":true} x",
                "{\"allowGlobal\":true}{}",
                "{\"allowGlobal\":true,\"allowGlobal\":false}"
            })
    void whatABodyDoesNotSayChangesNothing(String body) throws IOException {
        assertThat(object("POST", "/network/" + NETWORK, body)).containsEntry("allowGlobal", false);
        assertThat(node.report().networks().get(0).settings()).isEqualTo(NetworkSettings.DEFAULT);
    }

    @Test
    void theStatusHasTheDaemonsFields() throws IOException {
        node.tcpRelay(new NodeReport.TcpRelay(true, false, true, "192.0.2.7:443"));
        store.put("local.conf", "{\"settings\":{\"zork\":1,\"homeDir\":\"x\"}}".getBytes(StandardCharsets.UTF_8));

        Map<String, Object> status = object("GET", "/status", "");

        assertThat(status)
                .containsOnlyKeys(
                        "address",
                        "clock",
                        "config",
                        "online",
                        "planetWorldId",
                        "planetWorldTimestamp",
                        "publicIdentity",
                        "tcpFallbackActive",
                        "version",
                        "versionBuild",
                        "versionMajor",
                        "versionMinor",
                        "versionRev")
                .containsEntry("clock", NOW)
                .containsEntry("tcpFallbackActive", true)
                .containsEntry("publicIdentity", identity.toPublicString());
        assertThat(status.toString()).doesNotContain(identity.toSecretString());
        Map<?, ?> settings = (Map<?, ?>) ((Map<?, ?>) status.get("config")).get("settings");
        assertThat(settings.get("primaryPort")).isEqualTo(9993);
        assertThat(settings.get("allowTcpFallbackRelay")).isEqualTo(true);
        assertThat(settings.get("forceTcpRelay")).isEqualTo(false);
        assertThat(settings.get("tcpFallbackRelay")).isEqualTo("192.0.2.7/443");
        assertThat(settings.get("zork")).isEqualTo(1);
        assertThat(settings.get("homeDir")).isEqualTo("/home/zt");
    }

    @Test
    void whoIsReachedByTheTcpRelayIsTunneled() throws IOException {
        assertThat(object("GET", "/peer/8e4df28b72", "")).containsEntry("tunneled", false);

        node.tcpRelay(new NodeReport.TcpRelay(true, true, true, "[2001:db8::1]:443"));

        assertThat(object("GET", "/peer/8e4df28b72", "")).containsEntry("tunneled", true);
        assertThat(object("GET", "/peer/8e4df28b74", "")).containsEntry("tunneled", false);
        assertThat(call("GET", "/status", "").body()).contains("\"tcpFallbackRelay\":\"2001:db8::1/443\"");
    }

    @Test
    void peersHaveTheDaemonsFields() throws IOException {
        List<Object> peers = JSON.std.listFrom(call("GET", "/peer", "").body());

        assertThat(peers).hasSize(3);
        Map<String, Object> peer = object("GET", "/peer/8e4df28b72", "");
        assertThat(peers.get(0)).isEqualTo(peer);
        assertThat(peer)
                .containsEntry("role", "PLANET")
                .containsEntry("version", "1.14.1")
                .containsEntry("versionRev", 1)
                .containsEntry("latency", 7);
        assertThat(((List<?>) peer.get("paths")).get(0))
                .isEqualTo(Map.of(
                        "active", true,
                        "address", "192.0.2.9/9993",
                        "expired", false,
                        "lastReceive", 5,
                        "lastSend", 0,
                        "localPort", 9993,
                        "localSocket", 0,
                        "preferred", true,
                        "trustedPathId", 0));
        assertThat(object("GET", "/peer/8e4df28b73", ""))
                .containsEntry("version", "-1.-1.-1")
                .containsEntry("latency", -1);
        assertThat(object("GET", "/peer/1111111111", "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "000000"})
    void moonsAreOrbitedByIdsWithZerosInFrontAndWithout(String zeros) throws IOException {
        Identity root = PreparedIdentities.next();
        String path = "/moon/" + zeros + String.format("%010x", root.address());
        assertThat(object("GET", path, "")).isEmpty();
        assertThat(object("POST", path, "{}")).isEmpty();
        assertThat(object("POST", path, "{\"seed\":\"0\"}")).isEmpty();
        assertThat(node.orbits()).isEmpty();

        assertThat(object("POST", path, "{\"seed\":\"8e4df28b72\"}"))
                .containsEntry("id", String.format("%016x", root.address()))
                .containsEntry("waiting", true)
                .containsEntry("signature", null);
        assertThat(node.orbits()).isEqualTo(Map.of(root.address(), 0x8e4df28b72L));
        assertThat(object("GET", path, "")).containsEntry("waiting", true).containsEntry("roots", List.of());
        assertThat(call("GET", "/moon", "").body())
                .startsWith("[{\"id\":\"" + String.format("%016x", root.address()))
                .contains("\"waiting\":true");
        assertThat(object("POST", path, "{\"seed\":\"8e4df28b73\"}")).containsEntry("waiting", true);
        assertThat(node.orbits()).isEqualTo(Map.of(root.address(), 0x8e4df28b73L));

        node.knows(FakeNode.moon(root));
        assertThat(object("POST", path, "{\"seed\":\"8e4df28b72\"}"))
                .containsEntry("waiting", false)
                .containsEntry("timestamp", 1_700_000_000_000L)
                .containsEntry(
                        "roots",
                        List.of(Map.of(
                                "identity", root.toPublicString(), "stableEndpoints", List.of("192.0.2.1/9993"))));
        assertThat(object("DELETE", path, "")).isEqualTo(Map.of("result", true));
        assertThat(call("GET", "/moon", "").body()).isEqualTo("[]");
    }

    @Test
    void settingsOfLocalConfAreMergedIntoTheFile() throws IOException {
        assertThat(call("GET", "/config", "").body()).isEqualTo("{}");
        store.put("local.conf", "{\"virtual\":{},\"settings\":{\"a\":1,\"b\":2}}".getBytes(StandardCharsets.UTF_8));

        assertThat(object("POST", "/config/settings", "{\"b\":3,\"c\":null}")).isEmpty();

        assertThat(call("GET", "/config", "").body())
                .isEqualTo("{\"settings\":{\"a\":1,\"b\":3,\"c\":null},\"virtual\":{}}");
        assertThat(text("local.conf")).contains("\"b\"");
    }

    /** As by the daemon; nothing says better that nothing was kept. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x", "{\"a\":1} x"})
    void settingsThatAreNotJsonAreAnError(String body) throws IOException {
        LocalApi.Reply reply = call("POST", "/config/settings", body);

        assertThat(reply.status()).isEqualTo(500);
        assertThat(JSON.std.mapFrom(reply.body())).containsEntry("error", 500).containsKey("description");
        assertThat(store.get("local.conf")).isEmpty();
        assertThat(object("POST", "/config/settings", "[1]")).isEmpty();
    }

    /** A comma too many must not cost what else a person has written. */
    @Test
    void aLocalConfThatCannotBeReadIsNotReplaced() throws IOException {
        byte[] damaged = "{\"settings\":{\"a\":1,}}".getBytes(StandardCharsets.UTF_8);
        store.put("local.conf", damaged);

        assertThat(call("POST", "/config/settings", "{\"b\":3}").status()).isEqualTo(500);

        assertThat(store.get("local.conf")).hasValue(damaged);
        assertThat(call("GET", "/config", "").body()).isEqualTo("{}");
    }

    @Test
    void metricsAreText() {
        node.join(0x8056c2e21c000001L);
        LocalApi.Reply metrics = call("GET", "/metrics", "");

        assertThat(metrics.type()).startsWith("text/plain");
        assertThat(metrics.body().lines().filter(line -> !line.startsWith("#")))
                .allMatch(line -> line.matches("[a-z_]+(\\{([a-z_]+=\"[^\"]*\",?)+})? -?\\d+"))
                .contains(
                        "zt_data{direction=\"rx\",protocol=\"udp\"} 2",
                        "zt_data{direction=\"tx\",protocol=\"udp\"} 4",
                        "zt_packet{direction=\"rx\",packet_type=\"frame\"} 4",
                        "zt_packet{direction=\"tx\",packet_type=\"frame\"} 0",
                        "zt_packet{direction=\"tx\",packet_type=\"qos\"} 3",
                        "zt_packet_error{direction=\"tx\",error_type=\"obj_not_found\"} 2",
                        "zt_num_networks 1",
                        "zt_network_packets{accepted=\"no\",direction=\"rx\",network_id=\"8056c2e21c000001\"} 2",
                        "zt_network_packets{accepted=\"yes\",direction=\"tx\",network_id=\"8056c2e21c000001\"} 3",
                        "controller_network_count 2",
                        "controller_member_count 30",
                        "zt_peer_path_count{node_id=\"8e4df28b72\",status=\"alive\"} 1",
                        "ztnio_relayed_datagrams_total 7");
    }

    @Test
    void whatIsBelowControllerIsHandedOn() {
        LocalApi.Reply reply = call("POST", "/controller/network/" + NETWORK + "/member", "{}");

        assertThat(reply).isEqualTo(new LocalApi.Reply(202, "application/json", "{\"a\":1}"));
        assertThat(call("GET", "/controller", "").status()).isEqualTo(202);
        assertThat(call("GET", "/controller/unknown", "").status()).isEqualTo(404);
        assertThat(call("GET", "/unstable/controller/network/", "").body()).isEqualTo("[]");
        assertThat(call("GET", "/unstable", "").status()).isEqualTo(404);
        assertThat(controlled)
                .containsExactly(
                        "POST [network, " + NETWORK + ", member] {} " + NOW,
                        "GET []  " + NOW,
                        "GET [unknown]  " + NOW,
                        "unstable GET [network, ]");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nothing, 404",
        "GET, /, 404",
        "GET, /status/, 404",
        "GET, /network/, 404",
        "GET, /network/8056c2e21c00000, 404",
        "POST, /status, 404",
        "DELETE, /status, 404",
        "OPTIONS, /status, 404",
        "PATCH, /network/8056c2e21c000001, 404",
        "POST, /network/0000000000000000, 400",
        "GET, /bond/show/8e4df28b72, 400",
        "POST, /bond/rotate/8e4df28b72, 400",
        "GET, /bond/rotate/8e4df28b72, 404",
        "POST, /bond/show/8e4df28b74, 404",
        "POST, /bond/rotate/8e4df28b74, 200",
        "POST, /bond/setmtu/1400/eth1/192.0.2.10, 400",
        "GET, /controllers, 404",
        "HEAD, /status, 200"
    })
    void whatIsNotThereIsAnsweredAsByTheDaemon(String method, String path, int status) {
        assertThat(call(method, path, "{}").status()).isEqualTo(status);
    }

    /** As with the daemon: what was answered is there after a kill. */
    @Test
    void aChangeIsAnsweredWhenItIsKept() {
        call("GET", "/network", "");
        call("HEAD", "/controller/network", "");
        assertThat(node.stored()).isEqualTo(-1);

        call("POST", "/network/" + NETWORK, "");
        assertThat(node.stored()).isEqualTo(1);
        call("DELETE", "/network/" + NETWORK, "");
        assertThat(node.stored()).isZero();
        node.join(1);
        call("PUT", "/controller/network", "");
        assertThat(node.stored()).isEqualTo(1);
    }

    @Test
    void aHeadOfTheControllersIsAnsweredAsAGet() {
        assertThat(call("HEAD", "/controller/network", "").status()).isEqualTo(202);
        assertThat(call("HEAD", "/unstable/controller/network", "").status()).isEqualTo(200);

        assertThat(controlled).containsExactly("GET [network]  " + NOW, "unstable GET [network]");
    }

    @Test
    void aBondIsShownWithItsLinksAsByTheDaemon() {
        String shown = call("GET", "/bond/show/8e4df28b74", "").body();

        assertThat(shown)
                .isEqualTo(call("GET", "/peer/8e4df28b74", "").body())
                .contains(
                        "\"bondingPolicyCode\":4,\"bondingPolicyStr\":\"balance-xor\",\"downDelay\":0,"
                                + "\"failoverInterval\":1000,\"isBonded\":true",
                        "\"numAliveLinks\":1,\"numTotalLinks\":1,\"packetsPerLink\":64",
                        "\"assignedFlowCount\":3,\"bonded\":1,\"eligible\":1,\"expired\":false,"
                                + "\"givenLinkSpeed\":100,\"ifname\":\"eth1\",\"lastInAge\":" + (NOW - 5),
                        "\"latencyMean\":2.5,\"latencyVariance\":0.5",
                        "\"packetErrorRatio\":0.0,\"packetLossRatio\":0.25",
                        "\"relativeQuality\":1.0",
                        "\"ifname\":\"\"");
        assertThat(call("GET", "/peer/8e4df28b72", "").body()).contains("\"isBonded\":false");
    }
}
