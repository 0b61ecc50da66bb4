package io.ztnio.overlay.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/** X25519 (RFC 7748) on raw 32-byte keys, by the JDK. Stateless. */
public final class X25519 {
    /** Bytes of a key, secret or public, and of a shared secret. */
    public static final int LENGTH = 32;

    private static final String ALGORITHM = "X25519";
    private static final byte[] BASE_POINT = new byte[LENGTH];

    static {
        BASE_POINT[0] = 9;
    }

    private X25519() {}

    /** The public key that belongs to a secret key. */
    public static byte[] publicKey(byte[] secret) {
        return agree(secret, BASE_POINT).orElseThrow();
    }

    /** The shared secret; empty if {@code publicKey} is one of the points that give none. */
    public static Optional<byte[]> agree(byte[] secret, byte[] publicKey) {
        check(secret);
        check(publicKey);
        try {
            KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
            PrivateKey mine = keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret));
            PublicKey theirs = keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, number(publicKey)));
            KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
            agreement.init(mine);
            agreement.doPhase(theirs, true);
            return Optional.of(agreement.generateSecret());
        } catch (InvalidKeyException e) {
            // The JDK refuses points of small order.
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no X25519", e);
        }
    }

    private static void check(byte[] key) {
        if (key.length != LENGTH) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
    }

    /** Little-endian; the highest bit does not count (RFC 7748, section 5). */
    private static BigInteger number(byte[] key) {
        byte[] bigEndian = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bigEndian[i] = key[LENGTH - 1 - i];
        }
        bigEndian[0] &= 0x7f;
        BigInteger number = new BigInteger(1, bigEndian);
        Arrays.fill(bigEndian, (byte) 0);
        return number;
    }
}
