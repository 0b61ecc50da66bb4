package io.ztnio.overlay.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A node's key pair. {@link #toString} does not show the secret.
 *
 * <p>Thread: immutable.
 */
public final class Identity {
    private final byte[] secret;
    private final PublicIdentity publicIdentity;

    /**
     * The identity of a secret key.
     *
     * @param secret 32 bytes
     */
    public Identity(byte[] secret) {
        this.secret = clamped(secret);
        this.publicIdentity = new PublicIdentity(X25519.publicKey(this.secret));
    }

    /** A new one, from a random source that nobody can guess. */
    public static Identity generate(RandomGenerator random) {
        byte[] secret = new byte[X25519.LENGTH];
        random.nextBytes(secret);
        return new Identity(secret);
    }

    /** RFC 7748, section 5. */
    private static byte[] clamped(byte[] secret) {
        if (secret.length != X25519.LENGTH) {
            throw new IllegalArgumentException("a secret key of " + secret.length + " bytes");
        }
        byte[] key = secret.clone();
        key[0] &= (byte) 0xf8;
        key[X25519.LENGTH - 1] = (byte) ((key[X25519.LENGTH - 1] & 0x7f) | 0x40);
        return key;
    }

    /** The node id, 40 bits. */
    public long id() {
        return publicIdentity.id();
    }

    /** What others may know. */
    public PublicIdentity publicIdentity() {
        return publicIdentity;
    }

    /** A shared secret with the owner of {@code publicKey}; empty if the key is none. */
    public Optional<byte[]> agree(byte[] publicKey) {
        return X25519.agree(secret, publicKey);
    }

    /** A secret for another purpose, 32 bytes, from which nobody learns this one (HMAC-SHA256 under the secret key). */
    public byte[] derive(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA256", e);
        }
    }

    /** A copy of the secret key, 32 bytes. */
    byte[] secret() {
        return secret.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Identity identity && Arrays.equals(secret, identity.secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(secret);
    }

    @Override
    public String toString() {
        return publicIdentity.toString();
    }
}
