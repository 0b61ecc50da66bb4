package io.ztnio.protocol.vl1;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;

/**
 * Takes the verbs that VL1 does not handle itself: FRAME, EXT_FRAME, MULTICAST_LIKE, NETWORK_CREDENTIALS,
 * NETWORK_CONFIG_REQUEST, NETWORK_CONFIG, MULTICAST_GATHER, MULTICAST_FRAME, USER_MESSAGE, and the OK and ERROR to
 * them. Implemented by VL2. Thread: confined to the node. Times are epoch milliseconds.
 */
public interface VerbHandler {
    /** What became of a packet, and so what VL1 does next ({@code protocol.md} 8.3, 8.9 and 8.11). */
    enum Outcome {
        /** Counts as received from its sender. */
        RECEIVED,
        /** Counts as received, and proves common membership: the sender is trusted for a while. */
        TRUSTED,
        /** Does not count as received. */
        IGNORED,
        /** Cannot be judged yet: try again when an identity arrives, and every 500 ms for 5 s. */
        NOT_YET
    }

    /** A request or a frame. */
    Outcome onPacket(InboundPacket packet, long nowMillis);

    /**
     * OK to a packet of ours whose ID was expected; the payload's reader stands behind the in-re fields if it is
     * advanced by 9 bytes from its start.
     */
    Outcome onOk(InboundPacket packet, Verb inReVerb, long inRePacketId, long nowMillis);

    /** ERROR; the error-specific fields follow 10 bytes after the payload's start. Not gated by an expected ID. */
    Outcome onError(InboundPacket packet, Verb inReVerb, long inRePacketId, ErrorCode code, long nowMillis);

    /** An identity has become known. */
    void onIdentity(Identity identity, long nowMillis);

    /** A direct path to or traffic with this peer exists: a chance to announce or push something. */
    void onPeerActive(Peer peer, long nowMillis);

    /** A packet came from its sender by a way that is not known, and the sender is asked to confirm it. */
    default void onPathAsked(InboundPacket packet, long nowMillis) {}

    /** The sender of a packet is reached by the way that it came from now on. */
    default void onPathLearned(InboundPacket packet, long nowMillis) {}

    /** A root, which has sent a packet, sees us at another address than before: other paths have to prove themselves again. */
    default void onSurfaceChanged(InboundPacket packet, InetSocketAddress surface, long nowMillis) {}

    /**
     * Does what is due.
     *
     * @return when to be called next
     */
    long poll(long nowMillis);
}
