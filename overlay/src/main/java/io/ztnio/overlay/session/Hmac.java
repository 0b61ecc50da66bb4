package io.ztnio.overlay.session;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 with one key. Thread: confined to its owner. */
final class Hmac {
    static final int LENGTH = 32;

    private final Mac mac;
    private final byte[] full = new byte[LENGTH];

    Hmac(byte[] key) {
        try {
            this.mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA256", e);
        }
    }

    Hmac update(byte[] bytes) {
        mac.update(bytes);
        return this;
    }

    Hmac update(byte[] buffer, int offset, int length) {
        mac.update(buffer, offset, length);
        return this;
    }

    Hmac update(byte one) {
        mac.update(one);
        return this;
    }

    byte[] finish() {
        return mac.doFinal();
    }

    /** Writes the first 16 bytes of what was updated. */
    void writeShort(byte[] buffer, int at) {
        System.arraycopy(shortened(), 0, buffer, at, Datagrams.MAC_LENGTH);
    }

    /** Whether the 16 bytes at {@code at} are right, in constant time. */
    boolean matchesShort(byte[] buffer, int at) {
        return MessageDigest.isEqual(
                Arrays.copyOf(shortened(), Datagrams.MAC_LENGTH),
                Arrays.copyOfRange(buffer, at, at + Datagrams.MAC_LENGTH));
    }

    private byte[] shortened() {
        try {
            mac.doFinal(full, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 failed", e);
        }
        return full;
    }
}
