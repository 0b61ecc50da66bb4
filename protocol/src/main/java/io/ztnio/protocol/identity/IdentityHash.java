package io.ztnio.protocol.identity;

import io.ztnio.protocol.cipher.Salsa20;
import io.ztnio.protocol.wire.BigEndian;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The memory-hard hash that binds an address to a public key ({@code protocol.md} 1.3). Takes about 15 ms and 2 MiB.
 *
 * <p>Thread: belongs to one thread; its memory is reused.
 */
final class IdentityHash {
    private static final int MEMORY_LENGTH = 2 * 1024 * 1024;
    private static final int BLOCK_LENGTH = Salsa20.BLOCK_LENGTH;
    private static final int MEMORY_WORDS = MEMORY_LENGTH / 8;
    /** The first byte of an acceptable digest is below this. */
    private static final int THRESHOLD = 17;

    private static final int ADDRESS_OFFSET = 59;

    private final byte[] memory = new byte[MEMORY_LENGTH];
    private final Salsa20 salsa20 = new Salsa20(20);

    /** The 64 bytes of digest of a public key of 64 bytes. */
    byte[] digest(byte[] publicKey) {
        byte[] digest = sha512(publicKey);
        salsa20.init(digest, 0, digest, 32);
        fill();
        for (int word = 0; word < MEMORY_WORDS; word += 2) {
            int digestIndex = 8 * (int) (BigEndian.getLong(memory, 8 * word) & 7);
            int memoryIndex = 8 * (int) (BigEndian.getLong(memory, 8 * word + 8) & (MEMORY_WORDS - 1));
            long swapped = BigEndian.getLong(memory, memoryIndex);
            BigEndian.putLong(memory, memoryIndex, BigEndian.getLong(digest, digestIndex));
            BigEndian.putLong(digest, digestIndex, swapped);
            salsa20.xor(digest, 0, BLOCK_LENGTH);
        }
        return digest;
    }

    /** Whether the digest's first byte fulfils the proof of work. */
    static boolean isAcceptable(byte[] digest) {
        return (digest[0] & 0xff) < THRESHOLD;
    }

    static long address(byte[] digest) {
        return BigEndian.getAddress(digest, ADDRESS_OFFSET);
    }

    /** Each block is the one before it, encrypted once more. */
    private void fill() {
        Arrays.fill(memory, 0, BLOCK_LENGTH, (byte) 0);
        salsa20.xor(memory, 0, BLOCK_LENGTH);
        for (int position = BLOCK_LENGTH; position < MEMORY_LENGTH; position += BLOCK_LENGTH) {
            System.arraycopy(memory, position - BLOCK_LENGTH, memory, position, BLOCK_LENGTH);
            salsa20.xor(memory, position, BLOCK_LENGTH);
        }
    }

    private static byte[] sha512(byte[] message) {
        try {
            return MessageDigest.getInstance("SHA-512").digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }
}
