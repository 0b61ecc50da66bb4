package io.ztnio.tcpip.tcp;

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
    private long flightAtSend;
    private long lostAtSend;
    private boolean limited;
    private boolean sampled;

    /** The connection starts to send after a pause. */
    void onSendFromIdle(long nowNanos) {
        firstSentNanos = nowNanos;
        deliveredNanos = nowNanos;
    }

    void beginAcknowledgment() {
        sampled = false;
        priorDelivered = -1;
    }

    /**
     * A segment has arrived.
     *
     * @param deliveredAtSend what had been delivered in total when it was sent
     * @return whether it is the one that was sent last of those that this acknowledgment delivers
     */
    boolean onDelivered(int length, long deliveredAtSend, long nowNanos) {
        deliveredBytes += length;
        deliveredNanos = Math.max(deliveredNanos, nowNanos);
        if (deliveredAtSend < priorDelivered) {
            return false;
        }
        sampled = true;
        priorDelivered = deliveredAtSend;
        return true;
    }

    /** The times of that segment: of the last delivery before it, since the start of its flight, and its own. */
    void onNewest(long deliveredNanosAtSend, long elapsedNanos, long sentNanos) {
        priorNanos = deliveredNanosAtSend;
        sendElapsedNanos = elapsedNanos;
        firstSentNanos = sentNanos;
    }

    /** What was in flight and found lost when it was sent, and whether the application limited the rate. */
    void onNewestState(long flight, long lost, boolean wasLimited) {
        flightAtSend = flight;
        lostAtSend = lost;
        limited = wasLimited;
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
        ack.rateFlightBytes = flightAtSend;
        ack.ratePriorLostBytes = lostAtSend;
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
