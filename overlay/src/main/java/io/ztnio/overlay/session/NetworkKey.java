package io.ztnio.overlay.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What the members of a network share: 32 bytes. {@link #toString} does not show them.
 *
 * <p>Thread: immutable.
 */
public final class NetworkKey {
    /** Bytes of a key. */
    public static final int LENGTH = 32;

    /** The key of a network that goes without one and relies on a list of public keys. */
    public static final NetworkKey NONE = new NetworkKey(new byte[LENGTH]);

    private static final int ITERATIONS = 210_000;
    private static final int LEAST_CHARACTERS = 8;
    private static final byte[] SALT = "ztnio-overlay 1 network ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MAC_LABEL = "ztnio-overlay 1 handshake mac".getBytes(StandardCharsets.US_ASCII);

    private final byte[] key;

    private NetworkKey(byte[] key) {
        this.key = key;
    }

    /** A key given as bytes. */
    public static NetworkKey of(byte[] key) {
        if (key.length != LENGTH) {
            throw new IllegalArgumentException("a network key of " + key.length + " bytes; it must be " + LENGTH);
        }
        return new NetworkKey(key.clone());
    }

    /**
     * A key given as text: 64 hexadecimal digits are the key, anything else of at least 8 characters is stretched to one
     * (PBKDF2 with HMAC-SHA256, salted with the network's id), which takes a noticeable part of a second.
     *
     * @throws IllegalArgumentException if the text is too short; it does not say the text
     */
    public static NetworkKey parse(String text, long networkId) {
        if (text.length() == 2 * LENGTH && text.chars().allMatch(HexFormat::isHexDigit)) {
            return new NetworkKey(HexFormat.of().parseHex(text));
        }
        if (text.length() < LEAST_CHARACTERS) {
            throw new IllegalArgumentException("the network's key is shorter than " + LEAST_CHARACTERS
                    + " characters: anybody could guess it. A long phrase or 64 hexadecimal digits will do");
        }
        byte[] salt = Arrays.copyOf(SALT, SALT.length + Long.BYTES);
        Bytes.i64(salt, SALT.length, networkId);
        PBEKeySpec spec = new PBEKeySpec(text.toCharArray(), salt, ITERATIONS, 8 * LENGTH);
        try {
            return new NetworkKey(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }

    /** Whether this is {@link #NONE}. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return key.clone();
    }

    /** What makes the MACs of handshakes. */
    Hmac handshakeMac(long networkId) {
        byte[] network = new byte[Long.BYTES];
        Bytes.i64(network, 0, networkId);
        return new Hmac(new Hmac(key).update(MAC_LABEL).update(network).finish());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkKey networkKey && MessageDigest.isEqual(key, networkKey.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    @Override
    public String toString() {
        return isNone() ? "no key" : "a key";
    }
}
