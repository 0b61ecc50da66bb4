package io.ztnio.tcpip.tcp;

/** Decides how many bytes may be in flight. One object per connection. */
interface CongestionControl {
    /** The connection is established, or its segment size changed before anything was sent. */
    void onEstablished(int segmentBytes);

    /** The congestion window, in bytes. */
    long windowBytes();

    /** The slow start threshold, in bytes. */
    long thresholdBytes();

    /**
     * New data was acknowledged outside fast recovery.
     *
     * @param ackedBytes newly and cumulatively acknowledged
     * @param flightBytes what was in flight before
     */
    void onAcknowledged(long ackedBytes, long flightBytes, long nowNanos);

    /** Loss was detected without a timeout: fast recovery begins. */
    void onLoss(long flightBytes, long nowNanos);

    /** Fast recovery ends. */
    void onRecovered();

    /**
     * The retransmission timer expired.
     *
     * @param first whether it is the first time for the data that is outstanding (RFC 5681 3.1, equation 4)
     */
    void onTimeout(long flightBytes, boolean first, long nowNanos);

    /** Nothing was sent for longer than the retransmission timeout (RFC 5681 4.1). */
    void onIdle();
}
