package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.credential.Credential;
import io.ztnio.protocol.credential.CredentialPacket;
import io.ztnio.protocol.credential.CredentialType;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.wire.Verb;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When credentials are shown, what becomes of those that others show, and how a revocation spreads. */
@Tag("any-jdk")
class CredentialExchangeTest {
    private final SimNet net = new SimNet(16);
    private final SimPlanet planet = new SimPlanet(net);
    private final Vl2Host carol = new Vl2Host(net, planet, "83.1.1.1:9993", 3, new MemoryStateStore());
    private final Vl2Host alice = new Vl2Host(net, planet, "81.1.1.1:9993", 1, new MemoryStateStore());
    private final Vl2Host bob = new Vl2Host(net, planet, "82.1.1.1:9993", 2, new MemoryStateStore());
    private final long networkId = NetworkId.of(carol.address(), 5);
    private final Identity controller = SimIdentities.of(3);

    private VirtualNetwork atAlice;
    private VirtualNetwork atBob;

    @BeforeEach
    void bothAreMembers() {
        Controller serving = new Controller(carol.host.node().vl1(), carol.store, carol.networks);
        carol.networks.attach(serving);
        net.run(1000);
        serving.put(NetworkDefinition.builder(networkId).isPrivate(true).build(), net.nowMillis());
        serving.authorize(networkId, alice.address(), net.nowMillis());
        serving.authorize(networkId, bob.address(), net.nowMillis());
        atAlice = alice.join(networkId);
        atBob = bob.join(networkId);
        assertThat(net.runUntil(
                        15_000, () -> atAlice.status() == NetworkStatus.OK && atBob.status() == NetworkStatus.OK))
                .isTrue();
    }

    private void aliceSends(String text) {
        alice.send(atAlice, atBob.mac(), text);
    }

    private Member bobAtAlice() {
        return atAlice.members.get(bob.address());
    }

    private Member aliceAtBob() {
        return atBob.members.get(alice.address());
    }

    @Test
    void theyAreShownBeforeTheFirstFrameAndNotBeforeTheNext() {
        aliceSends("one");
        long first = bobAtAlice().lastPushMillis;
        net.run(1000);
        aliceSends("two");
        net.run(6000);

        assertThat(first).isEqualTo(bobAtAlice().lastPushMillis);
        assertThat(bob.texts()).containsExactly("one", "two");
    }

    @Test
    void theyAreShownAgainWhenTheyHaveChanged() {
        aliceSends("one");
        net.run(1200);
        long first = bobAtAlice().lastPushMillis;
        atAlice.install(atAlice.config().orElseThrow());
        aliceSends("two");

        assertThat(bobAtAlice().lastPushMillis).isGreaterThan(first);
        assertThat(bobAtAlice().pushedEpoch).isEqualTo(atAlice.configEpoch());
    }

    /** A peer takes one packet in a second: what it would not take is shown with a later frame, not counted as shown. */
    @Test
    void whatHasChangedWithinASecondIsShownWithAFrameAfterIt() {
        aliceSends("one");
        long first = bobAtAlice().lastPushMillis;
        net.run(900);
        atAlice.install(atAlice.config().orElseThrow());
        aliceSends("two");
        assertThat(bobAtAlice().lastPushMillis).isEqualTo(first);
        assertThat(bobAtAlice().pushedEpoch).isNotEqualTo(atAlice.configEpoch());

        net.run(300);
        aliceSends("three");

        assertThat(bobAtAlice().lastPushMillis).isGreaterThan(first);
        assertThat(bobAtAlice().pushedEpoch).isEqualTo(atAlice.configEpoch());
        net.run(3000);
        assertThat(bob.texts()).containsExactly("one", "two", "three");
    }

    @ParameterizedTest
    @ValueSource(longs = {500_000, 500_001})
    void theyAreShownAgainAfterFiveHundredSeconds(long later) {
        aliceSends("one");
        Member bobs = bobAtAlice();
        long first = bobs.lastPushMillis;

        alice.networks.credentials.pushIfNeeded(bobs, first + later);

        assertThat(bobs.lastPushMillis).isEqualTo(later > 500_000 ? first + later : first);
    }

    @ParameterizedTest
    @ValueSource(longs = {1000, 1001})
    void whoAsksForThemIsShownThemOnceInASecond(long later) {
        aliceSends("one");
        Member bobs = bobAtAlice();
        long first = bobs.lastPushMillis;

        alice.networks.credentials.onNeeded(bobs, first + later);

        assertThat(bobs.lastPushMillis).isEqualTo(later > 1000 ? first + later : first);
    }

    private void carolShowsAlice(CredentialPacket packet) {
        packet.write(carol.host.node().vl1().begin(alice.address(), Verb.NETWORK_CREDENTIALS));
        carol.host.node().vl1().send(true, net.nowMillis());
        carol.host.touch();
        net.run(2000);
    }

    private void carolShowsAlice(io.ztnio.protocol.credential.Tag tag) {
        carolShowsAlice(new CredentialPacket(List.of(), List.of(), List.of(tag), List.of(), List.of()));
    }

    private io.ztnio.protocol.credential.Tag tag(Identity signer, long age, long value) {
        return io.ztnio.protocol.credential.Tag.sign(signer, networkId, time() - age, 1, (int) value, bob.address());
    }

    /** Of the configuration that Alice has. */
    private long time() {
        return atAlice.config().orElseThrow().timestampMillis();
    }

    private long tagOfBob() {
        Member member = bobAtAlice();
        return member == null ? -1 : member.tag(1);
    }

    @Test
    void aTagOfTheControllersCountsAndANewerOneReplacesIt() {
        carolShowsAlice(tag(controller, 100, 7));
        assertThat(tagOfBob()).isEqualTo(7);
        carolShowsAlice(tag(controller, 50, 8));
        assertThat(tagOfBob()).isEqualTo(8);
        carolShowsAlice(tag(controller, 100, 9));
        assertThat(tagOfBob()).as("an older one").isEqualTo(8);
        assertThat(alice.networks.dropped(NetworkDropReason.STALE)).isPositive();
    }

    @Test
    void aTagThatSomebodyElseHasSignedDoesNotCount() {
        carolShowsAlice(tag(SimIdentities.of(2), 0, 7));

        assertThat(tagOfBob()).isEqualTo(-1);
        assertThat(alice.networks.dropped(NetworkDropReason.BAD_SIGNATURE)).isEqualTo(1);
    }

    @Test
    void aTagThatIsTooOldForTheConfigurationDoesNotCount() {
        long window = atAlice.config().orElseThrow().credentialTimeMaxDeltaMillis();

        carolShowsAlice(tag(controller, window + 1, 7));
        assertThat(tagOfBob()).isEqualTo(-1);
        carolShowsAlice(tag(controller, window, 7));
        assertThat(tagOfBob()).isEqualTo(7);
    }

    @Test
    void aRevokedTagDoesNotCountAndComesBackWithANewerOne() {
        carolShowsAlice(tag(controller, 100, 7));
        carolShowsAlice(CredentialPacket.of(revocation(CredentialType.TAG, 1, time() - 100, 0)));
        assertThat(tagOfBob()).isEqualTo(-1);
        carolShowsAlice(tag(controller, 100, 7));
        assertThat(tagOfBob()).as("shown again").isEqualTo(-1);
        carolShowsAlice(tag(controller, 99, 7));
        assertThat(tagOfBob()).isEqualTo(7);
    }

    /** {@code protocol.md} 6.8: the reference takes any revocation for one of membership. */
    @ParameterizedTest
    @EnumSource(
            value = CredentialType.class,
            names = {"TAG", "CAPABILITY", "CERTIFICATE_OF_OWNERSHIP"})
    void whoseOtherCredentialIsRevokedIsAMemberStill(CredentialType type) {
        bob.send(atBob, atAlice.mac(), "before");
        net.run(6_000);
        long threshold = membershipOf(bob).timestampMillis() + 1_000;

        carolShowsAlice(CredentialPacket.of(revocation(type, 1, threshold, 0)));
        bob.send(atBob, atAlice.mac(), "after");
        net.run(2_000);

        assertThat(bobAtAlice().passesGate(SimIdentities.of(2))).isTrue();
        assertThat(alice.texts()).containsExactly("before", "after");
        carolShowsAlice(CredentialPacket.of(revocation(CredentialType.COM, 0, threshold, 0)));
        assertThat(bobAtAlice().passesGate(SimIdentities.of(2))).as("put out").isFalse();
    }

    private Revocation revocation(CredentialType type, int id, long threshold, long flags) {
        return Revocation.sign(
                controller, new Revocation.Fields(9, networkId, id, threshold, flags, bob.address(), type.code()));
    }

    /** Alice hears that Bob is revoked; Bob, whom she knows, is told, so that others whom he knows would be too. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void aRevocationThatIsToSpreadIsPassedOnOnce(long flags) {
        bob.send(atBob, atAlice.mac(), "hello");
        aliceSends("hello");
        net.run(8000);
        Credential certificate = membershipOf(bob);
        long before = alice.configs;
        Revocation revocation = revocation(CredentialType.COM, 0, certificate.timestampMillis(), flags);

        carolShowsAlice(CredentialPacket.of(revocation));
        assertThat(bobAtAlice().passesGate(SimIdentities.of(2))).isFalse();
        net.run(3000);

        // Who hears of its own asks for a new one at once.
        assertThat(bob.configs).isEqualTo(flags == 1 ? 2 : 1);
        assertThat(alice.configs).isEqualTo((int) before);
        int told = bob.configs;
        carolShowsAlice(CredentialPacket.of(revocation));
        net.run(3000);
        assertThat(bob.configs).as("once").isEqualTo(told);
    }

    private CertificateOfMembership membershipOf(Vl2Host host) {
        return (host == bob ? atBob : atAlice)
                .config()
                .orElseThrow()
                .membership()
                .orElseThrow();
    }

    @Test
    void credentialsOfOneSenderAreTakenThreeTimesAndThenOnceInASecond() {
        for (int i = 0; i < 5; i++) {
            new CredentialPacket(List.of(), List.of(), List.of(tag(controller, 100 - i, i)), List.of(), List.of())
                    .write(carol.host.node().vl1().begin(alice.address(), Verb.NETWORK_CREDENTIALS));
            carol.host.node().vl1().send(true, net.nowMillis());
        }
        carol.host.touch();
        net.run(900);

        assertThat(alice.networks.dropped(NetworkDropReason.RATE_LIMITED)).isEqualTo(2);
        assertThat(aliceAtBob()).isNull();
    }
}
