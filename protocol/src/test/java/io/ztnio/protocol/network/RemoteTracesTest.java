package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.credential.CredentialPacket;
import io.ztnio.protocol.node.NodeEvent;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.protocol.wire.Verb;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What members tell the node that a network's configuration names. */
@Tag("any-jdk")
class RemoteTracesTest {
    private static final List<Rule> ONLY_IPV6 =
            List.of(Rule.match(RuleType.MATCH_ETHERTYPE, 0x86dd), Rule.ACCEPT, Rule.DROP);

    private final SimNet net = new SimNet(15);
    private final SimPlanet planet = new SimPlanet(net);
    private final Vl2Host carol = new Vl2Host(net, planet, "83.1.1.1:9993", 3, new MemoryStateStore());
    private final Vl2Host alice = new Vl2Host(net, planet, "81.1.1.1:9993", 1, new MemoryStateStore());
    private final Vl2Host bob = new Vl2Host(net, planet, "82.1.1.1:9993", 2, new MemoryStateStore());
    private final long networkId = NetworkId.of(carol.address(), 5);

    private Controller controller;
    private VirtualNetwork atAlice;

    @BeforeEach
    void start() {
        controller = new Controller(carol.host.node().vl1(), carol.store, carol.networks);
        carol.networks.attach(controller);
        net.run(1000);
        controller.put(NetworkDefinition.builder(networkId).isPrivate(true).build(), net.nowMillis());
        controller.authorize(networkId, alice.address(), net.nowMillis());
        atAlice = alice.join(networkId);
        assertThat(net.runUntil(15_000, () -> atAlice.status() == NetworkStatus.OK))
                .isTrue();
        net.run(5000);
    }

    /** Alice has to tell Bob. */
    private void trace(long level, List<Rule> rules) {
        NetworkConfig now = atAlice.config().orElseThrow();
        atAlice.install(NetworkConfig.builder(networkId, alice.address())
                .timestamp(now.timestampMillis(), now.credentialTimeMaxDeltaMillis())
                .membership(now.membership().orElseThrow())
                .multicastLimit(32)
                .rules(rules)
                .trace(bob.address(), level)
                .build());
    }

    private List<Dictionary> traces() {
        return bob.host.events().stream()
                .flatMap(event -> event instanceof NodeEvent.RemoteTrace trace ? Stream.of(trace) : Stream.empty())
                .peek(trace -> assertThat(trace.sender()).isEqualTo(alice.address()))
                .map(trace -> Dictionary.parse(trace.trace().toByteArray()))
                .toList();
    }

    private Dictionary onlyTrace() {
        List<Dictionary> all = traces();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void aFrameThatTheRulesKeepBackIsTold() {
        trace(RemoteTraces.LEVEL_VERBOSE, ONLY_IPV6);

        alice.send(atAlice, carolsMac(), "hello");
        net.run(5000);

        Dictionary trace = onlyTrace();
        assertThat(new String(trace.toByteArray(), StandardCharsets.US_ASCII))
                .isEqualTo(String.join(
                        "\n",
                        "event=2000",
                        String.format("networkId=%016x", networkId),
                        String.format("sourceMac=%016x", atAlice.mac()),
                        String.format("destMac=%016x", carolsMac()),
                        "etherType=0000000000000800",
                        "vlanId=0000000000000000",
                        "frameLength=0000000000000005",
                        "reason=filter blocked"));
    }

    private long carolsMac() {
        return MacAddress.of(carol.address(), networkId);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "9, 0", "10, 1", "15, 2", "30, 2"})
    void theLevelSaysHowMuch(long level, int expected) {
        trace(level, ONLY_IPV6);

        alice.send(atAlice, carolsMac(), "hello");
        net.run(5000);

        assertThat(traces()).hasSize(expected);
    }

    @Test
    void aVerdictComesWithTheFrame() {
        trace(RemoteTraces.LEVEL_RULES, List.of(Rule.ACCEPT));

        alice.send(atAlice, carolsMac(), "x".repeat(300));
        net.run(5000);

        Dictionary trace = onlyTrace();
        assertThat(trace.text("event")).isEqualTo("2006");
        assertThat(trace.number("filterResult", -1)).isEqualTo(1);
        assertThat(trace.flag("filterInbound")).isFalse();
        assertThat(trace.address("sourceZtAddr")).isEqualTo(alice.address());
        assertThat(trace.address("destZtAddr")).isEqualTo(carol.address());
        assertThat(trace.number("frameLength", -1)).isEqualTo(300);
        assertThat(trace.text("frameData")).isEqualTo("x".repeat(256));
    }

    @Test
    void aStrangerIsTold() {
        trace(RemoteTraces.LEVEL_VERBOSE, List.of(Rule.ACCEPT));

        ByteWriter writer = carol.host.node().vl1().begin(alice.address(), Verb.FRAME);
        writer.putLong(networkId).putShort(0x0800).putByte(7);
        carol.host.node().vl1().send(false, net.nowMillis());
        carol.host.touch();
        net.run(2000);

        Dictionary trace = onlyTrace();
        assertThat(trace.text("event")).isEqualTo("2001");
        assertThat(trace.address("remoteZtAddr")).isEqualTo(carol.address());
        assertThat(trace.number("packetVerb", -1)).isEqualTo(Verb.FRAME.code());
        assertThat(trace.text("remotePhyAddr")).isEqualTo("83.1.1.1/9993");
    }

    @Test
    void aForgedTagIsTold() {
        trace(0, List.of(Rule.ACCEPT));
        io.ztnio.protocol.credential.Tag genuine = io.ztnio.protocol.credential.Tag.sign(
                SimIdentities.of(3), networkId, net.nowMillis(), 7, 8, carol.address());
        byte[] bytes = genuine.encode();
        bytes[20] ^= 1;

        io.ztnio.protocol.credential.Tag forged =
                io.ztnio.protocol.credential.Tag.read(new ByteReader(bytes)).orElseThrow();
        new CredentialPacket(List.of(), List.of(), List.of(forged), List.of(), List.of())
                .write(carol.host.node().vl1().begin(alice.address(), Verb.NETWORK_CREDENTIALS));
        carol.host.node().vl1().send(true, net.nowMillis());
        carol.host.touch();
        net.run(2000);

        Dictionary trace = onlyTrace();
        assertThat(trace.text("event")).isEqualTo("2003");
        assertThat(trace.number("credType", -1)).isEqualTo(3);
        assertThat(trace.address("credIssuedTo")).isEqualTo(carol.address());
        assertThat(trace.text("reason")).isEqualTo("invalid");
    }

    @Test
    void theWayToAMemberIsTold() {
        Vl2Host dave = dave();
        trace(0, List.of(Rule.ACCEPT));

        VirtualNetwork atDave = dave.networks.network(networkId).orElseThrow();
        dave.send(atDave, MacAddress.of(alice.address(), networkId), "hello");
        net.run(10_000);
        assertThat(alice.texts()).contains("hello");
        int before = traces().size();

        net.move(dave.host, null, "85.1.1.1:9993");
        dave.send(atDave, MacAddress.of(alice.address(), networkId), "again");
        net.run(10_000);

        List<Dictionary> after = traces().subList(before, traces().size());
        assertThat(after)
                .extracting(trace -> trace.text("event"))
                .containsOnlyOnce("1002")
                .contains("1001");
        for (Dictionary trace : after) {
            assertThat(trace.address("remoteZtAddr")).isEqualTo(dave.address());
            assertThat(trace.text("remotePhyAddr")).isEqualTo("85.1.1.1/9993");
            assertThat(trace.number("networkId", 0)).isEqualTo(networkId);
            assertThat(trace.number("localSocket", -1)).isZero();
        }
    }

    @Test
    void theWayToWhoIsNoMemberIsNot() {
        trace(30, List.of(Rule.ACCEPT));
        Vl2Host stranger = new Vl2Host(net, planet, "84.1.1.1:9993", 4, new MemoryStateStore());
        net.run(1000);

        stranger.host.say(alice.address(), "hello");
        net.run(10_000);

        assertThat(alice.host.node().peers(net.nowMillis())).anyMatch(peer -> peer.address() == stranger.address());
        assertThat(traces()).isEmpty();
    }

    @Test
    void anotherAddressOfOursIsTold() {
        trace(0, List.of(Rule.ACCEPT));

        net.move(alice.host, null, "86.1.1.1:9993");
        net.run(60_000);

        Dictionary trace = traces("1000").get(0);
        assertThat(trace.address("remoteZtAddr")).isEqualTo(SimIdentities.of(0).address());
        assertThat(trace.text("localPhyAddr")).isEqualTo("86.1.1.1/9993");
        assertThat(trace.text("remotePhyAddr"))
                .isEqualTo(SocketAddressField.format(planet.root().address()));
        assertThat(trace.number("phyAddrIpScope", -1)).isEqualTo(4);
    }

    private Vl2Host dave() {
        Vl2Host dave = new Vl2Host(net, planet, "84.1.1.1:9993", 4, new MemoryStateStore());
        net.run(1000);
        controller.authorize(networkId, dave.address(), net.nowMillis());
        VirtualNetwork atDave = dave.join(networkId);
        assertThat(net.runUntil(15_000, () -> atDave.status() == NetworkStatus.OK))
                .isTrue();
        return dave;
    }

    private List<Dictionary> traces(String event) {
        return traces().stream()
                .filter(trace -> event.equals(trace.text("event")))
                .toList();
    }

    @Test
    void aNetworkHasALimit() {
        trace(RemoteTraces.LEVEL_VERBOSE, ONLY_IPV6);

        for (int i = 0; i < 1000; i++) {
            alice.send(atAlice, carolsMac(), "hello");
        }
        net.run(5000);

        assertThat(traces()).hasSizeLessThanOrEqualTo(RemoteTraces.BURST).isNotEmpty();
        assertThat(alice.networks.dropped(NetworkDropReason.TRACES_LIMITED)).isEqualTo(1000 - RemoteTraces.BURST);
    }

    @Test
    void nobodyIsToldUnlessTheConfigurationNamesSomebodyElse() {
        NetworkConfig now = atAlice.config().orElseThrow();
        for (long target : new long[] {0, alice.address()}) {
            atAlice.install(NetworkConfig.builder(networkId, alice.address())
                    .timestamp(now.timestampMillis(), now.credentialTimeMaxDeltaMillis())
                    .membership(now.membership().orElseThrow())
                    .rules(ONLY_IPV6)
                    .trace(target, 30)
                    .build());
            alice.send(atAlice, carolsMac(), "hello");
            net.run(2000);
        }

        assertThat(traces()).isEmpty();
        assertThat(alice.networks.dropped(NetworkDropReason.FILTERED)).isEqualTo(2);
    }

    @Test
    void severalTracesInAPacketAreTakenApartAndWhatDoesNotEndIsNone() {
        ByteWriter writer = alice.host.node().vl1().begin(bob.address(), Verb.REMOTE_TRACE);
        writer.putBytes(new byte[] {'a', '=', '1', 0, 0, 'b', '=', '2', 0, 'c'});
        alice.host.node().vl1().send(true, net.nowMillis());
        alice.host.touch();
        net.run(5000);

        assertThat(traces())
                .extracting(trace -> new String(trace.toByteArray(), StandardCharsets.US_ASCII))
                .containsExactly("a=1", "b=2");
    }
}
