package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames that a network's rules divert to an observer, on the simulated internet. */
@Tag("any-jdk")
class DiversionTest {
    private final SimNet net = new SimNet(14);
    private final SimPlanet planet = new SimPlanet(net);
    private final Vl2Host carol = new Vl2Host(net, planet, "83.1.1.1:9993", 3, new MemoryStateStore());
    private final Vl2Host alice = new Vl2Host(net, planet, "81.1.1.1:9993", 1, new MemoryStateStore());
    private final Vl2Host bob = new Vl2Host(net, planet, "82.1.1.1:9993", 2, new MemoryStateStore());
    private final Vl2Host eve = new Vl2Host(net, planet, "84.1.1.1:9993", 4, new MemoryStateStore());
    private final long networkId = NetworkId.of(carol.address(), 5);
    private final Controller controller = new Controller(carol.host.node().vl1(), carol.store, carol.networks);

    private VirtualNetwork atAlice;
    private VirtualNetwork atBob;
    private VirtualNetwork atEve;

    @BeforeEach
    void startController() {
        carol.networks.attach(controller);
        net.run(1000);
    }

    private void start(boolean isPrivate, Rule... rules) {
        controller.put(
                NetworkDefinition.builder(networkId)
                        .isPrivate(isPrivate)
                        .rules(List.of(rules))
                        .build(),
                net.nowMillis());
        for (Vl2Host member : List.of(alice, bob)) {
            controller.authorize(networkId, member.address(), net.nowMillis());
        }
        atAlice = alice.join(networkId);
        atBob = bob.join(networkId);
        atEve = eve.join(networkId);
    }

    private void awaitAll(VirtualNetwork... members) {
        for (VirtualNetwork member : members) {
            assertThat(net.runUntil(15_000, () -> member.status() == NetworkStatus.OK))
                    .isTrue();
        }
    }

    private void letEveIn() {
        controller.authorize(networkId, eve.address(), net.nowMillis());
        carol.host.touch();
    }

    private static Rule inbound() {
        return Rule.match(RuleType.MATCH_CHARACTERISTICS, 1L << 63);
    }

    @ParameterizedTest
    @CsvSource({
        "ACTION_TEE, false, TEE_OUTBOUND",
        "ACTION_WATCH, false, WATCH_OUTBOUND",
        "ACTION_REDIRECT, false, REDIRECT_OUTBOUND",
        "ACTION_TEE, true, TEE_INBOUND",
        "ACTION_WATCH, true, WATCH_INBOUND",
        "ACTION_REDIRECT, true, REDIRECT_INBOUND",
    })
    void theObserverGetsTheFrameWithWhatWasDone(RuleType action, boolean atReceiver, Diversion expected) {
        Rule where = atReceiver ? inbound() : inbound().not();
        start(true, where, Rule.forward(action, eve.address(), 0), Rule.ACCEPT);
        letEveIn();
        awaitAll(atAlice, atBob, atEve);

        alice.send(atAlice, atBob.mac(), "hello");
        net.run(7000);

        Vl2Host.Frame frame = new Vl2Host.Frame(atAlice.mac(), atBob.mac(), 0x0800, "hello");
        long by = (atReceiver ? bob : alice).address();
        assertThat(eve.diverted).containsExactly(new Vl2Host.Diverted(expected, by, frame));
        assertThat(eve.frames).hasSize(expected.isRedirect() ? 1 : 0);
        assertThat(bob.frames).hasSize(expected.isRedirect() ? 0 : 1);
    }

    @Test
    void aCopyIsCutToItsLength() {
        start(false, inbound().not(), Rule.forward(RuleType.ACTION_TEE, eve.address(), 3), Rule.ACCEPT);
        awaitAll(atAlice, atBob, atEve);

        alice.send(atAlice, atBob.mac(), "hello");
        net.run(7000);

        assertThat(eve.diverted).extracting(each -> each.frame().text()).containsExactly("hel");
        assertThat(bob.texts()).containsExactly("hello");
    }

    @Test
    void whoIsNoMemberDivertsNothingToUs() {
        start(true, Rule.ACCEPT);
        letEveIn();
        awaitAll(atEve);
        controller.deauthorize(networkId, alice.address(), net.nowMillis());

        sendDiverted(alice, Diversion.TEE_OUTBOUND.flags(), atAlice.mac(), atEve.mac());
        net.run(10_000);

        assertThat(eve.diverted).isEmpty();
        assertThat(eve.networks.dropped(NetworkDropReason.NOT_A_MEMBER)).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Diversion.class)
    void aMemberDivertsOthersFramesOnlyIfTheRulesNameUs(Diversion diversion) {
        start(false, Rule.ACCEPT);
        awaitAll(atAlice, atBob, atEve);

        sendDiverted(alice, diversion.flags(), atBob.mac(), atAlice.mac());
        net.run(7000);

        assertThat(eve.diverted).isEmpty();
        assertThat(eve.networks.dropped(NetworkDropReason.WRONG_MAC)).isEqualTo(1);
    }

    private void sendDiverted(Vl2Host from, int flags, long sourceMac, long destinationMac) {
        ByteWriter writer = from.host.node().vl1().begin(eve.address(), Verb.EXT_FRAME);
        writer.putLong(networkId).putByte(flags).putMac(destinationMac).putMac(sourceMac);
        writer.putShort(0x0800).putBytes("forged".getBytes(StandardCharsets.US_ASCII));
        from.host.node().vl1().send(false, net.nowMillis());
        from.host.touch();
    }
}
