package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.api.Answer;
import io.ztnio.protocol.controller.api.ControllerApi;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A controller driven by the requests that front-ends make, beside what the daemon 1.14.1 answered and kept. */
@Tag("any-jdk")
class ControllerApiTest {
    /** What differs on purpose, or by the clock; {@code protocol.md} 9.6 has the list. */
    private static final Set<String> OTHERS = Set.of(
            "creationTime",
            "lastAuthorizedTime",
            "lastDeauthorizedTime",
            "remoteTraceLevel",
            "ssoEnabled",
            "ssoExempt",
            "revision",
            "description");

    private final SimNet net = new SimNet(51);
    private final SimPlanet planet = new SimPlanet(net);
    private final MemoryStateStore carolState = new MemoryStateStore();
    private final Vl2Host carol = new Vl2Host(net, planet, "83.1.1.1:9993", 3, carolState);
    private final Vl2Host alice = new Vl2Host(net, planet, "81.1.1.1:9993", 1, new MemoryStateStore());
    private final Vl2Host bob = new Vl2Host(net, planet, "82.1.1.1:9993", 2, new MemoryStateStore());
    private final long networkId = NetworkId.of(carol.address(), 0xabcdef);
    private final String network = "/controller/network/" + NetworkId.format(networkId);
    private Controller controller;
    private ControllerApi api;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void startController() {
        controller = new Controller(carol.host.node().vl1(), carol.store, carol.networks);
        carol.networks.attach(controller);
        api = new ControllerApi(controller, warnings::add);
        net.run(1000);
    }

    private static String resource(String name) {
        try (InputStream in = ControllerApiTest.class.getResourceAsStream("/controller/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    private Answer ask(String method, String path, String body) {
        List<String> parts = Arrays.asList(path.substring(1).split("/", -1));
        Answer answer = parts.get(0).equals("unstable")
                ? api.handleUnstable(method, parts.subList(2, parts.size()))
                : api.handle(method, parts.subList(1, parts.size()), body, net.nowMillis());
        carol.host.touch();
        return answer;
    }

    private JsonObject post(String path, String body) {
        Answer answer = ask("POST", path, body);
        assertThat(answer.status()).as("%s %s", path, answer.json()).isEqualTo(200);
        return JsonObject.parse(answer.json());
    }

    private String member(Vl2Host host) {
        return network + "/member/" + Address.format(host.address());
    }

    private VirtualNetwork join(Vl2Host host, NetworkStatus status) {
        VirtualNetwork joined = host.join(networkId);
        await(joined, status);
        return joined;
    }

    private void await(VirtualNetwork joined, NetworkStatus status) {
        assertThat(net.runUntil(70_000, () -> joined.status() == status))
                .as("%s within 70 s", status)
                .isTrue();
    }

    @Test
    void rulesThatAreLeftOutAreNamedAndTheAnswerIsTheDaemons() {
        JsonObject some = post(
                network,
                "{\"rules\":[{\"type\":\"MATCH_FOO\"},{\"type\":\"ACTION_DROP\"},7,{\"type\":\"a\\nb\"}],"
                        + "\"capabilities\":[{\"id\":5,\"rules\":[{}]}]}");

        assertThat(some.objects("rules"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.text("type", "")).isEqualTo("ACTION_DROP"));
        assertThat(warnings)
                .containsExactly(
                        "network " + NetworkId.format(networkId) + ": rules that are not known are left out, and"
                                + " what follows them applies without them: rules[0] MATCH_FOO, rules[2] without a type,"
                                + " rules[3] a?b, rules of the capability 5[0] without a type");
        warnings.clear();

        JsonObject none = post(network, "{\"rules\":[" + "{\"type\":\"X\"},".repeat(99) + "{\"type\":\"X\"}]}");

        assertThat(none.objects("rules")).isEmpty();
        assertThat(warnings)
                .singleElement()
                .asString()
                .hasSizeLessThan(500)
                .endsWith(" and 92 more. No rule is left, so that nothing passes on this network");
        warnings.clear();
        post(network, "{\"rules\":[{\"type\":\"ACTION_ACCEPT\"}]}");
        assertThat(warnings).isEmpty();
    }

    private static JsonObject comparable(JsonObject answer) {
        JsonObject result = answer.copy();
        OTHERS.forEach(result::remove);
        if (result.get("name") instanceof String name && name.matches("viaunderscore|new")) {
            result.remove("id");
            result.remove("nwid");
        }
        if (result.number("mtu", 0) > 9869) {
            result.put("mtu", 9869);
        }
        result.list("rules")
                .ifPresent(rules -> result.put(
                        "rules",
                        rules.stream()
                                .filter(rule -> !JsonObject.of(rule)
                                        .orElseThrow()
                                        .text("type", "")
                                        .equals("INTEGER_RANGE"))
                                .toList()));
        return result;
    }

    @Test
    void answersAreThoseOfTheDaemon() {
        JsonObject transcript = JsonObject.parse(resource("transcript.json"));
        String own = Address.format(carol.address());
        JsonObject exchanges = JsonObject.parse(transcript.toString().replace(transcript.text("controller", ""), own));

        for (JsonObject exchange : exchanges.objects("exchanges")) {
            String request =
                    exchange.text("method", "") + " " + exchange.text("path", "") + " " + exchange.text("body", "");
            Answer answer = ask(exchange.text("method", ""), exchange.text("path", ""), exchange.text("body", ""));
            assertThat(answer.status()).as(request).isEqualTo((int) exchange.number("status", 0));
            exchange.object("answer")
                    .ifPresent(wanted -> assertThat(comparable(JsonObject.parse(answer.json())))
                            .as(request)
                            .isEqualTo(comparable(wanted)));
        }
    }

    @Test
    void whatTheDaemonKeptIsKeptToTheByteWithWhatIsUnknownHere() {
        String own = Address.format(carol.address());
        String networkFile = "controller.d/network/" + own + "abcdef.json";
        String memberFile = "controller.d/network/" + own + "abcdef/member/1111111111.json";
        String storedNetwork =
                resource("network.json").strip().replace("af2ae8ebd0", own).replace("\"id\"", "\"aaa\":1,\"id\"");
        String storedMember = resource("member.json").strip().replace("af2ae8ebd0", own);
        carolState.put(networkFile, storedNetwork.getBytes(StandardCharsets.UTF_8));
        carolState.put(memberFile, storedMember.getBytes(StandardCharsets.UTF_8));

        startController();
        JsonObject changed = post(network, "{\"name\":\"moved\"}");
        post(network + "/member/1111111111", "{\"name\":\"jim\"}");

        assertThat(Json.parse(text(networkFile))).isEqualTo(Json.parse(changed.toString()));
        assertThat(JsonObject.parse(text(networkFile)))
                .isEqualTo(JsonObject.parse(storedNetwork).put("name", "moved").put("revision", 15));
        assertThat(text(memberFile))
                .isEqualTo(storedMember.replace("joe", "jim").replace("\"revision\":3", "\"revision\":4"));
        assertThat(carol.problems).isEmpty();
    }

    private String text(String file) {
        return new String(carolState.get(file).orElseThrow(), StandardCharsets.UTF_8);
    }

    @Test
    void everyRuleComesBackAsItWasWritten() {
        List<?> rules = JsonObject.parse(resource("network.json")).list("rules").orElseThrow();
        List<Object> all = new ArrayList<>(rules);
        all.add(Json.parse(
                "{\"bits\":16,\"end\":\"0000000000000020\",\"idx\":4,\"little\":true,\"not\":false,\"or\":false,"
                        + "\"start\":\"0000000000000010\",\"type\":\"INTEGER_RANGE\"}"));

        Object kept =
                post(network, new JsonObject().put("rules", all).toString()).get("rules");

        assertThat(kept).isEqualTo(all);
        Set<RuleType> types = controller.network(networkId).orElseThrow().rules().stream()
                .map(rule -> rule.type())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<RuleType> missing = new TreeSet<>(Set.of(RuleType.values()));
        missing.removeAll(types);
        assertThat(missing).containsExactly(RuleType.ACTION_PRIORITY);
    }

    @Test
    void newNetworksGetAnIdOfThisController() {
        JsonObject first = post("/controller/network", "{}");
        JsonObject second = post("/controller/network/" + Address.format(carol.address()) + "______", "{}");

        assertThat(ask("GET", "/controller/network", "").json())
                .isEqualTo(Json.write(new TreeSet<>(Set.of(first.text("id", ""), second.text("id", "")))));
        assertThat(first.text("id", "")).startsWith(Address.format(carol.address()));
        assertThat(ask("POST", "/controller/network/1234567890______", "{}").status())
                .isEqualTo(400);
    }

    @Test
    void listsCountMembers() {
        post(network, "{\"name\":\"one\"}");
        post(member(alice), "{\"authorized\":true}");
        post(member(bob), "{}");

        JsonObject networks =
                JsonObject.parse(ask("GET", "/unstable/controller/network", "").json());
        JsonObject members = JsonObject.parse(
                ask("GET", "/unstable" + network + "/member", "").json());

        assertThat(networks.get("meta")).isEqualTo(Json.parse("{\"networkCount\":1}"));
        assertThat(networks.objects("data").get(0).get("meta"))
                .isEqualTo(Json.parse("{\"totalMemberCount\":2,\"authorizedMemberCount\":1}"));
        assertThat(members.get("meta")).isEqualTo(Json.parse("{\"totalCount\":2,\"authorizedCount\":1}"));
        assertThat(members.objects("data")).hasSize(2);
        assertThat(JsonObject.parse(ask("GET", network + "/member", "").json()).fields())
                .isEqualTo(JsonObject.parse("{\"" + Address.format(alice.address()) + "\":1,\""
                                + Address.format(bob.address()) + "\":1}")
                        .fields());
    }

    @Test
    void aMemberGetsAllThatTheNetworkSays() {
        post(network, """
                {"name":"n","mtu":10000,"multicastLimit":7,"enableBroadcast":false,
                 "routes":[{"target":"10.7.0.0/16"},{"target":"10.9.0.0/16","via":"10.7.0.1"},{"target":"fd07::/64"}],
                 "ipAssignmentPools":[{"ipRangeStart":"10.7.1.1","ipRangeEnd":"10.7.1.9"},
                                      {"ipRangeStart":"fd07::1","ipRangeEnd":"fd07::ffff"}],
                 "v4AssignMode":{"zt":true},"v6AssignMode":{"zt":true,"6plane":true,"rfc4193":true},
                 "dns":{"domain":"a.test","servers":["10.7.0.53"]},
                 "rules":[{"type":"MATCH_ETHERTYPE","etherType":2048,"not":true},{"type":"ACTION_DROP"},
                          {"type":"ACTION_ACCEPT"}],
                 "tags":[{"id":1,"default":5},{"id":2,"default":null}],
                 "capabilities":[{"id":8,"default":true,"rules":[{"type":"ACTION_ACCEPT"}]},{"id":9,"rules":[]}],
                 "remoteTraceTarget":"deadbeef00","remoteTraceLevel":10}""");
        post(member(alice), "{\"authorized\":true,\"tags\":[[2,6]],\"capabilities\":[9],\"activeBridge\":true}");

        var config = join(alice, NetworkStatus.OK).config().orElseThrow();

        assertThat(config.mtuBytes()).isEqualTo(9869);
        assertThat(config.multicastLimit()).isEqualTo(7);
        assertThat(config.rules()).hasSize(3);
        assertThat(config.tags())
                .extracting(tag -> tag.id() + "=" + tag.value())
                .containsExactly("1=5", "2=6");
        assertThat(config.capabilities()).extracting(each -> each.id()).containsExactly(8, 9);
        assertThat(config.dns().domain()).isEqualTo("a.test");
        assertThat(config.traceTarget()).isEqualTo(0xdeadbeef00L);
        assertThat(config.routes()).hasSize(3);
        assertThat(config.addresses()).extracting(InetPrefix::bits).containsExactlyInAnyOrder(88, 40, 64, 16);
        assertThat(config.specialists()).hasSize(1);
        JsonObject kept = JsonObject.parse(ask("GET", member(alice), "").json());
        assertThat(kept.get("tags")).isEqualTo(Json.parse("[[1,5],[2,6]]"));
        assertThat(kept.get("capabilities")).isEqualTo(Json.parse("[9,8]"));
        assertThat(kept.list("ipAssignments").orElseThrow()).hasSize(2);
        assertThat(kept.number("vMajor", -1)).isEqualTo(1);
        assertThat(kept.text("identity", "")).startsWith(Address.format(alice.address()) + ":0:");
    }

    /** Front-ends show it of every member, and what is sent unasked is not answered by a request. */
    @Test
    void theVersionOfAMemberIsKnownAsSoonAsItIsLetIn() {
        post(network, "{}");
        VirtualNetwork atAlice = join(alice, NetworkStatus.ACCESS_DENIED);
        JsonObject waiting = JsonObject.parse(ask("GET", member(alice), "").json());
        assertThat(waiting.number("vMajor", 0)).isEqualTo(-1);

        post(member(alice), "{\"authorized\":true}");

        JsonObject member = JsonObject.parse(ask("GET", member(alice), "").json());
        assertThat(member.number("vMajor", -1)).isEqualTo(1);
        assertThat(member.number("vMinor", -1)).isEqualTo(14);
        assertThat(member.number("vProto", -1)).isEqualTo(12);
        net.run(1000);
        assertThat(atAlice.status()).isEqualTo(NetworkStatus.OK);
    }

    /** What the daemon makes of them; a blank must not make a route to everywhere. */
    @ParameterizedTest
    @CsvSource({
        "'10.1.0.0/16 ', 10.1.0.0/16",
        "'10.1.0.0/ 16', 10.1.0.0/16",
        "10.1.0.0/+16, 10.1.0.0/16",
        "10.1.0.0/16x, 10.1.0.0/16",
        "10.1.0.0/16/8, 10.1.0.0/16",
        "fd00::/64x, fd00::/64",
        "10.1.0.0/x, 10.1.0.0/0",
        "10.1.0.0, 10.1.0.0/0",
        "10.1.0.0/-1, ''",
        "10.1.0.0/99999999999, ''",
        "10.1.0.0/33, ''"
    })
    void aPrefixLengthIsWhatItsDigitsSay(String target, String kept) {
        JsonObject answer = post(network, Json.write(Map.of("routes", List.of(Map.of("target", target)))));

        assertThat(answer.objects("routes"))
                .extracting(route -> route.text("target", ""))
                .isEqualTo(kept.isEmpty() ? List.of() : List.of(kept));
    }

    /** As the daemon: a rule for an address of the other family does not match every address instead. */
    @ParameterizedTest
    @CsvSource({
        "MATCH_IPV6_DEST, 10.0.0.0/8, ::/8",
        "MATCH_IPV4_DEST, fd00::/8, 0.0.0.0/8",
        "MATCH_IPV4_DEST, fd00::/64, 0.0.0.0/32",
        "MATCH_IPV4_DEST, ' 10.0.0.0/8', 0.0.0.0/8",
        "MATCH_IPV6_DEST, 10.0.0.0/-1, ::/128",
        "MATCH_IPV4_DEST, 10.0.0.0/8, 10.0.0.0/8",
        "MATCH_IPV4_DEST, 10.0.0.0, 10.0.0.0/0",
        "MATCH_IPV4_DEST, x/8, 0.0.0.0/0"
    })
    void aRuleKeepsThePrefixLengthOfAnAddressThatItCannotHave(String type, String ip, String kept) {
        JsonObject answer = post(network, Json.write(Map.of("rules", List.of(Map.of("type", type, "ip", ip)))));

        assertThat(answer.objects("rules").get(0).text("ip", "")).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\":\"\\ud800\"}", "{\"\\udc00\":1}", "{\"name\":[\"x\\ud800y\"]}", "\uFFFD"})
    void halfACharacterIsNotJson(String body) {
        assertThat(ask("POST", network, body).status()).isEqualTo(500);
        assertThat(ask("GET", network, "").status()).isEqualTo(404);
        assertThat(post(network, "{\"name\":\"\\ud83d\\ude00\"}").text("name", ""))
                .isEqualTo("\ud83d\ude00");
    }

    /** The node waits meanwhile, and has to read the record again after its next start. */
    @Test
    @Timeout(60)
    void aNameAsLongAsABodyCostsNothing() {
        String name = "\ud83d\ude00".repeat(250_000);

        JsonObject answer = post(
                network,
                Json.write(Map.of("name", name, "dns", Map.of("domain", name, "servers", List.of("10.1.0.1")))));

        assertThat(answer.text("name", "")).isEqualTo(name);
        assertThat(controller.network(networkId).orElseThrow().name())
                .isEqualTo("\ud83d\ude00".repeat(NetworkConfig.MAX_NAME_LENGTH / 4));
    }

    /** The daemon answers too, and keeps nothing. */
    @Test
    void nothingIsKeptOfTheNetworkThatIsNone() {
        String none = "/controller/network/0000000000000000";

        assertThat(post(none, "{\"name\":\"x\"}").has("revision")).isFalse();

        assertThat(ask("GET", none, "").status()).isEqualTo(404);
        assertThat(ask("GET", "/controller/network", "").json()).isEqualTo("[]");
    }

    @Test
    void poolsAreGivenFromOnlyIfTheNetworkSaysSo() {
        post(network, """
                {"private":false,"routes":[{"target":"10.7.0.0/16"}],
                 "ipAssignmentPools":[{"ipRangeStart":"10.7.1.1","ipRangeEnd":"10.7.1.9"}]}""");
        VirtualNetwork atAlice = join(alice, NetworkStatus.OK);
        assertThat(atAlice.config().orElseThrow().addresses()).isEmpty();
        assertThat(JsonObject.parse(ask("GET", member(alice), "").json()).text("lastAuthorizedCredentialType", ""))
                .isEqualTo("public");

        post(network, "{\"v4AssignMode\":{\"zt\":true}}");
        net.run(1000);

        assertThat(atAlice.config().orElseThrow().addresses()).hasSize(1);
    }

    @Test
    void aChangeReachesMembersWithoutThatTheyAskAndAMemberWhoIsPutOutIsKnownAtOnce() {
        post(network, "{}");
        post(member(alice), "{\"authorized\":true}");
        post(member(bob), "{\"authorized\":true}");
        VirtualNetwork atAlice = join(alice, NetworkStatus.OK);
        VirtualNetwork atBob = join(bob, NetworkStatus.OK);
        bob.send(atBob, atAlice.mac(), "before");
        net.run(7000);

        post(network, "{\"name\":\"changed\"}");
        net.run(1000);
        assertThat(atAlice.config().orElseThrow().name()).isEqualTo("changed");
        post(member(bob), "{\"authorized\":false}");
        net.run(1000);
        bob.send(atBob, atAlice.mac(), "after");
        net.run(1000);

        assertThat(alice.texts()).containsExactly("before");
        await(atBob, NetworkStatus.ACCESS_DENIED);
    }

    @Test
    void aMemberThatHasNotAskedSinceTheControllerStartedIsToldOfChangesToo() {
        post(network, "{}");
        post(member(alice), "{\"authorized\":true}");
        VirtualNetwork atAlice = join(alice, NetworkStatus.OK);
        net.run(5000);

        startController();
        post(network, "{\"name\":\"after the restart\"}");
        net.run(1000);

        assertThat(atAlice.config().orElseThrow().name()).isEqualTo("after the restart");
    }

    @Test
    void deletedNetworksAndMembersAreGoneWithTheirFiles() {
        post(network, "{}");
        post(member(alice), "{\"authorized\":true}");
        post(member(bob), "{\"authorized\":true}");
        VirtualNetwork atAlice = join(alice, NetworkStatus.OK);
        VirtualNetwork atBob = join(bob, NetworkStatus.OK);
        bob.send(atBob, atAlice.mac(), "before");
        net.run(7000);

        assertThat(ask("DELETE", member(bob), "").status()).isEqualTo(200);
        net.run(1000);
        bob.send(atBob, atAlice.mac(), "after");
        net.run(1000);
        assertThat(alice.texts()).containsExactly("before");
        assertThat(ask("DELETE", network, "").status()).isEqualTo(200);

        assertThat(ask("GET", network, "").status()).isEqualTo(404);
        assertThat(carolState.list("controller.d/network")).isEmpty();
        assertThat(carolState.list("controller.d/network/" + NetworkId.format(networkId) + "/member"))
                .isEmpty();
        await(atAlice, NetworkStatus.NOT_FOUND);
    }

    @Test
    void whoMustSignInIsToldWhereAndComesInWhenHeHas() {
        post(network, "{\"ssoEnabled\":true,\"authorizationEndpoint\":\"https://login.test/\"}");
        post(member(alice), "{\"authorized\":true}");
        VirtualNetwork atAlice = join(alice, NetworkStatus.AUTHENTICATION_REQUIRED);
        assertThat(atAlice.singleSignOn().url()).isEqualTo("https://login.test/");

        post(member(alice), "{\"authenticationExpiryTime\":" + (net.nowMillis() + 120_000) + "}");
        await(atAlice, NetworkStatus.OK);

        assertThat(net.runUntil(200_000, () -> atAlice.status() == NetworkStatus.AUTHENTICATION_REQUIRED))
                .isTrue();
    }

    @Test
    void whoSignsInByOpenIdConnectHasANonceOfItsOwnAndAStateThatOnlyTheControllerCanMake() {
        post(
                network,
                "{\"ssoEnabled\":true,\"issuer\":\"https://id.test/\",\"clientId\":\"me\",\"provider\":\"keycloak\","
                        + "\"centralAuthURL\":\"https://back.test/\"}");
        post(member(alice), "{\"authorized\":true}");
        post(member(bob), "{\"authorized\":true}");
        VirtualNetwork atAlice = join(alice, NetworkStatus.AUTHENTICATION_REQUIRED);
        VirtualNetwork atBob = join(bob, NetworkStatus.AUTHENTICATION_REQUIRED);

        SingleSignOn asked = atAlice.singleSignOn();
        assertThat(asked.version()).isEqualTo(1);
        assertThat(asked.url()).isEqualTo("https://id.test/");
        assertThat(asked.clientId()).isEqualTo("me");
        assertThat(asked.provider()).isEqualTo("keycloak");
        assertThat(asked.centralUrl()).isEqualTo("https://back.test/");
        assertThat(asked.nonce())
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(atBob.singleSignOn().nonce());
        assertThat(asked.state()).matches("[0-9a-f]{96}_" + NetworkId.format(networkId));
        JsonObject known = JsonObject.parse(ask("GET", member(alice), "").json());
        assertThat(known.text("ssoNonce", "")).isEqualTo(asked.nonce());
        assertThat(known.text("ssoState", "")).isEqualTo(asked.state());

        net.run(400_000);
        assertThat(atAlice.singleSignOn().nonce()).isNotEqualTo(asked.nonce());
        assertThat(atAlice.singleSignOn().state()).isNotEqualTo(asked.state());

        post(member(alice), "{\"authenticationExpiryTime\":" + (net.nowMillis() + 900_000) + "}");
        await(atAlice, NetworkStatus.OK);
        SingleSignOn signedIn = atAlice.config().orElseThrow().singleSignOn();
        assertThat(signedIn.version()).isEqualTo(1);
        assertThat(signedIn.clientId()).isEqualTo("me");
        net.run(400_000);
        assertThat(atAlice.config().orElseThrow().singleSignOn().nonce())
                .as("who has signed in keeps its nonce")
                .isEqualTo(signedIn.nonce());
    }

    @Test
    void hostileBodiesAreRefused() {
        for (String body : List.of("", "{", "nonsense", "{} {}", "[".repeat(5000), "\"\u0000")) {
            assertThat(ask("POST", network, body).status()).as(body).isEqualTo(500);
        }
        assertThat(controller.networkRecords()).isEmpty();
    }

    /** As 1.14.1: answered like any other, with revision 0, and not there afterwards. */
    @Test
    void theMemberOfAddressZeroIsAnsweredAndNotKept() {
        api.handle("POST", List.of("network", NetworkId.format(networkId)), "{}", net.nowMillis());
        List<String> path = List.of("network", NetworkId.format(networkId), "member", "0000000000");

        Answer answer = api.handle("POST", path, "{\"authorized\": true}", net.nowMillis());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json()).contains("\"revision\":0").contains("\"id\":\"0000000000\"");
        assertThat(api.handle("GET", path, "", net.nowMillis()).status()).isEqualTo(404);
    }
}
