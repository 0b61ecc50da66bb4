package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.ManagedAddresses;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkConfigCodec;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.RequestMetadata;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.CapabilityDefinition;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.credential.CredentialPacket;
import io.ztnio.protocol.credential.CredentialType;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.message.NetworkConfigChunk;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.Verb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members and a controller on the simulated internet: real packets, real signatures, virtual time. */
@Tag("any-jdk")
class NetworksTest {
    private final SimNet net = new SimNet(11);
    private final SimPlanet planet = new SimPlanet(net);
    private final MemoryStateStore carolState = new MemoryStateStore();
    private final MemoryStateStore aliceState = new MemoryStateStore();
    private final Vl2Host carol = new Vl2Host(net, planet, "83.1.1.1:9993", 3, carolState);
    private final Vl2Host alice = new Vl2Host(net, planet, "81.1.1.1:9993", 1, aliceState);
    private final Vl2Host bob = new Vl2Host(net, planet, "82.1.1.1:9993", 2, new MemoryStateStore());
    private final long networkId = NetworkId.of(carol.address(), 1);
    private Controller controller;

    @BeforeEach
    void startController() {
        controller = new Controller(carol.host.node().vl1(), carol.store, carol.networks);
        carol.networks.attach(controller);
        net.run(1000);
    }

    private NetworkDefinition.Builder network() {
        return NetworkDefinition.builder(networkId)
                .name("lab")
                .rfc4193(true)
                .sixPlane(true)
                .routes(List.of(new Route(InetPrefix.parse("10.7.0.0/16"))))
                .pools(List.of(new AddressPool(
                        InetPrefix.parse("10.7.0.1").address(),
                        InetPrefix.parse("10.7.0.250").address())));
    }

    private void define(NetworkDefinition.Builder definition) {
        controller.put(definition.build(), net.nowMillis());
    }

    private void authorize(Vl2Host... members) {
        for (Vl2Host member : members) {
            controller.authorize(networkId, member.address(), net.nowMillis());
        }
    }

    private void await(VirtualNetwork network, NetworkStatus status) {
        assertThat(net.runUntil(15_000, () -> network.status() == status))
                .as("%s within 15 s", status)
                .isTrue();
    }

    private long macOf(Vl2Host member) {
        return MacAddress.of(member.address(), networkId);
    }

    @Test
    void publicNetworkIsJoinedAndCarriesFramesBothWays() {
        define(network().isPrivate(false));

        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);
        alice.send(atAlice, macOf(bob), "hello");
        bob.send(atBob, macOf(alice), "good day");
        net.run(2000);

        assertThat(bob.frames).contains(new Vl2Host.Frame(macOf(alice), macOf(bob), 0x0800, "hello"));
        assertThat(alice.texts()).containsExactly("good day");
        NetworkConfig config = atAlice.config().orElseThrow();
        assertThat(config.name()).isEqualTo("lab");
        assertThat(config.isPublic()).isTrue();
        assertThat(config.addresses())
                .contains(
                        ManagedAddresses.rfc4193(networkId, alice.address()),
                        ManagedAddresses.sixPlane(networkId, alice.address()))
                .hasSize(3);
        InetPrefix assigned = config.addresses().get(2);
        assertThat(InetPrefix.parse("10.7.0.0/16").contains(assigned.address().getAddress()))
                .isTrue();
        assertThat(assigned.bits()).isEqualTo(16);
        assertThat(atBob.config().orElseThrow().addresses().get(2)).isNotEqualTo(assigned);
    }

    @Test
    void frameSizesFollowTheDatagramsAndTheHeader() {
        VirtualNetwork atAlice = alice.join(networkId);

        assertThat(atAlice.frameBytes(macOf(bob), 1)).isEqualTo(1394);
        assertThat(atAlice.frameBytes(macOf(bob), 2)).isEqualTo(2810);
        assertThat(atAlice.frameBytes(macOf(bob) ^ 0x1000_0000_0000L, 2))
                .as("behind a bridge")
                .isEqualTo(2797);
        assertThat(atAlice.frameBytes(-1, 2)).as("not known").isEqualTo(2810);
    }

    @Test
    void privateNetworkRefusesUntilAuthorized() {
        define(network());
        VirtualNetwork atAlice = alice.join(networkId);

        await(atAlice, NetworkStatus.ACCESS_DENIED);
        assertThat(atAlice.config()).isEmpty();
        authorize(alice);
        await(atAlice, NetworkStatus.OK);

        assertThat(alice.statuses).containsExactly(NetworkStatus.ACCESS_DENIED, NetworkStatus.OK);
        assertThat(atAlice.config().orElseThrow().membership()).isPresent();
    }

    @Test
    void whoIsLetInWhileItWaitsHasItsConfigurationAtOnce() {
        define(network());
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.ACCESS_DENIED);

        authorize(alice);
        carol.host.touch();

        assertThat(net.runUntil(1000, () -> atAlice.status() == NetworkStatus.OK))
                .as("before it asks again")
                .isTrue();
    }

    @Test
    void whoIsPutOutAndLetInAgainKnowsBothWithinSeconds() {
        define(network());
        authorize(alice);
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);

        controller.deauthorize(networkId, alice.address(), net.nowMillis());
        carol.host.touch();
        assertThat(net.runUntil(3000, () -> atAlice.status() == NetworkStatus.ACCESS_DENIED))
                .isTrue();
        authorize(alice);
        carol.host.touch();

        assertThat(net.runUntil(1000, () -> atAlice.status() == NetworkStatus.OK))
                .isTrue();
        assertThat(alice.statuses).containsExactly(NetworkStatus.OK, NetworkStatus.ACCESS_DENIED, NetworkStatus.OK);
    }

    @ParameterizedTest
    @CsvSource({"-1, false", "0, true"})
    void onlyARevocationOfTheCertificateThatItHasMakesAMemberAsk(long after, boolean asks) {
        define(network());
        authorize(alice);
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        net.run(5000);
        long certified =
                atAlice.config().orElseThrow().membership().orElseThrow().timestampMillis();
        Revocation revocation = Revocation.sign(
                carol.host.node().identity(),
                new Revocation.Fields(
                        1, networkId, 0, certified + after, 0, alice.address(), CredentialType.COM.code()));

        CredentialPacket.of(revocation).write(carol.host.node().vl1().begin(alice.address(), Verb.NETWORK_CREDENTIALS));
        carol.host.node().vl1().send(true, net.nowMillis());
        carol.host.touch();
        net.run(40_000);

        assertThat(atAlice.status()).isEqualTo(NetworkStatus.OK);
        assertThat(alice.configs).isEqualTo(asks ? 2 : 1);
    }

    @Test
    void unknownNetworkIsNotFoundAndSoIsOneOfANodeWithoutController() {
        VirtualNetwork unknown = alice.join(NetworkId.of(carol.address(), 99));
        VirtualNetwork elsewhere = alice.join(NetworkId.of(bob.address(), 1));

        await(unknown, NetworkStatus.NOT_FOUND);
        await(elsewhere, NetworkStatus.NOT_FOUND);
    }

    @Test
    void tokenAdmits() {
        define(network().authTokens(Map.of("sesame", 0L)));
        alice.networks.requestMetadata(RequestMetadata.own().withToken("sesame"));
        bob.networks.requestMetadata(RequestMetadata.own().withToken("barley"));

        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);

        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.ACCESS_DENIED);
    }

    @Test
    void membersOfPrivateNetworkShowCertificatesBeforeFrames() {
        define(network());
        authorize(alice, bob);
        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);

        alice.send(atAlice, macOf(bob), "one");
        net.run(7000);
        bob.send(atBob, macOf(alice), "two");
        net.run(7000);

        assertThat(bob.texts()).containsExactly("one");
        assertThat(alice.texts()).containsExactly("two");
    }

    @Test
    void memberThatLostCertificatesAsksForThem() {
        define(network());
        authorize(alice, bob);
        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);
        alice.send(atAlice, macOf(bob), "one");
        net.run(7000);
        assertThat(bob.texts()).containsExactly("one");
        atBob.members.clear();

        alice.send(atAlice, macOf(bob), "two");
        net.run(7000);

        assertThat(bob.networks.dropped(NetworkDropReason.NOT_A_MEMBER)).isPositive();
        assertThat(bob.texts()).containsExactly("one", "two");
    }

    @Test
    void strangerIsRefused() {
        define(network());
        authorize(alice);
        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.ACCESS_DENIED);

        byte[] frame = new byte[64];
        BigEndian.putLong(frame, 28, networkId);
        BigEndian.putShort(frame, 36, 0x0800);
        bob.host.node().vl1().sendInPlace(alice.address(), Verb.FRAME, frame, 28, 20, net.nowMillis());
        bob.host.touch();
        net.run(7000);

        assertThat(alice.frames).isEmpty();
        assertThat(alice.networks.dropped(NetworkDropReason.NOT_A_MEMBER)).isPositive();
    }

    @Test
    void revocationCutsAMemberOff() {
        define(network());
        authorize(alice, bob);
        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);
        bob.send(atBob, macOf(alice), "before");
        net.run(7000);

        controller.deauthorize(networkId, bob.address(), net.nowMillis());
        carol.host.touch();
        net.run(2000);
        bob.send(atBob, macOf(alice), "after");
        net.run(10_000);

        assertThat(alice.texts()).containsExactly("before");
        net.run(60_000);
        assertThat(atBob.status()).isEqualTo(NetworkStatus.ACCESS_DENIED);
        assertThat(atBob.config()).isPresent();
    }

    @Test
    void arpRequestReachesOnlyTheOneAskedFor() {
        define(network().isPrivate(false).broadcast(false));
        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);
        VirtualNetwork atCarol = carol.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);
        await(atCarol, NetworkStatus.OK);
        net.run(1000);

        alice.send(atAlice, MacAddress.BROADCAST, 0x0806, arpFor(ipv4(atBob)));
        alice.send(atAlice, MacAddress.BROADCAST, "a broadcast, which is disabled");
        net.run(3000);

        assertThat(bob.frames).hasSize(1);
        assertThat(bob.frames.get(0).etherType()).isEqualTo(0x0806);
        assertThat(carol.frames).isEmpty();
        assertThat(alice.networks.dropped(NetworkDropReason.MULTICAST_DISABLED)).isEqualTo(1);
    }

    private static byte[] ipv4(VirtualNetwork network) {
        return network.config().orElseThrow().addresses().get(2).address().getAddress();
    }

    private static byte[] arpFor(byte[] target) {
        byte[] arp = new byte[28];
        BigEndian.putLong(arp, 0, 0x0001080006040001L);
        System.arraycopy(target, 0, arp, 24, 4);
        return arp;
    }

    @Test
    void multicastReachesSubscribersFoundByGathering() {
        define(network());
        authorize(alice, bob, carol);
        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);
        VirtualNetwork atCarol = carol.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);
        await(atCarol, NetworkStatus.OK);
        long group = 0x01005e000005L;
        atBob.subscribe(group, 0);
        bob.host.touch();
        net.run(1000);

        alice.send(atAlice, group, "to the group");
        assertThat(alice.networks.isGathering(net.nowMillis())).isTrue();
        assertThat(net.runUntil(1000, () -> !alice.networks.isGathering(net.nowMillis())))
                .isTrue();
        alice.send(atAlice, MacAddress.BROADCAST, "to all");
        net.run(8000);

        assertThat(bob.texts()).containsExactlyInAnyOrder("to the group", "to all");
        assertThat(carol.texts()).containsExactly("to all");
    }

    @Test
    void nobodyIsAwaitedForAGroupThatNobodyIsIn() {
        define(network().isPrivate(false));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        net.run(1000);
        assertThat(alice.networks.isGathering(net.nowMillis())).as("idle").isFalse();

        alice.send(atAlice, 0x01005e000005L, "to the group");

        assertThat(alice.networks.isGathering(net.nowMillis())).isTrue();
        net.run(500);
        assertThat(alice.networks.isGathering(net.nowMillis())).isFalse();
    }

    @Test
    void controllerIsMemberOfItsOwnNetwork() {
        define(network());
        authorize(carol, alice);
        VirtualNetwork atCarol = carol.join(networkId);
        VirtualNetwork atAlice = alice.join(networkId);
        await(atCarol, NetworkStatus.OK);
        await(atAlice, NetworkStatus.OK);

        carol.send(atCarol, macOf(alice), "from the controller");
        alice.send(atAlice, macOf(carol), "to the controller");
        net.run(7000);

        assertThat(alice.texts()).containsExactly("from the controller");
        assertThat(carol.texts()).containsExactly("to the controller");
    }

    @Test
    void configurationLargerThanOneChunkArrives() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            rules.add(Rule.match(RuleType.MATCH_ETHERTYPE, i));
        }
        List<CapabilityDefinition> capabilities = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            capabilities.add(new CapabilityDefinition(i, true, rules));
        }
        define(network().isPrivate(false).capabilities(capabilities));

        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);

        assertThat(atAlice.config().orElseThrow().capabilities()).hasSize(100);
    }

    @Test
    void forgedChunkIsIgnored() {
        define(network().isPrivate(false));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        byte[] dictionary = ("v=7\nnwid=" + NetworkId.format(networkId) + "\nid="
                        + String.format("%010x", alice.address()) + "\nts=ffffffffffff\nn=forged")
                .getBytes(StandardCharsets.US_ASCII);

        NetworkConfigChunk.sign(bob.host.node().identity(), networkId, Bytes.of(dictionary), 0, 1, dictionary.length, 0)
                .write(bob.host.node().vl1().begin(alice.address(), Verb.NETWORK_CONFIG));
        bob.host.node().vl1().send(true, net.nowMillis());
        bob.host.touch();
        net.run(3000);

        assertThat(atAlice.config().orElseThrow().name()).isEqualTo("lab");
        assertThat(alice.networks.dropped(NetworkDropReason.BAD_SIGNATURE)).isEqualTo(1);
    }

    @Test
    void changedNetworkIsPushedToMembersOnline() {
        define(network().isPrivate(false));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);

        define(network().isPrivate(false).name("renamed"));
        carol.host.touch();
        net.run(1000);

        assertThat(atAlice.config().orElseThrow().name()).isEqualTo("renamed");
    }

    @Test
    void configurationIsRefreshedEveryMinute() {
        define(network().isPrivate(false));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        long first = atAlice.config().orElseThrow().timestampMillis();

        net.run(130_000);

        assertThat(atAlice.config().orElseThrow().timestampMillis()).isGreaterThan(first + 60_000);
        assertThat(alice.configs).isEqualTo(3);
        assertThat(alice.statuses).containsExactly(NetworkStatus.OK);
    }

    @Test
    void cachedConfigurationWorksAtOnceAndControllerKeepsItsMembers() {
        define(network());
        authorize(alice);
        await(alice.join(networkId), NetworkStatus.OK);
        Vl2Host again = new Vl2Host(net, planet, "84.1.1.1:9993", 1, aliceState);
        Controller reloaded = new Controller(carol.host.node().vl1(), carol.store, carol.networks);

        VirtualNetwork network = again.join(networkId);

        assertThat(network.status()).isEqualTo(NetworkStatus.REQUESTING_CONFIGURATION);
        assertThat(network.config().orElseThrow().name()).isEqualTo("lab");
        assertThat(reloaded.network(networkId).orElseThrow().routes()).hasSize(1);
        assertThat(reloaded.members(networkId)).isEqualTo(controller.members(networkId));
        again.networks.leave(networkId);
        assertThat(aliceState.list("networks.d")).isEmpty();
    }

    /** Whoever waits for the controller's word must not take the cache for it. */
    @Test
    void cachedConfigurationIsNotOkBeforeItsControllerHasAnswered() {
        define(network());
        authorize(alice);
        await(alice.join(networkId), NetworkStatus.OK);
        alice.host.stop();
        Vl2Host again = new Vl2Host(net, planet, "81.1.1.1:9993", 1, aliceState);

        VirtualNetwork network = again.join(networkId);

        assertThat(network.status()).isEqualTo(NetworkStatus.REQUESTING_CONFIGURATION);
        assertThat(network.config()).isPresent();
        await(network, NetworkStatus.OK);
    }

    @Test
    void aMemberThatWasPutOutMeanwhileIsRefusedAndWasNeverOk() {
        define(network());
        authorize(alice);
        await(alice.join(networkId), NetworkStatus.OK);
        long member = alice.address();
        alice.host.stop();
        controller.deauthorize(networkId, member, net.nowMillis());
        Vl2Host again = new Vl2Host(net, planet, "81.1.1.1:9993", 1, aliceState);

        VirtualNetwork network = again.join(networkId);
        await(network, NetworkStatus.ACCESS_DENIED);

        assertThat(again.statuses).containsExactly(NetworkStatus.ACCESS_DENIED);
    }

    @Test
    void rulesAreEnforcedOnBothEnds() {
        define(network().isPrivate(false).rules(List.of(Rule.match(RuleType.MATCH_ETHERTYPE, 0x0806), Rule.ACCEPT)));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);

        alice.send(atAlice, macOf(bob), "not ARP");
        net.run(1000);

        assertThat(alice.networks.dropped(NetworkDropReason.FILTERED)).isEqualTo(1);
    }

    @Test
    void neighboursWithDerivedAddressesAreResolvedLocally() {
        define(network().isPrivate(false));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        byte[] target =
                ManagedAddresses.sixPlane(networkId, bob.address()).address().getAddress();
        byte[] solicitation = new byte[72];
        solicitation[0] = 0x60;
        solicitation[6] = 0x3a;
        solicitation[40] = (byte) 0x87;
        System.arraycopy(target, 0, solicitation, 48, 16);

        alice.send(atAlice, 0x3333ff000001L, 0x86dd, solicitation);

        assertThat(atAlice.derivedMac(target, 0)).isEqualTo(macOf(bob));
        assertThat(alice.frames).hasSize(1);
        assertThat(alice.frames.get(0).sourceMac()).isEqualTo(macOf(bob));
        byte[] own =
                ManagedAddresses.rfc4193(networkId, alice.address()).address().getAddress();
        assertThat(atAlice.derivedMac(own, 0)).isEqualTo(-1);
    }

    @Test
    void adHocNetworkNeedsNoController() {
        long adHoc = 0xff0a000000000001L;
        VirtualNetwork atAlice = alice.join(adHoc);
        VirtualNetwork atBob = bob.join(adHoc);

        assertThat(atAlice.status()).isEqualTo(NetworkStatus.OK);
        alice.send(atAlice, atBob.mac(), "ad hoc");
        net.run(3000);

        assertThat(bob.texts()).containsExactly("ad hoc");
    }

    @Test
    void rootRemembersWhoSubscribesAndTells() {
        long adHoc = 0xff0a000000000001L;
        Networks root = new Networks(planet.root().node().vl1(), NetworkStore.NONE, bob);
        planet.root().node().handler(root);
        VirtualNetwork atAlice = alice.join(adHoc);
        VirtualNetwork atBob = bob.join(adHoc);
        atBob.subscribe(0x01005e000005L, 0);
        bob.host.touch();
        net.run(1000);

        alice.send(atAlice, 0x01005e000005L, "found by the root");
        net.run(5000);

        assertThat(bob.texts()).containsExactly("found by the root");
    }

    @Test
    void malformedPacketsChangeNothing() {
        define(network());
        authorize(alice, bob);
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(bob.join(networkId), NetworkStatus.OK);
        NetworkConfig before = atAlice.config().orElseThrow();
        SplittableRandom random = new SplittableRandom(5);

        for (Map.Entry<Verb, byte[]> each : goodPayloads().entrySet()) {
            byte[] good = each.getValue();
            for (int length = 0; length < good.length; length += 1 + good.length / 300) {
                sendRaw(bob, alice, each.getKey(), good, length);
            }
            for (int i = 0; i < 100; i++) {
                byte[] bad = good.clone();
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                sendRaw(bob, alice, each.getKey(), bad, bad.length);
            }
        }
        net.run(3000);

        assertThat(alice.networks.dropped(NetworkDropReason.MALFORMED)).isGreaterThan(500);
        assertThat(atAlice.config()).contains(before);
        assertThat(atAlice.status()).isEqualTo(NetworkStatus.OK);
    }

    private void sendRaw(Vl2Host from, Vl2Host to, Verb verb, byte[] payload, int length) {
        from.host.node().vl1().begin(to.address(), verb).putBytes(payload, 0, length);
        from.host.node().vl1().send(false, net.nowMillis());
        from.host.touch();
        net.run(1);
    }

    /** What bob could send alice, well-formed; as OK and ERROR too. */
    private Map<Verb, byte[]> goodPayloads() {
        NetworkConfig config =
                bob.networks.network(networkId).orElseThrow().config().orElseThrow();
        byte[] com = config.membership().orElseThrow().encode();
        byte[] dictionary = NetworkConfigCodec.write(config).toByteArray();
        Map<Verb, byte[]> payloads = new EnumMap<>(Verb.class);
        payloads.put(
                Verb.FRAME, write(w -> w.putLong(networkId).putShort(0x0800).putLong(1)));
        payloads.put(
                Verb.EXT_FRAME,
                write(w -> w.putLong(networkId)
                        .putByte(0x11)
                        .putBytes(com)
                        .putMac(1)
                        .putMac(2)
                        .putShort(3)
                        .putInt(4)));
        payloads.put(
                Verb.MULTICAST_FRAME,
                write(w -> w.putLong(networkId)
                        .putByte(7)
                        .putBytes(com)
                        .putInt(9)
                        .putMac(2)
                        .putMac(MacAddress.BROADCAST)
                        .putInt(0)
                        .putShort(0x0800)
                        .putLong(5)));
        payloads.put(
                Verb.MULTICAST_LIKE, write(w -> w.putLong(networkId).putMac(1).putInt(2)));
        payloads.put(
                Verb.MULTICAST_GATHER,
                write(w -> w.putLong(networkId)
                        .putByte(1)
                        .putMac(1)
                        .putInt(2)
                        .putInt(3)
                        .putBytes(com)));
        payloads.put(
                Verb.NETWORK_CREDENTIALS, write(w -> w.putBytes(com).putByte(0).putLong(0)));
        payloads.put(
                Verb.NETWORK_CONFIG_REQUEST,
                write(w -> w.putLong(networkId).putShort(3).putBytes(new byte[3])));
        payloads.put(
                Verb.NETWORK_CONFIG,
                write(w -> NetworkConfigCodec.sign(
                                carol.host.node().identity(), networkId, dictionary, new SplittableRandom(2))
                        .get(0)
                        .write(w)));
        payloads.put(
                Verb.ERROR,
                write(w -> w.putByte(Verb.FRAME.code())
                        .putLong(7)
                        .putByte(8)
                        .putLong(networkId)
                        .putMac(1)
                        .putInt(2)));
        return payloads;
    }

    private static byte[] write(Consumer<ByteWriter> content) {
        ByteWriter writer = new ByteWriter(10_000);
        content.accept(writer);
        return writer.toByteArray();
    }
}
