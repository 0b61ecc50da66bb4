package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Specialist;
import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.credential.CredentialPacket;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Traps of {@code docs/protocol.md} section 14 that are about networks and have no other test. */
@Tag("any-jdk")
class NetworkTrapsTest extends NetworksCase {
    private static final long GROUP = 0x01005e000005L;
    private static final MulticastGroup BROADCAST = new MulticastGroup(MacAddress.BROADCAST, 0);

    private final Vl2Host eve = new Vl2Host(net, planet, "84.1.1.1:9993", 4, new MemoryStateStore());

    private VirtualNetwork atAlice;
    private VirtualNetwork atBob;

    private void joinBoth() {
        define(network().isPrivate(false));
        atAlice = alice.join(networkId);
        atBob = bob.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);
    }

    /** 16. Bits 1 to 3 are one number: 3 is to watch, not to tee and to redirect, and 7 is nothing. */
    @ParameterizedTest
    @CsvSource({
        "0, ",
        "1, TEE_OUTBOUND",
        "2, REDIRECT_OUTBOUND",
        "3, WATCH_OUTBOUND",
        "4, TEE_INBOUND",
        "5, REDIRECT_INBOUND",
        "6, WATCH_INBOUND",
        "7, "
    })
    void threeBitsOfAFramesFlagsAreOneNumber(int number, Diversion expected) {
        for (int others : new int[] {0, 0x01, 0x10, 0xe0, 0xf1}) {
            assertThat(Diversion.of(number << 1 | others)).isEqualTo(expected);
        }
    }

    /** Old nodes put their certificate before what they found. */
    @Test
    void anAnswerToAMulticastMayBringACertificate() {
        define(network());
        authorize(alice, bob);
        atAlice = alice.join(networkId);
        atBob = bob.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);
        assertThat(atAlice.members.get(bob.address())).isNull();
        ByteWriter writer = new ByteWriter(2000);
        writer.putLong(networkId).putMac(GROUP).putInt(0).putByte(3);
        atBob.config().orElseThrow().membership().orElseThrow().write(writer);
        writer.putInt(1).putShort(1).putAddress(eve.address());

        alice.networks.multicastExchange.onFrameResult(
                fromCarol(), new ByteReader(writer.toByteArray()), net.nowMillis());

        assertThat(alice.networks
                        .table(networkId)
                        .members(new MulticastGroup(GROUP, 0), 0, net.nowMillis(), net.random()))
                .containsExactly(eve.address());
        assertThat(atAlice.members.get(bob.address()).passesGate(bob.host.node().identity()))
                .isTrue();
        assertThat(alice.networks.dropped(NetworkDropReason.MALFORMED)).isZero();
    }

    /** Of which only the sender is looked at. */
    private InboundPacket fromCarol() {
        Peer carols = alice.host.node().vl1().peer(carol.address()).orElseThrow();
        return (InboundPacket) Proxy.newProxyInstance(
                InboundPacket.class.getClassLoader(),
                new Class<?>[] {InboundPacket.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("sender");
                    return carols;
                });
    }

    /** 16. A number that nobody has given a meaning changes nothing about a frame. */
    @Test
    void aFrameWithANumberWithoutMeaningIsAnOrdinaryOne() {
        joinBoth();
        alice.send(atAlice, atBob.mac(), "credentials first");
        ByteWriter writer = alice.host.node().vl1().begin(bob.address(), Verb.EXT_FRAME);
        writer.putLong(networkId).putByte(7 << 1).putMac(atBob.mac()).putMac(atAlice.mac());
        writer.putShort(0x0800).putBytes(new byte[] {'x'});
        sendOf(alice);
        net.run(2_000);

        assertThat(bob.texts()).containsExactlyInAnyOrder("credentials first", "x");
        assertThat(bob.diverted).isEmpty();
    }

    private void sendOf(Vl2Host from) {
        from.host.node().vl1().send(false, net.nowMillis());
        from.host.touch();
    }

    private void replicateAtBob(boolean bobIsBridge) {
        joinBoth();
        VirtualNetwork atEve = eve.join(networkId);
        await(atEve, NetworkStatus.OK);
        for (VirtualNetwork member : List.of(atAlice, atBob, atEve)) {
            member.subscribe(GROUP, 0);
        }
        alice.send(atAlice, atBob.mac(), "to find a path");
        net.run(2_000);
        alice.send(atAlice, atBob.mac(), "to use it");
        net.run(8_000);
        assertThat(alice.host.node().vl1().peer(bob.address()).filter(peer -> peer.hasDirectPath(net.nowMillis())))
                .isPresent();
        long roles = Specialist.MULTICAST_REPLICATOR | (bobIsBridge ? Specialist.ACTIVE_BRIDGE : 0);
        for (VirtualNetwork member : List.of(atAlice, atBob, atEve)) {
            member.install(withSpecialist(member.config().orElseThrow(), Specialist.of(bob.address(), roles)));
        }
        // A replicator that knows nobody asks, but what it passes on does not wait for the answers.
        bob.send(atBob, GROUP, "who is there");
        net.run(8_000);
        for (Vl2Host host : List.of(alice, bob, eve)) {
            host.frames.clear();
        }

        alice.send(atAlice, GROUP, "replicate this");
        net.run(8_000);
    }

    private static NetworkConfig withSpecialist(NetworkConfig config, Specialist specialist) {
        return NetworkConfig.builder(config.networkId(), config.issuedTo())
                .timestamp(config.timestampMillis(), config.credentialTimeMaxDeltaMillis())
                .revision(config.revision())
                .flags(config.flags())
                .multicastLimit(config.multicastLimit())
                .isPublic(config.isPublic())
                .rules(config.rules())
                .specialists(List.of(specialist))
                .build();
    }

    /** 33. A replicated frame has its origin's MAC: only who may bring foreign ones is heard with it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAReplicatorPassesOnIsHeardIfItIsABridge(boolean bridge) {
        replicateAtBob(bridge);

        assertThat(bob.texts()).containsExactly("replicate this");
        assertThat(bob.frames.get(0).sourceMac()).isEqualTo(atAlice.mac());
        assertThat(eve.texts()).isEqualTo(bridge ? List.of("replicate this") : List.of());
        assertThat(eve.networks.dropped(NetworkDropReason.WRONG_MAC) > 0).isEqualTo(!bridge);
    }

    /** 34. Fewer are known than the limit, and the origin is one of them. */
    @Test
    void aReplicatedFrameDoesNotGoBackToItsOrigin() {
        replicateAtBob(true);

        assertThat(bob.networks
                        .tableOrNull(networkId)
                        .members(new MulticastGroup(GROUP, 0), 0, net.nowMillis(), net.random()))
                .contains(alice.address());
        // It would be dropped there as one that has our own MAC.
        assertThat(alice.frames).isEmpty();
        assertThat(alice.networks.dropped(NetworkDropReason.WRONG_MAC)).isZero();
    }

    /** 39. The capability was handed over by somebody whose key is told well within the second of the limit. */
    @Test
    void credentialsThatWaitedForASignersIdentityAreNotHeldForASecondPacket() {
        Identity giver = SimIdentities.of(5);
        planet.start(net.host("85.1.1.1:9993"), 5);
        joinBoth();
        alice.send(atAlice, atBob.mac(), "hello");
        net.run(2_000);
        assertThat(alice.host.node().vl1().peer(giver.address())).isEmpty();

        CredentialPacket packet =
                new CredentialPacket(List.of(), List.of(handedOver(giver)), List.of(), List.of(), List.of());
        packet.write(bob.host.node().vl1().begin(alice.address(), Verb.NETWORK_CREDENTIALS));
        sendOf(bob);
        net.run(200);

        assertThat(alice.host.node().vl1().peer(giver.address()).map(Peer::address))
                .contains(giver.address());
        assertThat(atAlice.members.get(bob.address()).capabilityCount()).isEqualTo(1);
        assertThat(alice.networks.dropped(NetworkDropReason.RATE_LIMITED)).isZero();
    }

    /** A capability of the controller's for {@code giver}, who gave it to Bob. */
    private Capability handedOver(Identity giver) {
        ByteWriter fields = new ByteWriter(64);
        fields.putLong(networkId)
                .putLong(net.nowMillis())
                .putInt(7)
                .putShort(1)
                .putShort(0x0100)
                .putByte(2);
        byte[] told = fields.toByteArray();
        byte[] mark = new byte[8];
        Arrays.fill(mark, (byte) 0x7f);
        ByteWriter form = new ByteWriter(128);
        form.putBytes(mark).putBytes(told).putShort(0).putBytes(mark);
        byte[] signed = form.toByteArray();
        ByteWriter whole = new ByteWriter(512);
        whole.putBytes(told);
        whole.putAddress(giver.address()).putAddress(carol.address()).putByte(1).putShort(96);
        whole.putBytes(SimIdentities.of(3).sign(signed));
        whole.putAddress(bob.address()).putAddress(giver.address()).putByte(1).putShort(96);
        whole.putBytes(giver.sign(signed));
        whole.putAddress(0).putShort(0);
        return Capability.read(new ByteReader(whole.toByteArray())).orElseThrow();
    }

    /** 41. Bob is a member of the first network and of nothing else that Alice knows. */
    @Test
    void theRightToAnnounceEndsWithItsNetwork() {
        joinBoth();
        long other = NetworkId.of(carol.address(), 2);
        ByteWriter writer = bob.host.node().vl1().begin(alice.address(), Verb.MULTICAST_LIKE);
        for (long each : new long[] {networkId, other, networkId}) {
            writer.putLong(each).putMac(GROUP).putInt(0);
        }
        sendOf(bob);
        net.run(100);

        assertThat(alice.networks
                        .table(networkId)
                        .members(new MulticastGroup(GROUP, 0), 0, net.nowMillis(), net.random()))
                .containsExactly(bob.address());
        assertThat(alice.networks.tableOrNull(other)).isNull();
        assertThat(alice.networks.dropped(NetworkDropReason.UNAUTHORIZED)).isEqualTo(1);
    }

    /** 48. The sender is known, so that nothing else is sent on its account. */
    @ParameterizedTest
    @EnumSource(
            value = Verb.class,
            names = {"FRAME", "EXT_FRAME", "MULTICAST_FRAME"})
    void aFrameOfANetworkThatIsNotJoinedIsNotAnswered(Verb verb) {
        joinBoth();
        alice.send(atAlice, atBob.mac(), "hello");
        bob.send(atBob, atAlice.mac(), "hello");
        net.run(12_000);
        long before = bob.networks.dropped(NetworkDropReason.NOT_JOINED);
        net.record();

        ByteWriter writer = alice.host.node().vl1().begin(bob.address(), verb);
        writer.putLong(NetworkId.of(carol.address(), 2)).putBytes(new byte[40]);
        sendOf(alice);
        net.run(300);

        assertThat(bob.networks.dropped(NetworkDropReason.NOT_JOINED)).isEqualTo(before + 1);
        assertThat(net.log()).noneMatch(datagram -> datagram.from().equals(bob.host.address()));
    }

    /** 49. So each has to announce it, and does: the controller knows both before anybody has asked. */
    @Test
    void broadcastIsAnnouncedForNobodyNamesItselfForIt() {
        joinBoth();
        net.run(1_000);

        assertThat(carol.networks.table(networkId).members(BROADCAST, 0, net.nowMillis(), net.random()))
                .contains(alice.address(), bob.address());
    }
}
