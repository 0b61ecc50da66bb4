package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.wire.BigEndian;
import java.security.GeneralSecurityException;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Random packet IDs, which nobody can foresee who has seen others: the keystream of AES in counter mode, whose key a strong generator has
 * drawn. To draw each ID from that generator would be dear. Thread: confined to the node.
 */
final class PacketIds {
    private static final int KEY_LENGTH = 32;
    private static final int BLOCK_LENGTH = 16;

    private final Cipher keystream;
    private final byte[] zeros = new byte[2048];
    private final byte[] pool = new byte[zeros.length];
    private int position = pool.length;

    /** @param random cryptographically strong */
    PacketIds(RandomGenerator random) {
        byte[] key = new byte[KEY_LENGTH];
        random.nextBytes(key);
        try {
            keystream = Cipher.getInstance("AES/CTR/NoPadding");
            keystream.init(
                    Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[BLOCK_LENGTH]));
        } catch (GeneralSecurityException e) {
            throw brokenJdk(e);
        }
    }

    long next() {
        if (position == pool.length) {
            refill();
        }
        long id = BigEndian.getLong(pool, position);
        position += Long.BYTES;
        return id;
    }

    private void refill() {
        try {
            keystream.update(zeros, 0, zeros.length, pool, 0);
        } catch (GeneralSecurityException e) {
            throw brokenJdk(e);
        }
        position = 0;
    }

    private static IllegalStateException brokenJdk(GeneralSecurityException e) {
        return new IllegalStateException("this JDK's AES failed", e);
    }
}
