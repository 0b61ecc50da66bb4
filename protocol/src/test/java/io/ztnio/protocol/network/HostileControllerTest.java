package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.CheckedConfig;
import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkConfigCodec;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.config.Specialist;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.credential.CertificateOfOwnership;
import io.ztnio.protocol.credential.Tag;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a controller that is hostile or has a bug can do to a member: spoil its own network, and nothing else. */
@org.junit.jupiter.api.Tag("any-jdk")
class HostileControllerTest {
    private final SimNet net = new SimNet(21);
    private final SimPlanet planet = new SimPlanet(net);
    private final MemoryStateStore state = new MemoryStateStore();
    private final Vl2Host carol = new Vl2Host(net, planet, "83.1.1.1:9993", 3, new MemoryStateStore());
    private final Vl2Host alice = new Vl2Host(net, planet, "81.1.1.1:9993", 1, state);
    private final Vl2Host bob = new Vl2Host(net, planet, "82.1.1.1:9993", 2, new MemoryStateStore());
    private final Identity signer = carol.host.node().identity();
    private final long networkId = NetworkId.of(carol.address(), 1);
    private final long honestId = NetworkId.of(carol.address(), 2);
    private Controller controller;
    private VirtualNetwork atAlice;
    private VirtualNetwork honestAtAlice;

    @BeforeEach
    void joinBoth() {
        controller = new Controller(carol.host.node().vl1(), carol.store, carol.networks);
        carol.networks.attach(controller);
        net.run(1000);
        for (long id : new long[] {networkId, honestId}) {
            String net16 = id == networkId ? "10.7" : "10.8";
            controller.put(
                    NetworkDefinition.builder(id)
                            .isPrivate(false)
                            .rfc4193(true)
                            .routes(List.of(new Route(InetPrefix.parse(net16 + ".0.0/16"))))
                            .pools(List.of(new AddressPool(
                                    InetPrefix.parse(net16 + ".0.1").address(),
                                    InetPrefix.parse(net16 + ".0.250").address())))
                            .build(),
                    net.nowMillis());
        }
        atAlice = alice.join(networkId);
        honestAtAlice = alice.join(honestId);
        VirtualNetwork atBob = bob.join(networkId);
        VirtualNetwork honestAtBob = bob.join(honestId);
        assertThat(net.runUntil(
                        15_000,
                        () -> List.of(atAlice, honestAtAlice, atBob, honestAtBob).stream()
                                .allMatch(network -> network.status() == NetworkStatus.OK)))
                .isTrue();
    }

    private Dictionary good() {
        return NetworkConfigCodec.write(atAlice.config().orElseThrow()).put("ts", net.nowMillis() + 1);
    }

    /** Pushes a dictionary, signed as it is. */
    private void push(byte[] dictionary) {
        NetworkConfigCodec.sign(signer, networkId, dictionary, net.random()).forEach(chunk -> {
            chunk.write(carol.host.node().vl1().begin(alice.address(), Verb.NETWORK_CONFIG));
            carol.host.node().vl1().send(true, net.nowMillis());
        });
        carol.host.touch();
        net.run(300);
    }

    private void push(Dictionary dictionary) {
        push(dictionary.toByteArray());
    }

    private static byte[] addresses(String... prefixes) {
        ByteWriter writer = new ByteWriter(prefixes.length * 19);
        for (String prefix : prefixes) {
            SocketAddressField.write(writer, field(prefix));
        }
        return writer.toByteArray();
    }

    /** {@code target} or {@code target via gateway}, each. */
    private static byte[] routes(String... routes) {
        ByteWriter writer = new ByteWriter(routes.length * 42);
        for (String route : routes) {
            String[] parts = route.split(" via ", -1);
            SocketAddressField.write(writer, field(parts[0]));
            SocketAddressField.write(writer, parts.length == 1 ? null : field(parts[1]));
            writer.putInt(0);
        }
        return writer.toByteArray();
    }

    private static InetSocketAddress field(String text) {
        InetSocketAddress parsed = SocketAddressField.parse(text).orElseThrow();
        byte[] ip = parsed.getAddress().getAddress();
        // The JDK makes IPv4 of a mapped literal.
        return text.startsWith("::ffff:")
                ? new InetSocketAddress(
                        SocketAddressField.address(
                                new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, ip[0], ip[1], ip[2], ip[3]}),
                        parsed.getPort())
                : parsed;
    }

    private static byte[] blob(int length, java.util.function.Consumer<ByteWriter> content) {
        ByteWriter writer = new ByteWriter(length);
        content.accept(writer);
        return writer.toByteArray();
    }

    private Dictionary impossible(String kind) {
        long now = net.nowMillis();
        Dictionary d = good();
        return switch (kind) {
            case "an IPv4 address of 33 bits" -> d.put("I", addresses("10.7.0.9/33"));
            case "an IPv6 address of 129 bits" -> d.put("I", addresses("10.7.0.9/16", "fd00::9/129"));
            case "an address of 65535 bits" -> d.put("I", addresses("10.7.0.9/65535"));
            case "a route of 40 bits" -> d.put("RT", routes("10.7.0.0/16", "10.9.0.0/40"));
            case "a gateway of the other family" -> d.put("RT", routes("10.9.0.0/16 via fd00::1"));
            case "a gateway of the other family, reversed" -> d.put("RT", routes("fd00::/64 via 10.7.0.1"));
            case "a certificate of another member" ->
                d.put(
                        "C",
                        CertificateOfMembership.sign(signer, networkId, now, 1, bobIdentity())
                                .encode());
            case "a certificate of another network" ->
                d.put(
                        "C",
                        CertificateOfMembership.sign(signer, honestId, now, 1, aliceIdentity())
                                .encode());
            case "a certificate by somebody else" ->
                d.put(
                        "C",
                        CertificateOfMembership.sign(bobIdentity(), networkId, now, 1, aliceIdentity())
                                .encode());
            case "a tag of another member" ->
                d.put(
                        "TAG",
                        Tag.sign(signer, networkId, now, 1, 1, bob.address()).encode());
            case "ownership of another network" ->
                d.put(
                        "COO",
                        CertificateOfOwnership.sign(signer, honestId, now, 1, List.of(), alice.address())
                                .encode());
            case "a capability that fits in no packet" ->
                d.put("CAP", hugeCapability(now).encode());
            case "a cut list of routes" -> d.put("RT", new byte[] {4, 10});
            case "a rule without its data" -> d.put("R", new byte[] {31, 0});
            case "version 5" -> d.put("v", 5);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private Identity aliceIdentity() {
        return alice.host.node().identity();
    }

    private Identity bobIdentity() {
        return bob.host.node().identity();
    }

    /** Rules of a type that we do not know may have 255 bytes each. */
    private Capability hugeCapability(long now) {
        byte[] rule = blob(257, w -> w.putByte(60).putByte(255).putBytes(new byte[255]));
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < Capability.MAX_RULES; i++) {
            rules.add(Rule.read(new ByteReader(rule)).orElseThrow());
        }
        return Capability.sign(signer, networkId, now, 1, rules, alice.address());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "an IPv4 address of 33 bits",
                "an IPv6 address of 129 bits",
                "an address of 65535 bits",
                "a route of 40 bits",
                "a gateway of the other family",
                "a gateway of the other family, reversed",
                "a certificate of another member",
                "a certificate of another network",
                "a certificate by somebody else",
                "a tag of another member",
                "ownership of another network",
                "a capability that fits in no packet",
                "a cut list of routes",
                "a rule without its data",
                "version 5"
            })
    void whatCannotBeIsRefusedCountedSaidAndNeverSaved(String kind) {
        NetworkConfig before = atAlice.config().orElseThrow();
        byte[] saved = state.get(MembershipFile.key(networkId)).orElseThrow();

        push(impossible(kind));
        push(impossible(kind));

        assertThat(atAlice.config()).contains(before);
        assertThat(state.get(MembershipFile.key(networkId))).contains(saved);
        assertThat(alice.networks.dropped(NetworkDropReason.IMPOSSIBLE_CONFIGURATION))
                .isEqualTo(2);
        assertThat(alice.problems).singleElement().asString().startsWith("is not set up as its controller says");
        assertThat(alice.failures).isEmpty();
        theHonestNetworkWorks();
    }

    @Test
    void whatIsOfNoUseIsLeftOutAndTheRestIsUsed() {
        push(good().put(
                        "I",
                        addresses(
                                "10.7.0.9/16",
                                "127.0.0.1/8",
                                "0.0.0.0/8",
                                "224.0.0.9/4",
                                "255.255.255.255/32",
                                "169.254.1.1/16",
                                "::1/128",
                                "ff02::1/16",
                                "::ffff:10.0.0.1/96",
                                "10.7.0.10/0"))
                .put(
                        "RT",
                        routes(
                                "10.7.0.0/16",
                                "127.0.0.0/8",
                                "224.0.0.0/4",
                                "169.254.0.0/16",
                                "10.10.0.0/16 via 0.0.0.0",
                                "10.11.0.0/16 via 224.0.0.1",
                                "10.12.0.0/16 via 10.7.0.1",
                                "0.0.0.0/0 via 10.7.0.1",
                                "0.0.0.0/1 via 10.7.0.1",
                                "fd01::/64 via fe80::1"))
                .put("S", blob(16, w -> w.putLong(Specialist.ANCHOR).putLong(Specialist.ANCHOR | 0xff00000001L))));

        NetworkConfig config = atAlice.config().orElseThrow();
        assertThat(config.addresses())
                .containsExactly(InetPrefix.parse("10.7.0.9/16"), InetPrefix.parse("10.7.0.10/32"));
        assertThat(config.routes())
                .extracting(Route::toString)
                .containsExactly(
                        "10.7.0.0/16",
                        "10.12.0.0/16 via 10.7.0.1",
                        "0.0.0.0/0 via 10.7.0.1",
                        "0.0.0.0/1 via 10.7.0.1",
                        "fd01::/64 via fe80::1");
        assertThat(config.specialists()).isEmpty();
        assertThat(alice.networks.dropped(NetworkDropReason.USELESS_ENTRY)).isPositive();
        assertThat(alice.problems).singleElement().asString().contains("127.0.0.1/8");
        assertThat(CheckedConfig.of(config)).isEqualTo(new CheckedConfig(atAlice.config(), List.of()));
        theHonestNetworkWorks();
    }

    @Test
    void whatIsTooLongIsCutAndThatIsSaid() {
        push(good().put("R", blob(2 * 1100, w -> {
            for (int i = 0; i < 1100; i++) {
                w.putByte(RuleType.ACTION_ACCEPT.code()).putByte(0);
            }
        })));

        assertThat(atAlice.config().orElseThrow().rules()).hasSize(1024);
        assertThat(alice.problems)
                .singleElement()
                .asString()
                .endsWith("field R has 1100 entries, of which the first 1024 count");
    }

    @Test
    void namesHoldNothingThatATerminalObeys() {
        push(good().put("n", "lab\u001b[2J\r\nroot\u202e#".concat("\u00e9".repeat(70)))
                .put(
                        "DNS",
                        blob(
                                132,
                                w -> w.putBytes("\u001b[31mevil".getBytes(StandardCharsets.US_ASCII))
                                        .position(132))));

        NetworkConfig config = atAlice.config().orElseThrow();
        assertThat(config.name()).startsWith("lab?[2J??root?#\u00e9").doesNotContain("\ufffd");
        assertThat(config.name().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(127);
        assertThat(config.dns().domain()).isEqualTo("?[31mevil");
    }

    @Test
    void mtuAndMulticastLimitAreClamped() {
        push(good().put("mtu", 1).put("ml", 0x7fff_ffffL));

        assertThat(atAlice.config().orElseThrow().mtuBytes()).isEqualTo(1280);
        assertThat(atAlice.config().orElseThrow().multicastLimit()).isEqualTo(65_535);
        alice.send(atAlice, 0xffff_ffff_ffffL, "to all");
        net.run(1000);
        assertThat(bob.texts()).containsExactly("to all");
    }

    @Test
    void whatCannotBeAppliedIsUndoneAndNeverSaved() {
        NetworkConfig before = atAlice.config().orElseThrow();
        byte[] saved = state.get(MembershipFile.key(networkId)).orElseThrow();
        List<String> applied = new ArrayList<>();
        alice.stack = config -> {
            applied.add(config.name());
            if (config.name().equals("poison")) {
                throw new IllegalArgumentException("no stack takes this");
            }
        };

        push(good().put("n", "poison"));

        assertThat(applied).containsExactly("poison", before.name());
        assertThat(alice.failures).singleElement().isInstanceOf(IllegalArgumentException.class);
        assertThat(alice.networks.dropped(NetworkDropReason.NOT_APPLICABLE)).isEqualTo(1);
        assertThat(atAlice.config()).contains(before);
        assertThat(state.get(MembershipFile.key(networkId))).contains(saved);
        theHonestNetworkWorks();
        push(good().put("n", "cured"));
        assertThat(atAlice.config().orElseThrow().name()).isEqualTo("cured");
    }

    /** The dictionaries of earlier versions, which saved before they looked. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "an IPv4 address of 33 bits",
                "a route of 40 bits",
                "a cut list of routes",
                "garbage",
                "cut",
                "UTF-16",
                "zeros"
            })
    void aCachedFileThatIsDamagedIsSetAsideAndTheNodeStartsWithAllItsNetworks(String kind) {
        byte[] good = good().toByteArray();
        byte[] bad = switch (kind) {
            case "garbage" -> "\u0001\u0002 nothing\n=".getBytes(StandardCharsets.ISO_8859_1);
            case "cut" -> java.util.Arrays.copyOf(good, good.length * 2 / 3);
            case "UTF-16" ->
                ("\ufeff" + new String(good, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.UTF_16LE);
            case "zeros" -> new byte[512];
            default -> impossible(kind).toByteArray();
        };
        state.put(MembershipFile.key(networkId), bad);
        alice.host.stop();
        Vl2Host again = new Vl2Host(net, planet, "84.1.1.1:9993", 1, state);

        VirtualNetwork spoilt = again.join(networkId);
        VirtualNetwork honest = again.join(honestId);

        assertThat(honest.config()).isPresent();
        assertThat(spoilt.config()).isEmpty();
        assertThat(spoilt.status()).isEqualTo(NetworkStatus.REQUESTING_CONFIGURATION);
        assertThat(state.get(MembershipFile.key(networkId) + ".damaged")).contains(bad);
        assertThat(again.problems)
                .singleElement()
                .asString()
                .contains(MembershipFile.key(networkId))
                .contains("set aside as " + MembershipFile.key(networkId) + ".damaged");
        assertThat(net.runUntil(
                        60_000, () -> spoilt.status() == NetworkStatus.OK && honest.status() == NetworkStatus.OK))
                .isTrue();
    }

    @Test
    void aCachedFileWithTheMarkOfAnEditorIsRead() {
        byte[] good = good().toByteArray();
        byte[] marked = new byte[good.length + 3];
        marked[0] = (byte) 0xef;
        marked[1] = (byte) 0xbb;
        marked[2] = (byte) 0xbf;
        System.arraycopy(good, 0, marked, 3, good.length);
        state.put(MembershipFile.key(networkId), marked);
        alice.host.stop();
        Vl2Host again = new Vl2Host(net, planet, "84.1.1.1:9993", 1, state);

        assertThat(again.join(networkId).config()).isPresent();
        assertThat(again.problems).isEmpty();
    }

    @Test
    void aCachedFileThatCannotBeAppliedIsSetAside() {
        state.put(MembershipFile.key(networkId), good().put("n", "poison").toByteArray());
        alice.host.stop();
        Vl2Host again = new Vl2Host(net, planet, "84.1.1.1:9993", 1, state);
        again.stack = config -> {
            if (config.name().equals("poison")) {
                throw new IllegalArgumentException("no stack takes this");
            }
        };

        VirtualNetwork spoilt = again.join(networkId);

        assertThat(again.failures).hasSize(1);
        assertThat(spoilt.config()).isEmpty();
        assertThat(state.list("networks.d")).contains(MembershipFile.key(networkId) + ".damaged");
        assertThat(net.runUntil(60_000, () -> spoilt.status() == NetworkStatus.OK))
                .isTrue();
    }

    @Test
    void anAdHocNetworkOfLoopbackAddressesGivesNone() {
        VirtualNetwork loopback = alice.join(0xff7f000000000001L);

        assertThat(loopback.config().orElseThrow().addresses()).singleElement().matches(InetPrefix::isIpv6);
    }

    /** Random changes of a good dictionary, signed: nothing is thrown, and the honest network carries its frames. */
    @Test
    void noConfigurationWhateverIsInItHarmsTheCoreOrAnotherNetwork() {
        long seed = Long.getLong("ztnio.test.seed", 20_261_128L);
        SplittableRandom random = new SplittableRandom(seed);
        ConfigMutator mutator = new ConfigMutator(random, aliceIdentity(), signer, networkId);
        alice.stack = HostileControllerTest::pickyStack;
        int installed = 0;
        for (int i = 0; i < Integer.getInteger("ztnio.test.rounds", 300); i++) {
            NetworkConfig before = atAlice.config().orElseThrow();
            byte[] dictionary = mutator.mutate(good());

            push(dictionary);
            NetworkConfig after = atAlice.config().orElseThrow();
            installed += after.equals(before) ? 0 : 1;
            alice.send(atAlice, random.nextBoolean() ? 0xffff_ffff_ffffL : macOfBob(networkId), 0x0800, packet(random));

            assertThat(alice.failures).as("seed %d, round %d", seed, i).isEmpty();
            byte[] saved = state.get(MembershipFile.key(networkId)).orElseThrow();
            assertThat(NetworkConfigCodec.read(saved))
                    .as("seed %d, round %d: what is saved is read again", seed, i)
                    .contains(after);
        }
        assertThat(installed).as("changes that were taken").isGreaterThan(20);
        assertThat(alice.networks.dropped(NetworkDropReason.IMPOSSIBLE_CONFIGURATION))
                .isGreaterThan(20);
        theHonestNetworkWorks();
    }

    /** What the real stack demands. */
    private static void pickyStack(NetworkConfig config) {
        config.addresses().forEach(HostileControllerTest::demandPossible);
        for (Route route : config.routes()) {
            demandPossible(route.target());
            route.via()
                    .ifPresent(via -> assertThat(via.getAddress())
                            .hasSameSizeAs(route.target().address().getAddress()));
        }
        assertThat(config.mtuBytes()).isBetween(1280, 10_000);
    }

    private static void demandPossible(InetPrefix prefix) {
        assertThat(prefix.bits()).isBetween(0, prefix.address().getAddress().length * 8);
    }

    private static byte[] packet(SplittableRandom random) {
        byte[] packet = new byte[1 + random.nextInt(200)];
        random.nextBytes(packet);
        packet[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
        return packet;
    }

    private long macOfBob(long network) {
        return io.ztnio.protocol.config.MacAddress.of(bob.address(), network);
    }

    private void theHonestNetworkWorks() {
        bob.frames.clear();
        alice.send(honestAtAlice, macOfBob(honestId), "still here");
        net.run(2000);
        assertThat(honestAtAlice.status()).isEqualTo(NetworkStatus.OK);
        assertThat(bob.texts()).contains("still here");
    }
}
