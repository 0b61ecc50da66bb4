package io.ztnio.protocol.crypto;

import io.ztnio.protocol.wire.PacketHeader;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Cipher suite 3, AES-GMAC-SIV ({@code protocol.md} 3.4), on the JDK's AES: short packets by single blocks, longer ones by its GCM
 * and counter mode, which take longer to start.
 *
 * <p>Thread: belongs to one thread.
 */
final class GmacSiv {
    /**
     * The longest packet that is short, in bytes. Measured on JDK 17 and 25: single blocks take half the time at 64 bytes, nine
     * tenths here, as much at 240.
     */
    static final int MAX_SHORT_LENGTH = 200;

    /** Destination, source, and the flags with the hops masked out. */
    private static final int HEADER_FIELDS = 11;

    private final SecretKey macKey;
    private final SecretKey cipherKey;
    private final Cipher encryption;
    private final Cipher decryption;
    private final Ghash ghash;
    private final ShortGmacSiv shortPackets;
    /** Made for the first packet that is longer: a root has many peers that never send one. */
    private LongGmacSiv longPackets;

    GmacSiv(byte[] macKeyBytes, byte[] cipherKeyBytes) {
        macKey = new SecretKeySpec(macKeyBytes, "AES");
        cipherKey = new SecretKeySpec(cipherKeyBytes, "AES");
        try {
            Cipher macCipher = blockCipher(Cipher.ENCRYPT_MODE, macKey);
            encryption = blockCipher(Cipher.ENCRYPT_MODE, cipherKey);
            decryption = blockCipher(Cipher.DECRYPT_MODE, cipherKey);
            ghash = new Ghash(macCipher.doFinal(new byte[Ghash.BLOCK]));
            shortPackets = new ShortGmacSiv(macCipher, encryption, decryption, ghash, MAX_SHORT_LENGTH);
        } catch (GeneralSecurityException e) {
            throw brokenJdk(e);
        }
    }

    /** Encrypts in place, and replaces the packet ID and the MAC. */
    void seal(byte[] packet, int offset, int length) {
        try {
            if (length <= MAX_SHORT_LENGTH) {
                shortPackets.seal(packet, offset, length);
            } else {
                longPackets().seal(packet, offset, length);
            }
        } catch (GeneralSecurityException e) {
            throw brokenJdk(e);
        }
    }

    /** Decrypts in place if the packet is authentic, otherwise leaves it as it was received. */
    boolean open(byte[] packet, int offset, int length) {
        try {
            return length <= MAX_SHORT_LENGTH
                    ? shortPackets.open(packet, offset, length)
                    : longPackets().open(packet, offset, length);
        } catch (GeneralSecurityException e) {
            throw brokenJdk(e);
        }
    }

    /** Writes the first block of what is authenticated: the header's fields that do not change on the way, and zeros. */
    static void putHeaderFields(byte[] packet, int offset, byte[] block) {
        System.arraycopy(packet, offset + PacketHeader.DESTINATION, block, 0, HEADER_FIELDS);
        block[HEADER_FIELDS - 1] &= (byte) ~PacketHeader.HOPS_MASK;
        Arrays.fill(block, HEADER_FIELDS, Ghash.BLOCK, (byte) 0);
    }

    private LongGmacSiv longPackets() throws GeneralSecurityException {
        if (longPackets == null) {
            longPackets = new LongGmacSiv(macKey, cipherKey, encryption, decryption, ghash);
        }
        return longPackets;
    }

    private static Cipher blockCipher(int mode, SecretKey key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(mode, key);
        return cipher;
    }

    private static IllegalStateException brokenJdk(GeneralSecurityException e) {
        return new IllegalStateException("this JDK's AES failed", e);
    }
}
