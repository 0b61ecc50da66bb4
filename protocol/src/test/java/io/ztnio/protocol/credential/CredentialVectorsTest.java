package io.ztnio.protocol.credential;

import static io.ztnio.protocol.Vectors.A;
import static io.ztnio.protocol.Vectors.B;
import static io.ztnio.protocol.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.credential.CertificateOfOwnership.Thing;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Credentials that the reference implementation signed: read, verified, and signed again to the byte. */
class CredentialVectorsTest {
    private static final long NETWORK = 0x8e4df28b72000001L;
    private static final long TIME = 1_700_000_000_000L;

    private final Map<String, Object> facts = Vectors.map("vectors/protocol-13.json");
    private final Map<String, Object> vectors = Vectors.map("vectors/credentials.json");
    private final Identity controller = Vectors.identity(vectors.get("controller"));
    private final Identity member = Vectors.identity(vectors.get("member"));
    private final long networkId = Long.parseUnsignedLong((String) vectors.get("nwid"), 16);

    @Test
    void certificateOfMembershipIsSignedToTheByte() {
        byte[] expected = hex(facts.get("com"));

        CertificateOfMembership signed = CertificateOfMembership.sign(A, NETWORK, TIME, 1_800_000, B);

        assertThat(signed.encode()).isEqualTo(expected);
        CertificateOfMembership read = read(expected, CertificateOfMembership::read);
        assertThat(read.verify(A)).isTrue();
        assertThat(read.verify(B)).isFalse();
        assertThat(read.networkId()).isEqualTo(NETWORK);
        assertThat(read.issuedTo()).isEqualTo(B.address());
        assertThat(read.timestampMillis()).isEqualTo(TIME);
        assertThat(read.maxDeltaMillis()).isEqualTo(1_800_000);
    }

    @Test
    void tagIsSignedToTheByte() {
        Tag signed = Tag.sign(A, NETWORK, TIME, 1000, 7, B.address());

        assertThat(signed.signingForm()).isEqualTo(hex(facts.get("tagForm")));
        assertThat(signed.encode()).isEqualTo(hex(facts.get("tag")));
        assertRoundTrip(hex(facts.get("tag")), Tag::read);
    }

    @Test
    void capabilityIsSignedToTheByte() {
        List<Rule> rules = List.of(Rule.match(RuleType.MATCH_ETHERTYPE, 0x0800), Rule.ACCEPT);

        Capability signed = Capability.sign(A, NETWORK, TIME, 5, rules, B.address());

        assertThat(signed.signingForm()).isEqualTo(hex(facts.get("capabilityForm")));
        assertThat(signed.encode()).isEqualTo(hex(facts.get("capability")));
        assertRoundTrip(hex(facts.get("capability")), Capability::read);
    }

    @Test
    void revocationIsSignedToTheByte() {
        Revocation.Fields fields = new Revocation.Fields(0xdeadbeef, NETWORK, 0, TIME, 1, B.address(), 1);

        Revocation signed = Revocation.sign(A, fields);

        assertThat(signed.encode()).isEqualTo(hex(facts.get("revocation")));
        assertThat(signed.isFastPropagate()).isTrue();
        assertThat(signed.revokedType()).isEqualTo(CredentialType.COM);
        assertRoundTrip(hex(facts.get("revocation")), Revocation::read);
    }

    @Test
    void certificateOfOwnershipIsSignedToTheByte() {
        List<Thing> things = List.of(ip("10.1.2.3"), ip("fd00::1"), Thing.mac(MacAddress.of(B.address(), NETWORK)));

        CertificateOfOwnership signed = CertificateOfOwnership.sign(A, NETWORK, TIME, 1, things, B.address());

        assertThat(signed.signingForm()).isEqualTo(hex(facts.get("cooForm")));
        assertThat(signed.encode()).isEqualTo(hex(facts.get("coo")));
        assertRoundTrip(hex(facts.get("coo")), CertificateOfOwnership::read);
        assertThat(signed.ownsIp(new byte[] {10, 1, 2, 3}, 0, 4)).isTrue();
        assertThat(signed.ownsIp(new byte[] {10, 1, 2, 4}, 0, 4)).isFalse();
        assertThat(signed.ownsMac(MacAddress.of(B.address(), NETWORK))).isTrue();
    }

    @Test
    void referenceCredentialsVerifyAndAreSignedToTheByte() {
        List<Rule> rules = List.of(
                Rule.match(RuleType.MATCH_ETHERTYPE, 0x0800),
                Rule.range(RuleType.MATCH_IP_DEST_PORT_RANGE, 80, 443),
                Rule.ACCEPT);
        List<Thing> things =
                List.of(ip("10.99.0.67"), ip("fd00::67"), Thing.mac(MacAddress.of(member.address(), networkId)));
        Revocation.Fields revoked = new Revocation.Fields(5, networkId, 0, TIME, 1, member.address(), 1);

        assertThat(CertificateOfMembership.sign(controller, networkId, TIME, 7_200_000, member)
                        .encode())
                .isEqualTo(serialized("com"));
        assertThat(Tag.sign(controller, networkId, TIME, 77, (int) 3735928559L, member.address())
                        .encode())
                .isEqualTo(serialized("tag"));
        assertThat(Capability.sign(controller, networkId, TIME, 9, rules, member.address())
                        .encode())
                .isEqualTo(serialized("capability"));
        assertThat(Revocation.sign(controller, revoked).encode()).isEqualTo(serialized("revocation"));
        assertThat(CertificateOfOwnership.sign(controller, networkId, TIME, 3, things, member.address())
                        .encode())
                .isEqualTo(serialized("certificateOfOwnership"));
        assertThat(read(serialized("com"), CertificateOfMembership::read).verify(controller))
                .isTrue();
        assertThat(read(serialized("capability"), Capability::read).verify(controller))
                .isTrue();
    }

    @Test
    void membershipAgreementIsTheReferences() {
        CertificateOfMembership mine = read(serialized("com"), CertificateOfMembership::read);

        for (Map<String, Object> each : Vectors.list("vectors/credentials.json", "comAgree")) {
            CertificateOfMembership other = read(hex(each.get("other")), CertificateOfMembership::read);
            Identity who = Vectors.identity(each.get("otherMember"));
            assertThat(other.verify(controller)).isTrue();
            assertThat(mine.agreesWith(other, who)).isEqualTo(each.get("agrees"));
            assertThat(mine.agreesWith(other, member)).isFalse();
        }
    }

    @Test
    void everyTruncationAndEveryFlippedBitIsRefused() {
        assertTamperProof(hex(facts.get("com")), CertificateOfMembership::read, -1);
        assertTamperProof(hex(facts.get("tag")), Tag::read, -1);
        assertTamperProof(hex(facts.get("capability")), Capability::read, 29);
        assertTamperProof(hex(facts.get("coo")), CertificateOfOwnership::read, -1);
    }

    @Test
    void packetOfCredentialsIsReadWithSectionsMissingFromTheEnd() {
        CertificateOfMembership com = read(hex(facts.get("com")), CertificateOfMembership::read);
        Tag tag = read(hex(facts.get("tag")), Tag::read);
        CredentialPacket packet = new CredentialPacket(List.of(com), List.of(), List.of(tag), List.of(), List.of());
        ByteWriter writer = new ByteWriter(packet.encodedLength());

        packet.write(writer);

        byte[] whole = writer.toByteArray();
        assertThat(whole).hasSize(packet.encodedLength());
        assertThat(CredentialPacket.read(new ByteReader(whole))).contains(packet);
        assertThat(CredentialPacket.read(new ByteReader(whole, 0, 272))
                        .orElseThrow()
                        .memberships())
                .containsExactly(com);
        assertThat(CredentialPacket.read(new ByteReader(whole, 0, whole.length - 4))
                        .orElseThrow()
                        .tags())
                .containsExactly(tag);
        assertThat(CredentialPacket.read(new ByteReader(whole, 0, 300))).isEmpty();
    }

    private byte[] serialized(String name) {
        return hex(((Map<?, ?>) vectors.get(name)).get("serialized"));
    }

    private static Thing ip(String text) {
        return Thing.ip(InetPrefix.parse(text).address());
    }

    private static <C> C read(byte[] bytes, Function<ByteReader, Optional<C>> read) {
        ByteReader reader = new ByteReader(bytes);
        C result = read.apply(reader).orElseThrow();
        assertThat(reader.remaining()).isZero();
        return result;
    }

    private static <C extends Credential> void assertRoundTrip(byte[] bytes, Function<ByteReader, Optional<C>> read) {
        C credential = read(bytes, read);
        assertThat(credential.encode()).isEqualTo(bytes);
        assertThat(credential.verify(A)).isTrue();
        assertThat(credential.verify(B)).isFalse();
        assertThat(credential.issuedTo()).isEqualTo(B.address());
        assertThat(credential.signedBy()).isEqualTo(A.address());
    }

    /** The five bytes at {@code unsigned} are those of a capability's taker, which no signature covers. */
    private static <C extends Credential> void assertTamperProof(
            byte[] good, Function<ByteReader, Optional<C>> read, int unsigned) {
        for (int length = 0; length < good.length; length++) {
            assertThat(read.apply(new ByteReader(good, 0, length))).isEmpty();
        }
        for (int bit = 0; bit < good.length * 8; bit += 5) {
            byte[] bad = good.clone();
            if (unsigned >= 0 && bit / 8 >= unsigned && bit / 8 < unsigned + 5) {
                continue;
            }
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Optional<C> credential = read.apply(new ByteReader(bad));
            assertThat(credential.isPresent() && credential.get().verify(A))
                    .as("bit %d", bit)
                    .isFalse();
        }
    }
}
