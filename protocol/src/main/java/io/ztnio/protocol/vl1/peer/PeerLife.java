package io.ztnio.protocol.vl1.peer;

import io.ztnio.protocol.vl1.PeerLifeListener;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.wire.Verb;

/**
 * Notices peers that began anew or are gone. VL1 has no message for either: a new process shows itself by a HELLO, by
 * another address, or by speaking after a silence, and one that is gone by saying nothing at all, not even to a HELLO on
 * every way to it. A peer that has left a network, or has moved, answers that. Thread: confined to the node.
 */
public final class PeerLife {
    /** Notices beyond {@link PeerLifeListener#NOTICE_MILLIS} after a pause: a peer that begins anew soon after its last HELLO is noticed at once too. */
    private static final long NOTICE_BURST = 3;

    /** Longer than the heartbeat of a path in use, after which a peer that lives has been heard. */
    private static final long PAUSE_MILLIS = 20_000;

    /** Between the HELLOs that seek a silent peer. */
    private static final long SEEK_MILLIS = 10_000;

    /** Where a peer stands. */
    enum State {
        HEARD,
        /** Silent, and nobody cares. */
        SILENT,
        /** Silent, and sought. */
        SOUGHT,
        LOST
    }

    private final PeerTable peers;
    private final PeerSeeker seeker;
    private final long timeoutMillis;
    private PeerLifeListener listener = PeerLifeListener.NONE;

    /** @param timeoutMillis how long a silent peer is sought before it counts as gone; 0 for ever */
    public PeerLife(PeerTable peers, PeerSeeker seeker, long timeoutMillis) {
        this.peers = peers;
        this.seeker = seeker;
        this.timeoutMillis = timeoutMillis;
    }

    /** Who is told from now on. */
    public void listener(PeerLifeListener replacement) {
        listener = replacement;
    }

    /** An authentic packet, no copy of an earlier one, came from a peer, by whatever way. */
    public void heard(RemotePeer peer, Verb verb, long nowMillis) {
        boolean known = peer.lastHeardMillis != Path.NEVER;
        boolean paused = nowMillis - peer.lastHeardMillis >= PAUSE_MILLIS;
        peer.lastHeardMillis = nowMillis;
        peer.life = State.HEARD;
        if (known && (paused || verb == Verb.HELLO)) {
            mayBeNew(peer, nowMillis);
        }
    }

    /** A peer may be another process than before. */
    public void mayBeNew(RemotePeer peer, long nowMillis) {
        if (peer.nextReturnMillis <= nowMillis) {
            peer.nextReturnMillis =
                    Math.max(peer.nextReturnMillis, nowMillis - NOTICE_BURST * PeerLifeListener.NOTICE_MILLIS)
                            + PeerLifeListener.NOTICE_MILLIS;
            peer.returned = false;
            listener.onReturned(peer.address(), nowMillis);
        } else {
            peer.returned = true;
        }
    }

    /** Looks after everybody; to be called every few seconds. */
    public void check(long nowMillis) {
        for (RemotePeer peer : peers.all()) {
            if (peer.returned) {
                mayBeNew(peer, nowMillis);
            }
            switch (peer.life) {
                case HEARD -> {
                    if (peer.lastHeardMillis != Path.NEVER
                            && nowMillis - peer.lastHeardMillis >= PeerLifeListener.SILENCE_MILLIS) {
                        onSilent(peer, nowMillis);
                    }
                }
                case SOUGHT -> onSought(peer, nowMillis);
                case SILENT, LOST -> {}
            }
        }
    }

    private void onSilent(RemotePeer peer, long nowMillis) {
        boolean matters = listener.onSilent(peer.address(), nowMillis);
        peer.life = matters && timeoutMillis > 0 ? State.SOUGHT : State.SILENT;
        peer.soughtSinceMillis = nowMillis;
        if (matters) {
            seek(peer, nowMillis);
        }
    }

    private void onSought(RemotePeer peer, long nowMillis) {
        if (nowMillis - peer.soughtSinceMillis >= timeoutMillis) {
            peer.life = State.LOST;
            listener.onLost(peer.address(), nowMillis);
        } else if (nowMillis - peer.lastSeekMillis >= SEEK_MILLIS) {
            seek(peer, nowMillis);
        }
    }

    private void seek(RemotePeer peer, long nowMillis) {
        peer.lastSeekMillis = nowMillis;
        seeker.seek(peer, nowMillis);
    }
}
