package io.ztnio.tcpip.tcp.recovery;

/**
 * How much may be sent during fast recovery (RFC 9937): the flight comes down to
 * the threshold evenly over a round trip, in step with what is delivered.
 */
public final class ProportionalRateReduction {
    private long flightAtStart;
    private long deliveredBytes;
    private long sentBytes;
    private long windowBytes;

    /** Recovery begins. */
    void start(long flightBytes) {
        flightAtStart = Math.max(1, flightBytes);
        deliveredBytes = 0;
        sentBytes = 0;
        windowBytes = 0;
    }

    /**
     * An acknowledgment during recovery.
     *
     * @param delivered bytes newly acknowledged or sacked by it
     * @param safe whether SND.UNA advances and nothing more is lost: only then the flight may grow as in slow start
     * @param pipe bytes in the network, what was found lost not counted
     * @param threshold the slow start threshold
     * @param segment the segment size
     */
    void onAcknowledgment(long delivered, boolean safe, long pipe, long threshold, int segment) {
        if (delivered == 0) {
            return;
        }
        deliveredBytes += delivered;
        long send;
        if (pipe > threshold) {
            long share = (long) Math.ceil((double) deliveredBytes * threshold / flightAtStart);
            send = share - sentBytes;
        } else {
            long limit = Math.max(deliveredBytes - sentBytes, delivered) + (safe ? segment : 0);
            send = Math.min(threshold - pipe, limit);
        }
        windowBytes = pipe + Math.max(0, send);
    }

    /** Something was sent, new or again. */
    void onSent(int bytes) {
        sentBytes += bytes;
    }

    /** What may be in the network now. */
    long windowBytes() {
        return windowBytes;
    }
}
