package io.ztnio.overlay.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.SplittableRandom;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;

/** The JDK's implementation is the oracle; known answers are in the handshake's tests. */
class X25519Test {
    private final SplittableRandom random = new SplittableRandom(7748);

    @Test
    void agreesAsTheJdkDoes() throws GeneralSecurityException {
        for (int i = 0; i < 100; i++) {
            byte[] secret = bytes();
            byte[] publicKey = bytes();

            assertThat(X25519.agree(secret, publicKey)).contains(jdk(secret, publicKey));
            assertThat(X25519.publicKey(secret)).isEqualTo(jdk(secret, basePoint()));
        }
    }

    @Test
    void theHighestBitOfAPublicKeyDoesNotCount() {
        byte[] secret = bytes();
        byte[] publicKey = bytes();
        byte[] other = publicKey.clone();
        other[31] ^= (byte) 0x80;

        assertThat(X25519.agree(secret, other).orElseThrow())
                .isEqualTo(X25519.agree(secret, publicKey).orElseThrow());
    }

    @Test
    void pointsOfSmallOrderGiveNothing() {
        byte[] one = new byte[X25519.LENGTH];
        one[0] = 1;

        assertThat(X25519.agree(bytes(), new byte[X25519.LENGTH])).isEmpty();
        assertThat(X25519.agree(bytes(), one)).isEmpty();
    }

    @Test
    void keysOfAnotherLengthAreRefused() {
        assertThatThrownBy(() -> X25519.publicKey(new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> X25519.agree(bytes(), new byte[33])).isInstanceOf(IllegalArgumentException.class);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[X25519.LENGTH];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] basePoint() {
        byte[] point = new byte[X25519.LENGTH];
        point[0] = 9;
        return point;
    }

    private static byte[] jdk(byte[] secret, byte[] publicKey) throws GeneralSecurityException {
        KeyFactory keys = KeyFactory.getInstance("X25519");
        byte[] bigEndian = new byte[X25519.LENGTH];
        for (int i = 0; i < X25519.LENGTH; i++) {
            bigEndian[i] = publicKey[X25519.LENGTH - 1 - i];
        }
        bigEndian[0] &= 0x7f;
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret)));
        agreement.doPhase(
                keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian))),
                true);
        return agreement.generateSecret();
    }
}
