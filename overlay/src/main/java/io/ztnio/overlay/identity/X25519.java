package io.ztnio.overlay.identity;

import java.util.Optional;

/**
 * X25519 (RFC 7748) on raw 32-byte keys. Not the JDK's: up to version 21 that is in an optional module. Stateless.
 */
public final class X25519 {
    /** Bytes of a key, secret or public, and of a shared secret. */
    public static final int LENGTH = 32;

    private X25519() {}

    /** The public key that belongs to a secret key. */
    public static byte[] publicKey(byte[] secret) {
        check(secret);
        byte[] publicKey = new byte[LENGTH];
        org.bouncycastle.math.ec.rfc7748.X25519.generatePublicKey(secret, 0, publicKey, 0);
        return publicKey;
    }

    /** The shared secret; empty if {@code publicKey} is one of the points that give none. */
    public static Optional<byte[]> agree(byte[] secret, byte[] publicKey) {
        check(secret);
        check(publicKey);
        byte[] shared = new byte[LENGTH];
        return org.bouncycastle.math.ec.rfc7748.X25519.calculateAgreement(secret, 0, publicKey, 0, shared, 0)
                ? Optional.of(shared)
                : Optional.empty();
    }

    private static void check(byte[] key) {
        if (key.length != LENGTH) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
    }
}
