package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.congestion.AckSample;
import io.ztnio.tcpip.tcp.congestion.CongestionControl;
import io.ztnio.tcpip.tcp.segment.SendSequence;

/**
 * Makes of an acknowledgment what congestion control hears of it.
 *
 * <p>Thread: confined to the gate.
 */
final class AckReport {
    private final SendSequence snd;
    private final RttEstimator rtt;
    private final RackDetector rack;
    private final DeliveryRate rate;
    private final SegmentScoreboard board;
    private final CongestionControl congestion;
    private final AckSample ack = new AckSample();
    private long flightBytes;
    private long lostBytes;
    private boolean windowLimited;

    AckReport(
            SendSequence snd,
            RttEstimator rtt,
            RackDetector rack,
            DeliveryRate rate,
            SegmentScoreboard board,
            CongestionControl congestion) {
        this.snd = snd;
        this.rtt = rtt;
        this.rack = rack;
        this.rate = rate;
        this.board = board;
        this.congestion = congestion;
    }

    /** The sender could have sent more if the window had been larger. */
    void onWindowLimited() {
        windowLimited = true;
    }

    /**
     * An acknowledgment is about to be told.
     *
     * @param pipeBytes in the network before it
     */
    void begin(long pipeBytes) {
        flightBytes = pipeBytes;
        lostBytes = board.everLostBytes();
        rate.beginAcknowledgment();
    }

    /** Takes the round-trip time by the newest segment that it delivers and that was sent once. */
    void sampleRtt(long arrivalNanos) {
        ack.rttNanos = AckSample.NONE;
        long sent = rack.sampleSentNanos();
        if (sent != SegmentScoreboard.NO_TIME) {
            ack.rttNanos = arrivalNanos - sent;
            rtt.sampleMinimum(ack.rttNanos, arrivalNanos);
        }
    }

    /**
     * Tells it.
     *
     * @param acked bytes that are cumulatively acknowledged anew
     * @param delivered bytes that are acknowledged anew, cumulatively or selectively
     * @param pipeBytes in the network now
     * @param recovering whether the window is not to grow by it
     */
    void tell(long acked, long delivered, long pipeBytes, boolean recovering, long arrivalNanos) {
        ack.ackedBytes = acked;
        ack.deliveredBytes = delivered;
        ack.lostBytes = board.everLostBytes() - lostBytes;
        ack.flightBeforeBytes = flightBytes;
        ack.flightBytes = pipeBytes;
        ack.nowNanos = arrivalNanos;
        ack.una = snd.una;
        ack.nxt = snd.nxt;
        ack.recovering = recovering;
        ack.windowLimited = windowLimited;
        ack.rateFlightBytes = board.newestFlightBytes;
        ack.ratePriorLostBytes = board.newestLostBytes;
        ack.totalLostBytes = board.everLostBytes();
        windowLimited = false;
        rate.finish(ack, rtt.minimumNanos());
        congestion.onAcknowledged(ack);
    }
}
