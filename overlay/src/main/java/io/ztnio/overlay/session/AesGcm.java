package io.ztnio.overlay.session;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM as Noise uses it (Noise specification, section 12.4): the nonce is four zero bytes and a big-endian
 * counter.
 */
final class AesGcm implements FrameCipher {
    static final int KEY_LENGTH = 32;
    private static final int TAG_BITS = 8 * Datagrams.TAG_LENGTH;
    private static final int NONCE_LENGTH = 12;

    private final SecretKeySpec key;
    private final Cipher cipher;
    private final byte[] nonce = new byte[NONCE_LENGTH];

    AesGcm(byte[] key) {
        this.key = new SecretKeySpec(key, 0, KEY_LENGTH, "AES");
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    @Override
    public void seal(long counter, byte[] buffer, int header, int offset, int length) {
        try {
            start(Cipher.ENCRYPT_MODE, counter);
            cipher.updateAAD(buffer, header, Datagrams.DATA_HEADER);
            cipher.doFinal(buffer, offset, length, buffer, offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed", e);
        }
    }

    @Override
    public boolean open(long counter, byte[] buffer, int header, int offset, int length) {
        try {
            start(Cipher.DECRYPT_MODE, counter);
            cipher.updateAAD(buffer, header, Datagrams.DATA_HEADER);
            cipher.doFinal(buffer, offset, length, buffer, offset);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed", e);
        }
    }

    /** The sealed form of some bytes, with any associated data: for handshakes. */
    byte[] encrypt(long counter, byte[] associated, byte[] plain) {
        try {
            start(Cipher.ENCRYPT_MODE, counter);
            cipher.updateAAD(associated);
            return cipher.doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed", e);
        }
    }

    /** The opened form, or {@code null} if the tag is wrong. */
    byte[] decrypt(long counter, byte[] associated, byte[] sealed) {
        try {
            start(Cipher.DECRYPT_MODE, counter);
            cipher.updateAAD(associated);
            return cipher.doFinal(sealed);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed", e);
        }
    }

    private void start(int mode, long counter) throws InvalidKeyException, InvalidAlgorithmParameterException {
        Bytes.i64(nonce, 4, counter);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    }
}
