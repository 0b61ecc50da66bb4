package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.ManagedAddresses;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Specialist;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.credential.CertificateOfOwnership;
import io.ztnio.protocol.credential.CredentialPacket;
import io.ztnio.protocol.credential.CredentialType;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.wire.Verb;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose an address is, by what members show. */
@Tag("any-jdk")
class AddressOwnersTest {
    private final SimNet net = new SimNet(41);
    private final SimPlanet planet = new SimPlanet(net);
    private final Vl2Host carol = new Vl2Host(net, planet, "83.1.1.1:9993", 3, new MemoryStateStore());
    private final Vl2Host alice = new Vl2Host(net, planet, "81.1.1.1:9993", 1, new MemoryStateStore());
    private final Vl2Host bob = new Vl2Host(net, planet, "82.1.1.1:9993", 2, new MemoryStateStore());
    private final long networkId = NetworkId.of(carol.address(), 7);
    private final Controller controller = new Controller(carol.host.node().vl1(), carol.store, carol.networks);
    private VirtualNetwork atAlice;
    private VirtualNetwork atBob;

    @BeforeEach
    void start() {
        carol.networks.attach(controller);
        net.run(1000);
        controller.put(
                NetworkDefinition.builder(networkId)
                        .rfc4193(true)
                        .sixPlane(true)
                        .build(),
                net.nowMillis());
        controller.authorize(networkId, alice.address(), net.nowMillis());
        controller.authorize(networkId, bob.address(), net.nowMillis());
        atAlice = alice.join(networkId);
        atBob = bob.join(networkId);
        assertThat(net.runUntil(
                        15_000, () -> atAlice.status() == NetworkStatus.OK && atBob.status() == NetworkStatus.OK))
                .isTrue();
        bob.send(atBob, atAlice.mac(), "a member");
        net.run(2000);
    }

    private static byte[] ip(String text) {
        return InetPrefix.parse(text).address().getAddress();
    }

    private static Identity identity(Vl2Host host) {
        return host.host.node().identity();
    }

    private CertificateOfOwnership certificate(
            Identity signer, long timestampMillis, int id, Vl2Host to, String... ips) {
        List<CertificateOfOwnership.Thing> things = new ArrayList<>();
        for (String ip : ips) {
            things.add(CertificateOfOwnership.Thing.ip(InetPrefix.parse(ip).address()));
        }
        return CertificateOfOwnership.sign(signer, networkId, timestampMillis, id, things, to.address());
    }

    private void show(Vl2Host from, CredentialPacket packet) {
        packet.write(from.host.node().vl1().begin(alice.address(), Verb.NETWORK_CREDENTIALS));
        from.host.node().vl1().send(true, net.nowMillis());
        from.host.touch();
        net.run(2000);
    }

    private void show(CertificateOfOwnership certificate) {
        show(bob, new CredentialPacket(List.of(), List.of(), List.of(), List.of(), List.of(certificate)));
    }

    private long now() {
        return atAlice.config().orElseThrow().timestampMillis();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.7.0.9", "fd00::9"})
    void whoShowsACertificateOwnsTheAddressAlone(String address) {
        assertThat(atAlice.ownerMac(ip(address))).isEqualTo(-1);

        show(certificate(identity(carol), now(), 1, bob, address, "10.7.0.10"));

        assertThat(atAlice.ownerMac(ip(address))).isEqualTo(atBob.mac());
        assertThat(atAlice.ownerMac(ip("10.7.0.10"))).isEqualTo(atBob.mac());
        assertThat(atAlice.ownerMac(ip("10.7.0.11"))).isEqualTo(-1);
    }

    @Test
    void aCertificateThatTheControllerDidNotSignOwnsNothing() {
        show(certificate(identity(bob), now(), 1, bob, "10.7.0.9"));

        assertThat(atAlice.ownerMac(ip("10.7.0.9"))).isEqualTo(-1);
    }

    @Test
    void aCertificateFromAnotherTimeOwnsNothing() {
        long apart = atAlice.config().orElseThrow().credentialTimeMaxDeltaMillis();

        show(certificate(identity(carol), now() - apart - 1, 1, bob, "10.7.0.9"));

        assertThat(atAlice.ownerMac(ip("10.7.0.9"))).isEqualTo(-1);
    }

    @Test
    void aLaterCertificateTakesTheAddress() {
        show(certificate(identity(carol), now(), 1, bob, "10.7.0.9", "10.7.0.10"));

        show(certificate(identity(carol), now() + 1, 1, bob, "10.7.0.10"));
        assertThat(atAlice.ownerMac(ip("10.7.0.9"))).as("of the same member").isEqualTo(-1);
        assertThat(atAlice.ownerMac(ip("10.7.0.10"))).isEqualTo(atBob.mac());
        show(certificate(identity(carol), now() + 2, 1, carol, "10.7.0.10"));
        assertThat(atAlice.ownerMac(ip("10.7.0.10"))).isEqualTo(MacAddress.of(carol.address(), networkId));
        show(certificate(identity(carol), now() + 1, 2, bob, "10.7.0.10"));

        assertThat(atAlice.ownerMac(ip("10.7.0.10"))).isEqualTo(MacAddress.of(carol.address(), networkId));
    }

    @Test
    void aRevokedCertificateOwnsNothing() {
        show(certificate(identity(carol), now(), 1, bob, "10.7.0.9"));
        Revocation revocation = Revocation.sign(
                identity(carol),
                new Revocation.Fields(
                        1, networkId, 1, now(), 0, bob.address(), CredentialType.CERTIFICATE_OF_OWNERSHIP.code()));

        show(carol, CredentialPacket.of(revocation));

        assertThat(atAlice.ownerMac(ip("10.7.0.9"))).isEqualTo(-1);
    }

    @Test
    void whatIsBehindABridgeMayHaveItsAddresses() {
        controller.putMember(
                networkId,
                MemberDefinition.of(bob.address()).withActiveBridge(true).withAuthorized(true),
                net.nowMillis());
        carol.host.touch();
        assertThat(net.runUntil(
                        90_000, () -> atAlice.config().orElseThrow().hasRole(bob.address(), Specialist.ACTIVE_BRIDGE)))
                .isTrue();

        show(certificate(identity(carol), now(), 1, bob, "10.7.0.9"));

        assertThat(atAlice.ownerMac(ip("10.7.0.9"))).isEqualTo(-1);
    }

    @Test
    void addressesThatFollowFromMembersAreTheirs() {
        InetAddress rfc4193 = ManagedAddresses.rfc4193(networkId, bob.address()).address();
        InetAddress sixPlane =
                ManagedAddresses.sixPlane(networkId, bob.address()).address();

        assertThat(atAlice.ownerMac(rfc4193.getAddress())).isEqualTo(atBob.mac());
        assertThat(atAlice.ownerMac(sixPlane.getAddress())).isEqualTo(atBob.mac());
    }

    @Test
    void theAddressesOfAllMembersAreBounded() {
        AddressOwners owners = new AddressOwners();
        List<CertificateOfOwnership.Thing> things = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            things.clear();
            for (int j = 0; j < CertificateOfOwnership.MAX_THINGS; j++) {
                things.add(CertificateOfOwnership.Thing.ip(InetPrefix.parse("10." + j + "." + i / 250 + "." + i % 250)
                        .address()));
            }
            owners.add(CertificateOfOwnership.sign(identity(carol), networkId, 1, 1, things, bob.address()));
        }

        assertThat(owners.size()).isEqualTo(AddressOwners.MAX_ADDRESSES);
    }
}
