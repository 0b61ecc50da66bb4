package io.ztnio.overlay.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What others know of a node: its public key, and the id that follows from it. The text form is {@code id:key}, ten and
 * 64 hexadecimal digits.
 *
 * <p>The id is the first run of five bytes of the key's SHA-256 that is a valid id: not zero, not beginning with 0xff.
 *
 * <p>Thread: immutable.
 */
public final class PublicIdentity {
    private final long id;
    private final byte[] key;

    /**
     * The identity of a public key.
     *
     * @throws IllegalArgumentException if it is not 32 bytes
     */
    public PublicIdentity(byte[] key) {
        if (key.length != X25519.LENGTH) {
            throw new IllegalArgumentException("a public key of " + key.length + " bytes");
        }
        this.key = key.clone();
        this.id = idOf(key);
    }

    /**
     * Reads {@code id:key} or the key alone.
     *
     * @throws IllegalArgumentException if it is neither, or the id is another key's
     */
    public static PublicIdentity parse(String text) {
        String stripped = text.strip();
        int colon = stripped.indexOf(':');
        PublicIdentity identity;
        try {
            identity = new PublicIdentity(HexFormat.of().parseHex(stripped.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a public identity: a node id, a colon and 64 hexadecimal digits", e);
        }
        if (colon >= 0 && NodeId.parse(stripped.substring(0, colon)) != identity.id) {
            throw new IllegalArgumentException(
                    "'" + text + "' is damaged: that key is the one of " + NodeId.format(identity.id));
        }
        return identity;
    }

    private static long idOf(byte[] key) {
        byte[] hash;
        try {
            hash = MessageDigest.getInstance("SHA-256").digest(key);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
        for (int from = 0; from + NodeId.LENGTH <= hash.length; from++) {
            long candidate = 0;
            for (int i = 0; i < NodeId.LENGTH; i++) {
                candidate = candidate << 8 | (hash[from + i] & 0xff);
            }
            if (NodeId.isValid(candidate)) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("no id follows from this key; generate another");
    }

    /** The node id, 40 bits. */
    public long id() {
        return id;
    }

    /** A copy of the 32 bytes. */
    public byte[] key() {
        return key.clone();
    }

    /** Whether the key is this one. */
    public boolean hasKey(byte[] other) {
        return MessageDigest.isEqual(key, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicIdentity identity && Arrays.equals(key, identity.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    @Override
    public String toString() {
        return NodeId.format(id) + ":" + HexFormat.of().formatHex(key);
    }
}
