package io.ztnio.tcpip.tcp.segment;

/**
 * What a {@code TcpLayer} has counted since it was made. Thread: written inside the gate; read by any thread, perhaps a
 * little late.
 */
@SuppressWarnings("EnumOrdinal") // an array indexed by the enum allocates nothing
public final class TcpCounters {
    private final long[] drops = new long[TcpDropReason.values().length];
    public long segmentsReceived;
    long segmentsSent;
    public long segmentsRetransmitted;
    public long retransmissionTimeouts;
    public long fastRecoveries;
    public long spuriousRecoveries;
    public long tailLossProbes;
    public long orphansReset;
    long resetsSent;
    public long connectionsOpened;
    public long connectionsAccepted;
    long blackHoles;
    public long timeWaitsSkipped;
    public long cookiesSent;
    public long cookiesAccepted;

    /** Nothing yet. */
    public TcpCounters() {}

    /** A segment, or a part of it, was not used. Thread: inside the gate. */
    public void drop(TcpDropReason reason) {
        drops[reason.ordinal()]++;
    }

    /** Segments dropped for a reason. */
    public long drops(TcpDropReason reason) {
        return drops[reason.ordinal()];
    }

    /** Segments that came in. */
    public long segmentsReceived() {
        return segmentsReceived;
    }

    /** Segments that went out, retransmissions and resets included. */
    public long segmentsSent() {
        return segmentsSent;
    }

    /** Segments that went out again. */
    public long segmentsRetransmitted() {
        return segmentsRetransmitted;
    }

    /** Expiries of a retransmission timer. */
    public long retransmissionTimeouts() {
        return retransmissionTimeouts;
    }

    /** Entries into fast recovery. */
    public long fastRecoveries() {
        return fastRecoveries;
    }

    /** Loss episodes that were found to be none, and undone. */
    public long spuriousRecoveries() {
        return spuriousRecoveries;
    }

    /** Probes for the loss of the last segments of a flight. */
    public long tailLossProbes() {
        return tailLossProbes;
    }

    /** Segments with RST that went out. */
    public long resetsSent() {
        return resetsSent;
    }

    /** Paths found to lose large segments and to say nothing. */
    public long blackHoles() {
        return blackHoles;
    }

    /** Closed connections that were reset because there were too many of them. */
    public long orphansReset() {
        return orphansReset;
    }

    /** Connections that ended without TIME-WAIT because too many were in it. */
    public long timeWaitsSkipped() {
        return timeWaitsSkipped;
    }

    /** SYN cookies that went out. */
    public long cookiesSent() {
        return cookiesSent;
    }

    /** SYN cookies that came back. */
    public long cookiesAccepted() {
        return cookiesAccepted;
    }

    /** Connections that an application here started. */
    public long connectionsOpened() {
        return connectionsOpened;
    }

    /** Connections that a peer started and that were established. */
    public long connectionsAccepted() {
        return connectionsAccepted;
    }
}
