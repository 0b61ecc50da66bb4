package io.ztnio.tcpip.tcp;

/**
 * Explicit congestion notification of a connection (RFC 3168 6.1): marks that arrive are echoed until the peer says that
 * it has reduced its window; echoes of our own data reduce ours, once per round trip.
 *
 * <p>Thread: confined to the gate.
 */
final class CongestionMarks {
    /** ECT(0) in the traffic class. */
    private static final int CAPABLE = 2;

    private static final int ECN_FIELD = 3;

    private final TcpConnection connection;
    private boolean agreed;
    private boolean echoing;
    private boolean answerDue;

    /** What was sent before the last reduction says nothing new. */
    private long reducedAt;

    CongestionMarks(TcpConnection connection) {
        this.connection = connection;
    }

    /** Both ends understand the marks. */
    void agree() {
        agreed = true;
        reducedAt = connection.sender.iss;
    }

    /** Whether a segment tells that data of ours met congestion. */
    boolean isEcho(TcpSegment segment) {
        return agreed && segment.has(TcpFlags.ECE);
    }

    /** Takes what an acceptable segment says, before it is acknowledged. */
    void onSegment(TcpSegment segment, long nowNanos) {
        if (!agreed) {
            return;
        }
        if (segment.has(TcpFlags.CWR)) {
            echoing = false;
        }
        if (segment.congestionExperienced && segment.payloadLength > 0) {
            if (!echoing) {
                connection.receiver.acknowledgeNow();
            }
            echoing = true;
        }
        Sender sender = connection.sender;
        if (isEcho(segment) && sender.una > reducedAt) {
            reducedAt = sender.nxt;
            answerDue = true;
            sender.congestion.onLoss(sender.recovery.board.outstandingBytes(), nowNanos);
            sender.congestion.onRecovered(nowNanos);
        }
    }

    /** The flags to add to a segment; {@code fresh} if it carries data for the first time. */
    int flags(boolean fresh) {
        int flags = echoing ? TcpFlags.ECE : 0;
        if (fresh && answerDue) {
            answerDue = false;
            flags |= TcpFlags.CWR;
        }
        return flags;
    }

    /** The traffic class of a segment: retransmissions and pure acknowledgments must not be marked (RFC 3168 6.1.4). */
    int trafficClass(int asked, boolean fresh) {
        return (asked & ~ECN_FIELD) | (agreed && fresh ? CAPABLE : 0);
    }
}
