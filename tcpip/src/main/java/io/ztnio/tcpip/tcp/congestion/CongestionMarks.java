package io.ztnio.tcpip.tcp.congestion;

import io.ztnio.tcpip.tcp.segment.SendSequence;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;

/**
 * Explicit congestion notification of a connection (RFC 3168 6.1): marks that arrive are echoed until the peer says that
 * it has reduced its window; echoes of our own data reduce ours, once per round trip.
 *
 * <p>Thread: confined to the gate.
 */
public final class CongestionMarks {
    /** ECT(0) in the traffic class. */
    private static final int CAPABLE = 2;

    private static final int ECN_FIELD = 3;

    private final SendSequence snd;
    private final CongestionControl congestion;
    private boolean agreed;
    private boolean echoing;
    private boolean answerDue;

    /** What was sent before the last reduction says nothing new. */
    private long reducedAt;

    /** Before the connection is established. */
    public CongestionMarks(SendSequence snd, CongestionControl congestion) {
        this.snd = snd;
        this.congestion = congestion;
    }

    /** Both ends understand the marks. */
    public void agree() {
        agreed = true;
        reducedAt = snd.iss;
    }

    /** Whether a segment tells that data of ours met congestion. */
    public boolean isEcho(TcpSegment segment) {
        return agreed && segment.has(TcpFlags.ECE);
    }

    /**
     * Takes what an acceptable segment says, before it is acknowledged.
     *
     * @param outstandingBytes of ours that are not acknowledged
     * @return whether the peer should hear of its mark at once
     */
    public boolean onSegment(TcpSegment segment, long outstandingBytes, long nowNanos) {
        if (!agreed) {
            return false;
        }
        boolean news = false;
        if (segment.has(TcpFlags.CWR)) {
            echoing = false;
        }
        if (segment.congestionExperienced && segment.payloadLength > 0) {
            news = !echoing;
            echoing = true;
        }
        if (isEcho(segment) && snd.una > reducedAt) {
            reducedAt = snd.nxt;
            answerDue = true;
            congestion.onLoss(outstandingBytes, nowNanos);
            congestion.onRecovered(nowNanos);
        }
        return news;
    }

    /** The flags to add to a segment; {@code fresh} if it carries data for the first time. */
    public int flags(boolean fresh) {
        int flags = echoing ? TcpFlags.ECE : 0;
        if (fresh && answerDue) {
            answerDue = false;
            flags |= TcpFlags.CWR;
        }
        return flags;
    }

    /** The traffic class of a segment: retransmissions and pure acknowledgments must not be marked (RFC 3168 6.1.4). */
    public int trafficClass(int asked, boolean fresh) {
        return (asked & ~ECN_FIELD) | (agreed && fresh ? CAPABLE : 0);
    }
}
