package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.BigEndian;

/**
 * Identities whose hash has been computed, the good and the bad in tables of their own, so that neither pushes out the other. An
 * identity has one place, and takes it from whichever was there. Thread: confined to the node.
 */
final class KnownVerdicts {
    private static final int PLACES = 1 << 10;

    private final Identity[] good = new Identity[PLACES];
    private final Identity[] bad = new Identity[PLACES];
    private final long salt;

    /** @param salt secret, so that nobody can choose who loses its place */
    KnownVerdicts(long salt) {
        this.salt = salt;
    }

    void note(Identity identity, boolean isGood) {
        (isGood ? good : bad)[place(identity)] = identity.withoutSecret();
    }

    boolean isGood(Identity identity) {
        return identity.equals(good[place(identity)]);
    }

    boolean isBad(Identity identity) {
        return identity.equals(bad[place(identity)]);
    }

    private int place(Identity identity) {
        byte[] key = identity.publicKey();
        long hash = salt ^ identity.address();
        for (int i = 0; i < key.length; i += 8) {
            hash = (hash ^ BigEndian.getLong(key, i)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash >>> 54);
    }
}
