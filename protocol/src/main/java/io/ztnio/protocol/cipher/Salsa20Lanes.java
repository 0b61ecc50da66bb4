package io.ztnio.protocol.cipher;

import java.util.Arrays;

/**
 * The key stream of Salsa20 with 20 rounds, {@value #BLOCKS} blocks at a time. No block depends on another, so each step is done for all
 * of them in a plain loop over arrays, which the JIT makes vector instructions of: about twice as fast as {@link Salsa20}, for who has
 * use for so much of it.
 *
 * <p>Thread: belongs to one thread.
 */
public final class Salsa20Lanes {
    /** Blocks of a batch. More would not fit in a first level cache, fewer leave the vector loops too little to do. */
    public static final int BLOCKS = 128;

    /** Words of 8 bytes, little-endian, of a batch. */
    public static final int BATCH_WORDS = 8 * BLOCKS;

    private static final int DOUBLE_ROUNDS = 10;
    private static final int COUNTER = 8;

    private final int[] state = new int[16];
    /** Word i of every block. */
    private final int[][] x = new int[16][BLOCKS];

    private long counter;

    /** A cipher without a key: {@link #init} comes first. */
    public Salsa20Lanes() {
        Salsa20.setConstants(state);
    }

    /** Sets key (32 bytes) and nonce (8), and the block counter to 0. */
    public void init(byte[] key, int keyOffset, byte[] nonce, int nonceOffset) {
        Salsa20.setKey(state, key, keyOffset, nonce, nonceOffset);
        counter = 0;
    }

    /** Writes the next {@link #BATCH_WORDS} words of the key stream, 8 for each block. */
    public void next(long[] words) {
        for (int i = 0; i < 16; i++) {
            Arrays.fill(x[i], state[i]);
        }
        count(x[COUNTER], x[COUNTER + 1]);
        for (int i = 0; i < DOUBLE_ROUNDS; i++) {
            quarterRound(x[0], x[4], x[8], x[12]);
            quarterRound(x[5], x[9], x[13], x[1]);
            quarterRound(x[10], x[14], x[2], x[6]);
            quarterRound(x[15], x[3], x[7], x[11]);
            quarterRound(x[0], x[1], x[2], x[3]);
            quarterRound(x[5], x[6], x[7], x[4]);
            quarterRound(x[10], x[11], x[8], x[9]);
            quarterRound(x[15], x[12], x[13], x[14]);
        }
        for (int word = 0; word < 8; word++) {
            if (2 * word == COUNTER) {
                addCounters(words, x[COUNTER], x[COUNTER + 1]);
            } else {
                add(words, word, x[2 * word], x[2 * word + 1], state[2 * word], state[2 * word + 1]);
            }
        }
        counter += BLOCKS;
    }

    private void count(int[] low, int[] high) {
        for (int lane = 0; lane < BLOCKS; lane++) {
            low[lane] = (int) (counter + lane);
            high[lane] = (int) ((counter + lane) >>> 32);
        }
    }

    private static void quarterRound(int[] a, int[] b, int[] c, int[] d) {
        for (int lane = 0; lane < BLOCKS; lane++) {
            int aWord = a[lane];
            int dWord = d[lane];
            int bWord = b[lane] ^ Integer.rotateLeft(aWord + dWord, 7);
            int cWord = c[lane] ^ Integer.rotateLeft(bWord + aWord, 9);
            dWord ^= Integer.rotateLeft(cWord + bWord, 13);
            aWord ^= Integer.rotateLeft(dWord + cWord, 18);
            a[lane] = aWord;
            b[lane] = bWord;
            c[lane] = cWord;
            d[lane] = dWord;
        }
    }

    private static void add(long[] words, int word, int[] low, int[] high, int lowState, int highState) {
        for (int lane = 0; lane < BLOCKS; lane++) {
            words[8 * lane + word] = join(low[lane] + lowState, high[lane] + highState);
        }
    }

    private void addCounters(long[] words, int[] low, int[] high) {
        for (int lane = 0; lane < BLOCKS; lane++) {
            long block = counter + lane;
            words[8 * lane + COUNTER / 2] = join(low[lane] + (int) block, high[lane] + (int) (block >>> 32));
        }
    }

    private static long join(int low, int high) {
        return (low & 0xffffffffL) | ((long) high << 32);
    }
}
