package io.ztnio.tcpip.tcp.connection;

/**
 * Whether the peer of a connection answers. A peer with nothing to answer is not silent, however long ago it was heard;
 * neither is one whose window is closed, if it answers the probes.
 *
 * <p>Thread: confined to the gate.
 */
final class PeerSilence {
    private static final long ANSWERED = Long.MAX_VALUE;

    /** When the first of those segments was sent that nothing has answered yet. */
    private long askedNanos = ANSWERED;

    /** Something was sent that a peer answers: data, FIN, a probe. */
    void onAsked(long nowNanos) {
        if (askedNanos == ANSWERED) {
            askedNanos = nowNanos;
        }
    }

    /** A segment has come. */
    void onHeard() {
        askedNanos = ANSWERED;
    }

    /** Whether nothing has come for so long that the peer has left several segments unanswered. */
    boolean isLongerThan(long nanos, long nowNanos) {
        return askedNanos != ANSWERED && nowNanos - askedNanos >= nanos;
    }
}
