package io.ztnio.protocol.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    private static final String FILE = "vectors/identities.json";

    @Test
    void readsAndWritesTheTextAndBinaryFormsOfTheReference() {
        for (var vector : Vectors.list(FILE, "identities")) {
            Identity secret = Vectors.identity(vector.get("secret"));
            Identity identity = Vectors.identity(vector.get("public"));
            ByteWriter writer = new ByteWriter(300);
            secret.write(writer);
            int publicLength = writer.length();
            secret.writeSecret(writer);

            assertThat(Address.format(identity.address())).isEqualTo(vector.get("address"));
            assertThat(identity.toPublicString()).isEqualTo(vector.get("public"));
            assertThat(secret.toSecretString()).isEqualTo(vector.get("secret"));
            assertThat(secret.withoutSecret()).isEqualTo(identity);
            assertThat(publicLength).isEqualTo(Identity.PUBLIC_LENGTH);
            assertThat(Vectors.hex(writer.toByteArray()))
                    .isEqualTo("" + vector.get("serializedPublic") + vector.get("serializedSecret"));
            assertThat(Identity.read(new ByteReader(Vectors.hex(vector.get("serializedPublic")))))
                    .contains(identity);
            Identity read = Identity.read(new ByteReader(Vectors.hex(vector.get("serializedSecret"))))
                    .orElseThrow();
            assertThat(read.toSecretString()).isEqualTo(vector.get("secret"));
        }
    }

    @Test
    void validatesWhatTheReferenceValidates() {
        for (var vector : Vectors.list(FILE, "identities")) {
            assertThat(Vectors.identity(vector.get("public")).locallyValid()).isTrue();
        }
        for (var vector : Vectors.list(FILE, "invalid")) {
            assertThat(Vectors.identity(vector.get("public")).locallyValid()).isFalse();
        }
    }

    @Test
    void computesTheMemoryHardHash() {
        IdentityHash hash = new IdentityHash();

        byte[] ofZeros = hash.digest(new byte[64]);
        byte[] ofA = hash.digest(Vectors.A.publicKey());

        assertThat(Vectors.hex(ofZeros))
                .isEqualTo("2c84e95af27f206aed3c14eb32a6deaf044e89250fd4694c91702c7354ef0373"
                        + "061180240aa50353ec0eeda6a892d4832a21e6aab95566cce72084e59ff4da43");
        assertThat(Vectors.hex(ofA))
                .isEqualTo("10b1afd388c4c1561f184ed54cd5bd012a1c8edf5a5975200bb15608dba0b5eb"
                        + "b9faa360a0c6bf99cf684e015bf5bda9d347a4867a5515fa48c6c58e4df28b72");
        assertThat(IdentityHash.isAcceptable(ofZeros)).isFalse();
        assertThat(IdentityHash.address(ofA)).isEqualTo(Vectors.A.address());
    }

    @Test
    void agreesOnTheSecretsOfTheReference() {
        for (var vector : Vectors.list(FILE, "agreements")) {
            Identity a = Vectors.identity(vector.get("a"));
            Identity b = Vectors.identity(vector.get("b"));

            if (a.hasSecret()) {
                assertThat(a.agree(b)).isEqualTo(Vectors.hex(vector.get("key48")));
            }
            if (b.hasSecret()) {
                assertThat(b.agree(a)).isEqualTo(Vectors.hex(vector.get("key48")));
            }
            assertThat(a.hasSecret() || b.hasSecret()).isTrue();
        }
    }

    @Test
    void signsAndVerifiesAsTheReferenceDoes() {
        for (var vector : Vectors.list(FILE, "signatures")) {
            Identity signer = Vectors.identity(vector.get("signer"));
            byte[] message = Vectors.hex(vector.get("message"));
            byte[] signature = Vectors.hex(vector.get("signature"));

            assertThat(signer.sign(message)).isEqualTo(signature);
            assertThat(signer.withoutSecret().verify(message, signature)).isTrue();
            for (int i = 0; i < signature.length; i++) {
                byte[] changed = signature.clone();
                changed[i] ^= 0x10;
                assertThat(signer.verify(message, changed)).isFalse();
            }
        }
        assertThat(Vectors.hex(Vectors.A.sign("hello world".getBytes(StandardCharsets.US_ASCII))))
                .startsWith("3fce145c1c171c5836c2084d334d2535")
                .endsWith("309ecc489c12d6eb4cc40f50c902f2b4d0ed77ee511a7c7a9bcd3ca86d4cd86f");
    }

    @Test
    void refusesSignaturesOfAnotherLengthOrKey() {
        byte[] message = {1, 2, 3};
        byte[] signature = Vectors.A.sign(message);

        assertThat(Vectors.A.verify(message, new byte[64])).isFalse();
        assertThat(Vectors.B.verify(message, signature)).isFalse();
        assertThat(Vectors.A.verify(new byte[] {1, 2}, signature)).isFalse();
        assertThat(Identity.verify(new byte[32], message, signature)).isFalse();
    }

    @Test
    void whoseKeyIsNoPointOfTheCurveHasSignedNothing() {
        byte[] message = {1};
        byte[] signature = Vectors.A.sign(message);
        Identity noPoint = Identity.parse("8056c2e21c:0:" + "ff".repeat(64)).orElseThrow();

        assertThat(noPoint.verify(message, signature)).isFalse();
        assertThat(noPoint.verify(message, signature)).isFalse();
        assertThat(Identity.verify(noPoint.publicKey(), message, signature)).isFalse();
    }

    @Test
    void hashesAddressAndPublicKey() {
        assertThat(Vectors.hex(Vectors.B.publicHash()))
                .isEqualTo("27cebe837d59c7a4936d1f6f9e962cd84cac7ae991399266fbe3d26ef6965528"
                        + "0455eb48886930c0c41d8d491ed29621");
    }

    @Test
    void generatesValidIdentities() {
        long seed = new Random().nextLong();
        System.out.println("IdentityTest seed " + seed);

        Identity identity = Identity.generate(new Random(seed));
        Identity same = Identity.generate(new Random(seed));

        assertThat(identity.locallyValid()).isTrue();
        assertThat(identity).isEqualTo(same);
        assertThat(identity.agree(Vectors.A)).isEqualTo(Vectors.A.agree(identity));
        assertThat(identity.verify(new byte[] {5}, identity.sign(new byte[] {5})))
                .isTrue();
        assertThat(identity.withoutSecret()).isEqualTo(identity);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "8e4df28b72",
                "8e4df28b72:0",
                "8e4df28b72:0:",
                "8e4df28b72:1:@",
                "8e4df28b72:00:@",
                "0000000000:0:@",
                "ff4df28b72:0:@",
                "8e4df28b7:0:@",
                "8e4df28b72:0:@:12",
                "8e4df28b72:0:@:@:",
                "xe4df28b72:0:@"
            })
    void refusesMalformedText(String text) {
        String publicKey = Vectors.hex(Vectors.A.publicKey());

        assertThat(Identity.parse(text.replace("@", publicKey))).isEmpty();
    }

    @Test
    void refusesMalformedBinaryForms() {
        byte[] valid = binary(Vectors.A);
        for (int length = 0; length < valid.length; length++) {
            ByteReader reader = new ByteReader(valid, 0, length);
            assertThat(Identity.read(reader)).isEmpty();
            assertThat(reader.ok()).isFalse();
        }
        byte[] otherType = valid.clone();
        otherType[5] = 1;
        byte[] otherSecretLength = valid.clone();
        otherSecretLength[70] = 1;
        byte[] reserved = valid.clone();
        reserved[0] = (byte) 0xff;

        assertThat(Identity.read(new ByteReader(otherType))).isEmpty();
        assertThat(Identity.read(new ByteReader(otherSecretLength))).isEmpty();
        assertThat(Identity.read(new ByteReader(reserved))).isEmpty();
    }

    @Test
    void knowsItselfWhereItStands() {
        Identity identity = Vectors.A.withoutSecret();
        ByteWriter writer = new ByteWriter(3 + Identity.PUBLIC_LENGTH);
        writer.putByte(1).putByte(2).putByte(3);
        identity.write(writer);
        byte[] bytes = writer.toByteArray();

        assertThat(identity.isAt(bytes, 3, bytes.length)).isTrue();
        assertThat(identity.isAt(bytes, 3, bytes.length - 1)).isFalse();
        assertThat(Vectors.B.isAt(bytes, 3, bytes.length)).isFalse();
        for (int i = 3; i < bytes.length; i++) {
            bytes[i] ^= 64;
            assertThat(identity.isAt(bytes, 3, bytes.length)).as("byte %s", i).isFalse();
            bytes[i] ^= 64;
        }
    }

    @Test
    void isPassedOverWithAndWithoutItsSecret() {
        ByteWriter writer = new ByteWriter(135 + Identity.PUBLIC_LENGTH + 1);
        Vectors.A.writeSecret(writer);
        Vectors.A.write(writer);
        ByteReader reader = new ByteReader(writer.putByte(7).toByteArray());

        Identity.skip(reader);
        Identity.skip(reader);

        assertThat(reader.getByte()).isEqualTo(7);
        assertThat(reader.ok()).isTrue();
        Identity.skip(reader);
        assertThat(reader.ok()).isFalse();
    }

    @Test
    void doesNotTellItsSecret() {
        String secret = Vectors.A.toSecretString().substring(142);

        assertThat(Vectors.A.toString()).doesNotContain(secret).isEqualTo(Vectors.A.toPublicString());
    }

    @Test
    void cannotActWithoutASecret() {
        Identity identity = Vectors.A.withoutSecret();

        assertThatThrownBy(() -> identity.sign(new byte[1])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> identity.agree(Vectors.B)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(identity::toSecretString).isInstanceOf(IllegalStateException.class);
    }

    private static byte[] binary(Identity identity) {
        ByteWriter writer = new ByteWriter(Identity.PUBLIC_LENGTH);
        identity.write(writer);
        return writer.toByteArray();
    }
}
