package io.ztnio.tcpip.tcp.congestion;

/**
 * What one acknowledgment says about the path: for congestion control. One object per connection, filled anew for each
 * acknowledgment; times are those of the segment's arrival at the host, not of its processing.
 */
public final class AckSample {
    /** No value, for {@link #rttNanos} and {@link #rateIntervalNanos}. */
    public static final long NONE = -1;

    /** Bytes that are cumulatively acknowledged anew; 0 if SND.UNA did not move. */
    public long ackedBytes;

    /** Bytes that are acknowledged anew, cumulatively or selectively. */
    public long deliveredBytes;

    /** Bytes that were found lost by this acknowledgment. */
    public long lostBytes;

    /** Bytes in the network before the acknowledgment, and now. */
    public long flightBeforeBytes;

    public long flightBytes;

    /** Round-trip time by this acknowledgment, or {@link #NONE}. */
    public long rttNanos;

    /** When it arrived. */
    public long nowNanos;

    /** SND.UNA and SND.NXT, as sequence numbers that do not wrap: a round ends when UNA passes the NXT of its start. */
    public long una;

    public long nxt;

    /** Whether fast recovery goes on: the window is then not to grow by this acknowledgment (RFC 9937). */
    public boolean recovering;

    /** Whether the window held the sender back since the last acknowledgment (RFC 7661). */
    public boolean windowLimited;

    /** Bytes delivered over the life of the connection. */
    public long totalDeliveredBytes;

    /**
     * Delivery rate (draft-cheng-iccrg-delivery-rate-estimation): {@link #rateBytes} were delivered in
     * {@link #rateIntervalNanos}, which is {@link #NONE} if there is no usable sample.
     */
    public long rateBytes;

    public long rateIntervalNanos;

    /** What had been delivered in total when the newest segment acknowledged here was sent: for counting rounds. */
    public long ratePriorDeliveredBytes;

    /** Whether the application, not the path, limited the rate. */
    public boolean rateApplicationLimited;

    /** What was in flight when the newest segment acknowledged here was sent. */
    public long rateFlightBytes;

    /** Bytes found lost over the life of the connection, now and when that segment was sent. */
    public long totalLostBytes;

    public long ratePriorLostBytes;
}
