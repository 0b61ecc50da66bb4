package io.ztnio.tcpip.tcp.congestion;

/**
 * Decides how many bytes may be in flight, and how fast they go out. One object per connection; confined to the gate.
 *
 * <p>A loss episode is {@link #onLoss} (fast recovery) or {@link #onTimeout}, then {@link #onRecovered} or
 * {@link #undo}. During fast recovery {@code ProportionalRateReduction} brings the flight down to
 * {@link #thresholdBytes()}, unless {@link #regulatesRecovery()}.
 */
public interface CongestionControl {
    /** The connection is established, or its segment size changed before anything was sent. */
    void onEstablished(int segmentBytes);

    /** The congestion window, in bytes. */
    long windowBytes();

    /** The slow start threshold, in bytes. */
    long thresholdBytes();

    /** The rate to send at, in bytes per second; {@link Long#MAX_VALUE} for no limit. */
    default long pacingBytesPerSecond() {
        return Long.MAX_VALUE;
    }

    /** Whether {@link #windowBytes()} is to be used in fast recovery too. */
    default boolean regulatesRecovery() {
        return false;
    }

    /** An acknowledgment delivered something; the sample is valid during the call. In recovery too. */
    void onAcknowledged(AckSample ack);

    /** A loss episode begins without a timeout: saves the state for {@link #undo} and lowers the threshold. */
    void onLoss(long flightBytes, long nowNanos);

    /** Fast recovery ends. */
    void onRecovered(long nowNanos);

    /**
     * The retransmission timer expired.
     *
     * @param first whether an episode begins by it: only then the threshold falls (RFC 5681 3.1, equation 4) and the
     *     state is saved
     */
    void onTimeout(long flightBytes, boolean first, long nowNanos);

    /** Nothing had been lost in the episode: restores window and threshold from before, or keeps larger ones. */
    void undo(long nowNanos);

    /** Nothing was sent for longer than the retransmission timeout (RFC 5681 4.1). */
    void onIdle(long nowNanos);
}
