package io.ztnio.tcpip.tcp.recovery;

/** What scenarios look at inside loss recovery, or do there. */
public final class RecoveryProbe {
    private final LossRecovery recovery;

    public RecoveryProbe(LossRecovery recovery) {
        this.recovery = recovery;
    }

    public long pipeBytes() {
        return recovery.pipeBytes();
    }

    public long windowBytes() {
        return recovery.windowBytes();
    }

    /** Segments outstanding. */
    public int segments() {
        return recovery.board.size();
    }

    public int sackedSegments() {
        return recovery.board.sackedSegments();
    }

    public long sackedBytes() {
        return recovery.board.sackedBytes();
    }

    /** Entries of the scoreboard looked at so far. */
    public long visits() {
        return recovery.board.visits;
    }

    public boolean isReorderingSeen() {
        return recovery.rack.isReorderingSeen();
    }

    public int windowMultiplier() {
        return recovery.rack.windowMultiplier();
    }

    /** The round-trip time by which RACK judges. */
    public long rackRttNanos() {
        return recovery.rack.rttNanos();
    }

    /** As if a segment that was sent once had arrived. */
    public void onDelivered(long end, long sentNanos, long nowNanos) {
        recovery.rack.onDelivered(end, sentNanos, false, nowNanos);
    }

    /** As if a recovery had ended. */
    public void onRecovered() {
        recovery.rack.onRecovered();
    }
}
