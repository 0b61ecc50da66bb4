package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.RequestMetadata;
import io.ztnio.protocol.controller.ControllerCounts;
import io.ztnio.protocol.credential.CredentialPacket;
import io.ztnio.protocol.credential.CredentialType;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.Verb;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is let into a network, put out of it, and believed on it. */
@Tag("any-jdk")
class AdmissionTest extends NetworksCase {
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

    @Test
    void whatAControllerDoesIsCounted() {
        define(network());
        define(network().name("another"));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.ACCESS_DENIED);
        long changes = controller.counts().memberChanges();
        authorize(alice);
        await(atAlice, NetworkStatus.OK);
        controller.deauthorize(networkId, alice.address(), net.nowMillis());
        authorize(alice, bob);
        controller.deleteMember(networkId, bob.address(), net.nowMillis());

        ControllerCounts counts = controller.counts();
        assertThat(counts.networkChanges()).isEqualTo(1);
        assertThat(counts.authorizations()).isEqualTo(3);
        assertThat(counts.deauthorizations()).isEqualTo(2);
        assertThat(changes).isPositive();
        assertThat(counts.requests()).isPositive();
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

    /** Or a thousand members would call on one who is put out. */
    @Test
    void whoHasNeverMetTheOneWhoIsPutOutDoesNotCallOnHim() {
        define(network());
        authorize(alice, bob);
        await(alice.join(networkId), NetworkStatus.OK);
        await(bob.join(networkId), NetworkStatus.OK);

        controller.deauthorize(networkId, bob.address(), net.nowMillis());
        carol.host.touch();
        net.run(5000);

        assertThat(alice.networks.joined(networkId).members.get(bob.address())).isNotNull();
        assertThat(alice.host.node().vl1().peer(bob.address())).isEmpty();
        assertThat(bob.host.node().vl1().peer(alice.address())).isEmpty();
    }
}
