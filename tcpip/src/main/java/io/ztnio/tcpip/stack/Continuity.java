package io.ztnio.tcpip.stack;

import java.nio.ByteBuffer;

/**
 * What lets a stack go on where the one before it with the same addresses ended: a process that starts anew begins its
 * connections with higher sequence numbers and timestamps than it used before (RFC 6528 3, RFC 7323 5.4). Without it a
 * peer that still has an old connection in TIME-WAIT takes a new one from the same port for a stray segment, for up to a
 * minute (RFC 6191).
 *
 * @param key0 half of a secret that is the same at every start, and nobody else's
 * @param key1 the other half
 * @param originMillis the epoch time in milliseconds when the stack's clock shows 0
 */
public record Continuity(long key0, long key1, long originMillis) {
    /** That of a secret of 16 bytes or more, of which the first 16 count. */
    public static Continuity of(byte[] secret, long originMillis) {
        ByteBuffer words = ByteBuffer.wrap(secret);
        return new Continuity(words.getLong(), words.getLong(), originMillis);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "Continuity[originMillis=" + originMillis + "]";
    }
}
