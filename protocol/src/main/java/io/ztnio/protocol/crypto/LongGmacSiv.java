package io.ztnio.protocol.crypto;

import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * Cipher suite 3 ({@code protocol.md} 3.4) by the JDK's GCM and counter mode, for packets of any length.
 *
 * <p>GMAC without GCM's handling of associated data, which copies it about three times in JDK 17: the authenticated bytes A
 * are first encrypted by CTR exactly as GCM will, so that GCM's encryption turns them back into A, and its GHASH
 * runs over A as if it were ciphertext. What remains different is GHASH's last block, which says "ciphertext of n bits"
 * instead of "associated data of n bits"; GHASH is linear, so the tags differ by (both lengths' XOR) times H.
 *
 * <p>Thread: belongs to one thread.
 */
final class LongGmacSiv {
    private static final int AAD_LENGTH = 16;
    private static final int TAG_LENGTH = 16;
    /** Enough for every length up to {@link PacketHeader#MAX_PACKET_LENGTH}. */
    private static final int LENGTH_BITS = 14;

    private final SecretKey macKey;
    private final SecretKey cipherKey;
    private final Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    private final Cipher macCounterMode = Cipher.getInstance("AES/CTR/NoPadding");
    private final Cipher counterMode = Cipher.getInstance("AES/CTR/NoPadding");
    private final Cipher blockEncryption;
    private final Cipher blockDecryption;
    /** What each bit of a length changes in a folded tag. */
    private final long[] lengthProducts = new long[LENGTH_BITS];

    private final byte[] gcmIv = new byte[12];
    private final byte[] counterBlock = new byte[16];
    private final byte[] tag = new byte[TAG_LENGTH];
    // Two buffers, because the JDK copies what a cipher is to work on in place.
    /** Header fields and plaintext, followed by GCM's tag. */
    private byte[] authenticated = new byte[512];

    private byte[] encrypted = new byte[512];
    private long lastIv;
    private boolean hasLastIv;

    /** @param encryption of single blocks with the second key, as {@code decryption} */
    LongGmacSiv(SecretKey macKey, SecretKey cipherKey, Cipher encryption, Cipher decryption, Ghash ghash)
            throws GeneralSecurityException {
        this.macKey = macKey;
        this.cipherKey = cipherKey;
        blockEncryption = encryption;
        blockDecryption = decryption;
        for (int bit = 0; bit < LENGTH_BITS; bit++) {
            lengthProducts[bit] = ghash.foldedProduct(8L << bit, 8L << bit);
        }
    }

    /** Encrypts in place, and replaces the packet ID and the MAC. */
    void seal(byte[] packet, int offset, int length) throws GeneralSecurityException {
        int start = offset + PacketHeader.VERB;
        int plaintextLength = length - PacketHeader.VERB;
        ensureCapacity(plaintextLength);
        System.arraycopy(packet, start, authenticated, AAD_LENGTH, plaintextLength);
        long iv = BigEndian.getLong(packet, offset);
        BigEndian.putLong(tag, 0, iv);
        BigEndian.putLong(tag, 8, foldedMac(iv, packet, offset, plaintextLength));
        blockEncryption.doFinal(tag, 0, TAG_LENGTH, tag, 0);
        initCounterMode();
        counterMode.doFinal(authenticated, AAD_LENGTH, plaintextLength, packet, start);
        System.arraycopy(tag, 0, packet, offset + PacketHeader.ID, 8);
        System.arraycopy(tag, 8, packet, offset + PacketHeader.MAC, 8);
    }

    /** Decrypts in place if the packet is authentic, otherwise leaves it as it was received. */
    boolean open(byte[] packet, int offset, int length) throws GeneralSecurityException {
        int start = offset + PacketHeader.VERB;
        int plaintextLength = length - PacketHeader.VERB;
        ensureCapacity(plaintextLength);
        System.arraycopy(packet, offset + PacketHeader.ID, tag, 0, 8);
        System.arraycopy(packet, offset + PacketHeader.MAC, tag, 8, 8);
        initCounterMode();
        counterMode.doFinal(packet, start, plaintextLength, authenticated, AAD_LENGTH);
        blockDecryption.doFinal(tag, 0, TAG_LENGTH, tag, 0);
        long expected = BigEndian.getLong(tag, 8);
        // One comparison of 64 bits takes the same time whatever differs.
        boolean authentic = foldedMac(BigEndian.getLong(tag, 0), packet, offset, plaintextLength) == expected;
        if (authentic) {
            System.arraycopy(authenticated, AAD_LENGTH, packet, start, plaintextLength);
        }
        return authentic;
    }

    /** GMAC over the header fields and the plaintext in {@link #authenticated}, which keeps them; folded to 64 bits. */
    private long foldedMac(long iv, byte[] packet, int offset, int plaintextLength) throws GeneralSecurityException {
        GmacSiv.putHeaderFields(packet, offset, authenticated);
        int authenticatedLength = AAD_LENGTH + plaintextLength;

        BigEndian.putLong(gcmIv, 0, iv);
        if (hasLastIv && iv == lastIv) {
            // The JDK refuses the last IV, which a duplicate of the last packet has; it remembers one only.
            gcmIv[11] = 1;
            gcm.init(Cipher.ENCRYPT_MODE, macKey, new GCMParameterSpec(8 * TAG_LENGTH, gcmIv));
            gcmIv[11] = 0;
        }
        gcm.init(Cipher.ENCRYPT_MODE, macKey, new GCMParameterSpec(8 * TAG_LENGTH, gcmIv));
        lastIv = iv;
        hasLastIv = true;

        BigEndian.putLong(counterBlock, 0, iv);
        BigEndian.putLong(counterBlock, 8, 2); // GCM counts from 1, and encrypts the tag with that
        macCounterMode.init(Cipher.ENCRYPT_MODE, macKey, new IvParameterSpec(counterBlock));
        macCounterMode.doFinal(authenticated, 0, authenticatedLength, encrypted, 0);
        gcm.doFinal(encrypted, 0, authenticatedLength, authenticated, 0);

        long folded = BigEndian.getLong(authenticated, authenticatedLength)
                ^ BigEndian.getLong(authenticated, authenticatedLength + 8);
        for (int bit = 0; bit < LENGTH_BITS; bit++) {
            if ((authenticatedLength >>> bit & 1) != 0) {
                folded ^= lengthProducts[bit];
            }
        }
        return folded;
    }

    private void initCounterMode() throws GeneralSecurityException {
        System.arraycopy(tag, 0, counterBlock, 0, TAG_LENGTH);
        counterBlock[12] &= 0x7f;
        counterMode.init(Cipher.ENCRYPT_MODE, cipherKey, new IvParameterSpec(counterBlock));
    }

    /** Room for the authenticated bytes and the tag that GCM appends. */
    private void ensureCapacity(int plaintextLength) {
        int needed = AAD_LENGTH + plaintextLength + TAG_LENGTH;
        if (authenticated.length < needed) {
            int capacity = Math.max(needed, Math.min(2 * authenticated.length, PacketHeader.MAX_PACKET_LENGTH));
            authenticated = new byte[capacity];
            encrypted = new byte[capacity];
        }
    }
}
