package io.ztnio.protocol.vl1;

/**
 * Told what becomes of peers that somebody may have connections to. Thread: called on the node's thread; must not call back
 * into VL1.
 */
public interface PeerLifeListener {
    /** {@link #onReturned} is told this often at most, in the long run. */
    long NOTICE_MILLIS = 5_000;

    /** After a silence of this length {@link #onSilent} is told. */
    long SILENCE_MILLIS = 60_000;

    /** Nobody asks. */
    PeerLifeListener NONE = new PeerLifeListener() {
        @Override
        public void onReturned(long address, long nowMillis) {}

        @Override
        public boolean onSilent(long address, long nowMillis) {
            return false;
        }

        @Override
        public void onLost(long address, long nowMillis) {}
    };

    /**
     * A peer introduced itself, came by a way that is new, or spoke after a silence: it may be a new process, which knows
     * nothing of what the old one had. At most once per {@value #NOTICE_MILLIS} ms and peer in the long run.
     */
    void onReturned(long address, long nowMillis);

    /**
     * Nothing authentic has come from a peer for {@value #SILENCE_MILLIS} ms.
     *
     * @return whether it matters: then the peer is sought, and {@link #onLost} follows unless it is heard of
     */
    boolean onSilent(long address, long nowMillis);

    /** A peer that was sought was not found in time. */
    void onLost(long address, long nowMillis);
}
