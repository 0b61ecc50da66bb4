package io.ztnio.it.programs;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A body of given length whose bytes are the same in every process, and do not compress.
 *
 * <p>Thread: confined to its reader.
 */
final class Body extends InputStream {
    private static final long SEED = 0x9E3779B97F4A7C15L;

    private long remainingBytes;
    private long state = SEED;
    private int unusedBytes;

    Body(long lengthBytes) {
        remainingBytes = lengthBytes;
    }

    /** SHA-256 of the body of that length, in hexadecimal. */
    static String digest(long lengthBytes) throws IOException {
        return digest(new Body(lengthBytes)).hex();
    }

    /** What was read from a stream: how much, and its SHA-256 in hexadecimal. */
    record Received(long lengthBytes, String hex) {}

    static Received digest(InputStream in) throws IOException {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        byte[] buffer = new byte[64 * 1024];
        long length = 0;
        int n;
        while ((n = in.read(buffer)) > 0) {
            sha256.update(buffer, 0, n);
            length += n;
        }
        return new Received(length, HexFormat.of().formatHex(sha256.digest()));
    }

    @Override
    public int read() {
        if (remainingBytes == 0) {
            return -1;
        }
        remainingBytes--;
        return next() & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (remainingBytes == 0) {
            return -1;
        }
        int n = (int) Math.min(length, remainingBytes);
        for (int i = 0; i < n; i++) {
            buffer[offset + i] = next();
        }
        remainingBytes -= n;
        return n;
    }

    /** Marsaglia's xorshift64, eight bytes a step. */
    private byte next() {
        if (unusedBytes == 0) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            unusedBytes = 8;
        }
        unusedBytes--;
        return (byte) (state >>> (8 * unusedBytes));
    }
}
