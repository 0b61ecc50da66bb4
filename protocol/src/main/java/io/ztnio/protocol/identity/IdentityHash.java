package io.ztnio.protocol.identity;

import io.ztnio.protocol.cipher.Salsa20Lanes;
import io.ztnio.protocol.wire.BigEndian;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The memory-hard hash that binds an address to a public key ({@code protocol.md} 1.3). Takes 10 to 20 ms and 2 MiB.
 *
 * <p>Nearly all of that is Salsa20, whose key stream does not depend on what it encrypts, and so is made in batches. Words are kept as
 * the key stream has them, little-endian; where the hash takes a word for a number it is a big-endian one.
 *
 * <p>Thread: belongs to one thread; its memory is reused.
 */
final class IdentityHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MEMORY_WORDS = 2 * 1024 * 1024 / 8;
    private static final int BLOCK_WORDS = 8;
    /** The first byte of an acceptable digest is below this. */
    private static final int THRESHOLD = 17;

    private static final int ADDRESS_OFFSET = 59;

    private final long[] memory = new long[MEMORY_WORDS];
    private final long[] stream = new long[Salsa20Lanes.BATCH_WORDS];
    private final long[] words = new long[BLOCK_WORDS];
    private final Salsa20Lanes salsa20 = new Salsa20Lanes();

    /** The 64 bytes of digest of a public key of 64 bytes. */
    byte[] digest(byte[] publicKey) {
        byte[] digest = sha512(publicKey);
        salsa20.init(digest, 0, digest, 32);
        for (int i = 0; i < BLOCK_WORDS; i++) {
            words[i] = (long) LONG.get(digest, 8 * i);
        }
        for (int start = 0; start < MEMORY_WORDS; start += Salsa20Lanes.BATCH_WORDS) {
            salsa20.next(stream);
            fill(memory, start, stream);
        }
        for (int start = 0; start < MEMORY_WORDS; start += 2 * Salsa20Lanes.BLOCKS) {
            salsa20.next(stream);
            mix(memory, start, words, stream);
        }
        for (int i = 0; i < BLOCK_WORDS; i++) {
            LONG.set(digest, 8 * i, words[i]);
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

    /** Each block is the one before it, encrypted once more; the first is zeros encrypted. */
    private static void fill(long[] memory, int start, long[] stream) {
        int i = 0;
        for (; i < BLOCK_WORDS; i++) {
            memory[start + i] = (start == 0 ? 0 : memory[start + i - BLOCK_WORDS]) ^ stream[i];
        }
        for (; i < stream.length; i++) {
            memory[start + i] = memory[start + i - BLOCK_WORDS] ^ stream[i];
        }
    }

    /** Swaps a word of the digest with one of the memory, as the next two say, and encrypts the digest, once for each block of the stream. */
    private static void mix(long[] memory, int start, long[] digest, long[] stream) {
        for (int i = 0; i < Salsa20Lanes.BLOCKS; i++) {
            int digestIndex = (int) Long.reverseBytes(memory[start + 2 * i]) & (BLOCK_WORDS - 1);
            int memoryIndex = (int) Long.reverseBytes(memory[start + 2 * i + 1]) & (MEMORY_WORDS - 1);
            long swapped = memory[memoryIndex];
            memory[memoryIndex] = digest[digestIndex];
            digest[digestIndex] = swapped;
            int block = BLOCK_WORDS * i;
            digest[0] ^= stream[block];
            digest[1] ^= stream[block + 1];
            digest[2] ^= stream[block + 2];
            digest[3] ^= stream[block + 3];
            digest[4] ^= stream[block + 4];
            digest[5] ^= stream[block + 5];
            digest[6] ^= stream[block + 6];
            digest[7] ^= stream[block + 7];
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
