package io.ztnio.protocol.crypto;

import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;

/**
 * Cipher suite 3 ({@code protocol.md} 3.4) for packets that are so short that starting the JDK's GCM and counter mode for each
 * takes longer than what they do: single blocks of AES, which need no start, and {@link Ghash}. Allocates nothing.
 *
 * <p>Thread: belongs to one thread.
 */
final class ShortGmacSiv {
    private static final int BLOCK = Ghash.BLOCK;

    private final Cipher macCipher;
    private final Cipher encryption;
    private final Cipher decryption;
    private final Ghash ghash;
    // Two buffers, because the JDK copies what a cipher is to work on in place.
    /** What is authenticated, with room for another block; or what is to be encrypted. */
    private final byte[] blocks;

    private final byte[] encrypted;

    /**
     * @param macCipher encrypts single blocks with the key of the MAC, the other two with that of the rest
     * @param maxLength of a packet
     */
    ShortGmacSiv(Cipher macCipher, Cipher encryption, Cipher decryption, Ghash ghash, int maxLength) {
        this.macCipher = macCipher;
        this.encryption = encryption;
        this.decryption = decryption;
        this.ghash = ghash;
        blocks = new byte[wholeBlocks(maxLength - PacketHeader.VERB) + 2 * BLOCK];
        encrypted = new byte[blocks.length];
    }

    /** Encrypts in place, and replaces the packet ID and the MAC. */
    void seal(byte[] packet, int offset, int length) throws GeneralSecurityException {
        int start = offset + PacketHeader.VERB;
        int plaintextLength = length - PacketHeader.VERB;
        System.arraycopy(packet, start, blocks, BLOCK, plaintextLength);
        long id = BigEndian.getLong(packet, offset + PacketHeader.ID);
        long mac = foldedMac(id, packet, offset, plaintextLength);

        BigEndian.putLong(blocks, 0, id);
        BigEndian.putLong(blocks, 8, mac);
        encryption.doFinal(blocks, 0, BLOCK, encrypted, 0);
        long tagHigh = BigEndian.getLong(encrypted, 0);
        long tagLow = BigEndian.getLong(encrypted, 8);
        keyStream(tagHigh, tagLow, plaintextLength);
        addKeyStream(packet, start, plaintextLength);
        BigEndian.putLong(packet, offset + PacketHeader.ID, tagHigh);
        BigEndian.putLong(packet, offset + PacketHeader.MAC, tagLow);
    }

    /** Decrypts in place if the packet is authentic, otherwise leaves it as it was received. */
    boolean open(byte[] packet, int offset, int length) throws GeneralSecurityException {
        int start = offset + PacketHeader.VERB;
        int plaintextLength = length - PacketHeader.VERB;
        long tagHigh = BigEndian.getLong(packet, offset + PacketHeader.ID);
        long tagLow = BigEndian.getLong(packet, offset + PacketHeader.MAC);
        keyStream(tagHigh, tagLow, plaintextLength);
        System.arraycopy(packet, start, blocks, BLOCK, plaintextLength);
        addKeyStream(blocks, BLOCK, plaintextLength);
        BigEndian.putLong(blocks, 0, tagHigh);
        BigEndian.putLong(blocks, 8, tagLow);
        decryption.doFinal(blocks, 0, BLOCK, encrypted, 0);
        long id = BigEndian.getLong(encrypted, 0);
        long mac = BigEndian.getLong(encrypted, 8);

        // One comparison of 64 bits takes the same time whatever differs.
        boolean authentic = foldedMac(id, packet, offset, plaintextLength) == mac;
        if (authentic) {
            System.arraycopy(blocks, BLOCK, packet, start, plaintextLength);
        }
        return authentic;
    }

    /** GMAC over the header fields and the plaintext in {@link #blocks}, from the second block on; folded to 64 bits. */
    private long foldedMac(long id, byte[] packet, int offset, int plaintextLength) throws GeneralSecurityException {
        GmacSiv.putHeaderFields(packet, offset, blocks);
        int length = BLOCK + plaintextLength;
        int end = wholeBlocks(length);
        Arrays.fill(blocks, length, end, (byte) 0);
        long folded = ghash.folded(blocks, length);

        // The IV's block is encrypted from behind the plaintext, which stays.
        BigEndian.putLong(blocks, end, id);
        BigEndian.putLong(blocks, end + 8, 1);
        macCipher.doFinal(blocks, end, BLOCK, encrypted, 0);
        return folded ^ BigEndian.getLong(encrypted, 0) ^ BigEndian.getLong(encrypted, 8);
    }

    /** Fills {@link #encrypted} with the key stream, in whole blocks. */
    private void keyStream(long tagHigh, long tagLow, int length) throws GeneralSecurityException {
        // The cleared bit takes the carries of as many blocks as a packet can have.
        long counter = tagLow & ~0x80000000L;
        int end = wholeBlocks(length);
        for (int i = 0; i < end; i += BLOCK) {
            BigEndian.putLong(blocks, i, tagHigh);
            BigEndian.putLong(blocks, i + 8, counter++);
        }
        encryption.doFinal(blocks, 0, end, encrypted, 0);
    }

    private void addKeyStream(byte[] target, int offset, int length) {
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            BigEndian.putLong(
                    target, offset + i, BigEndian.getLong(target, offset + i) ^ BigEndian.getLong(encrypted, i));
        }
        for (; i < length; i++) {
            target[offset + i] ^= encrypted[i];
        }
    }

    private static int wholeBlocks(int length) {
        return (length + BLOCK - 1) & -BLOCK;
    }
}
