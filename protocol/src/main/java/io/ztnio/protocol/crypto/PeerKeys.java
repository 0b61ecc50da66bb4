package io.ztnio.protocol.crypto;

import io.ztnio.protocol.cipher.Salsa20;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.BigEndian;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * The keys that two nodes share, with the cipher objects that use them ({@code protocol.md} 1.7 and 3).
 *
 * <p>Thread: belongs to one thread.
 */
public final class PeerKeys {
    /** Length of the agreed secret. */
    public static final int SECRET_LENGTH = 48;

    private final byte[] secret;
    private final Salsa20 salsa2012 = new Salsa20(12);
    private final Poly1305 poly1305 = new Poly1305();
    /** Shares its bytes with {@link #scratch}, so that no key object is made for each packet. */
    private final KeyParameter oneTimeKey = new KeyParameter(new byte[Salsa20.KEY_LENGTH]);

    private final byte[] scratch = oneTimeKey.getKey();
    private GmacSiv gmacSiv;
    private boolean wiped;

    /**
     * The keys derived from an agreed secret.
     *
     * @param agreedSecret the 48 bytes of {@link Identity#agree}
     */
    public PeerKeys(byte[] agreedSecret) {
        if (agreedSecret.length != SECRET_LENGTH) {
            throw new IllegalArgumentException("an agreed secret has 48 bytes, not " + agreedSecret.length);
        }
        secret = agreedSecret.clone();
    }

    /** The keys between two nodes; {@code own} has its secret. */
    public static PeerKeys agree(Identity own, Identity other) {
        return new PeerKeys(own.agree(other));
    }

    /** The same keys with cipher objects of their own, for another thread. */
    public PeerKeys copy() {
        checkUsable();
        return new PeerKeys(secret);
    }

    /** Overwrites the secret. What is sealed or opened afterwards fails: it would be protected by nothing. */
    public void wipe() {
        wiped = true;
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(scratch, (byte) 0);
        gmacSiv = null;
    }

    private void checkUsable() {
        if (wiped) {
            throw new IllegalStateException("these keys have been wiped");
        }
    }

    /** The array whose first 32 bytes are the key of suites 0 and 1; not to be changed. */
    byte[] salsaKey() {
        checkUsable();
        return secret;
    }

    /** 32 bytes for one-time keys and tags. */
    byte[] scratch() {
        return scratch;
    }

    /** The key that {@link #scratch} holds. */
    KeyParameter oneTimeKey() {
        return oneTimeKey;
    }

    Salsa20 salsa2012() {
        return salsa2012;
    }

    Poly1305 poly1305() {
        return poly1305;
    }

    GmacSiv gmacSiv() {
        checkUsable();
        if (gmacSiv == null) {
            gmacSiv = new GmacSiv(
                    Arrays.copyOf(deriveKey(secret, '0'), Salsa20.KEY_LENGTH),
                    Arrays.copyOf(deriveKey(secret, '1'), Salsa20.KEY_LENGTH));
        }
        return gmacSiv;
    }

    /** KBKDF with HMAC-SHA-384, 48 bytes ({@code protocol.md} 3.4). */
    static byte[] deriveKey(byte[] secret, char label) {
        byte[] message = new byte[13];
        message[4] = 'Z';
        message[5] = 'T';
        message[6] = (byte) label;
        BigEndian.putInt(message, 9, 384);
        try {
            Mac hmac = Mac.getInstance("HmacSHA384");
            hmac.init(new SecretKeySpec(secret, "HmacSHA384"));
            return hmac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK's HmacSHA384 failed", e);
        }
    }

    /** Never the keys. */
    @Override
    public String toString() {
        return "PeerKeys";
    }
}
