package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.congestion.AckSample;

/** Delivery rate samples (draft-cheng-iccrg-delivery-rate-estimation-02). */
final class DeliveryRate {
    private long deliveredBytes;
    private long deliveredNanos;
    private long firstSentNanos;

    /** Until so much is delivered in total, samples are those of an application that had too little to send. */
    private long limitedUntil;

    private long priorDelivered;
    private long priorNanos;
    private long sendElapsedNanos;
    private boolean limited;
    private boolean sampled;

    /** The connection starts to send after a pause. */
    void onSendFromIdle(long nowNanos) {
        firstSentNanos = nowNanos;
        deliveredNanos = nowNanos;
    }

    void beginAcknowledgment() {
        sampled = false;
    }

    /**
     * A segment has arrived; the values are those noted when it was sent.
     *
     * @return whether the sample is now that of this segment
     */
    boolean onDelivered(
            int length,
            long deliveredAtSend,
            long deliveredNanosAtSend,
            long firstSentAtSend,
            long sentNanos,
            boolean wasLimited,
            long nowNanos) {
        deliveredBytes += length;
        deliveredNanos = Math.max(deliveredNanos, nowNanos);
        boolean newest = !sampled || deliveredAtSend >= priorDelivered;
        if (newest) {
            sampled = true;
            priorDelivered = deliveredAtSend;
            priorNanos = deliveredNanosAtSend;
            sendElapsedNanos = sentNanos - firstSentAtSend;
            limited = wasLimited;
            firstSentNanos = sentNanos;
        }
        return newest;
    }

    /** Ends an acknowledgment: writes the sample. */
    void finish(AckSample ack, long minimumRttNanos) {
        if (limitedUntil > 0 && deliveredBytes > limitedUntil) {
            limitedUntil = 0;
        }
        ack.totalDeliveredBytes = deliveredBytes;
        ack.rateIntervalNanos = AckSample.NONE;
        if (!sampled) {
            return;
        }
        ack.ratePriorDeliveredBytes = priorDelivered;
        ack.rateApplicationLimited = limited;
        ack.rateBytes = deliveredBytes - priorDelivered;
        long interval = Math.max(sendElapsedNanos, deliveredNanos - priorNanos);
        if (interval > 0 && interval >= minimumRttNanos) {
            ack.rateIntervalNanos = interval;
        }
    }

    /** Nothing more to send though the window is open. */
    void onApplicationLimited(long pipeBytes) {
        limitedUntil = Math.max(1, deliveredBytes + pipeBytes);
    }

    boolean isApplicationLimited() {
        return limitedUntil > 0;
    }

    long deliveredBytes() {
        return deliveredBytes;
    }

    long deliveredNanos() {
        return deliveredNanos;
    }

    long firstSentNanos() {
        return firstSentNanos;
    }
}
