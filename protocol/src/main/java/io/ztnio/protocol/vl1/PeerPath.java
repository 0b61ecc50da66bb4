package io.ztnio.protocol.vl1;

/** What one peer has made of one path. Thread: confined to the node. */
final class PeerPath {
    /** Stands for a latency that has not been measured. */
    private static final long UNKNOWN_LATENCY = 65_535;

    private static final long MAX_AGE_PENALTY = 140_000;
    private static final int SCOPES = 8;

    final Path path;
    long lastReceiveMillis;
    /** Round trip in milliseconds, -1 while unknown. */
    int latencyMillis = -1;
    /** When the first probe went out that has not been answered; {@link Path#NEVER} if there is none. */
    long unansweredSinceMillis = Path.NEVER;

    long lastProbeMillis = Path.NEVER;
    private boolean superseded;

    PeerPath(Path path, long nowMillis) {
        this.path = path;
        this.lastReceiveMillis = nowMillis;
    }

    void received(long nowMillis) {
        lastReceiveMillis = nowMillis;
        unansweredSinceMillis = Path.NEVER;
        superseded = false;
    }

    /** The peer has answered from another port of the same address: this one is not used until it is heard from again. */
    void supersede() {
        superseded = true;
    }

    /** Whether a path differs from this one by its port at most. */
    boolean isSameHost(Path other) {
        return path.socket == other.socket && path.remote.getAddress().equals(other.remote.getAddress());
    }

    boolean isUsable(long nowMillis) {
        return !superseded
                && nowMillis - lastReceiveMillis < Timing.PATH_EXPIRATION_MILLIS
                && (unansweredSinceMillis == Path.NEVER
                        || nowMillis - unansweredSinceMillis < Timing.STALE_GIVE_UP_MILLIS);
    }

    boolean isAlive(long nowMillis) {
        return nowMillis - lastReceiveMillis < Timing.PATH_ALIVE_MILLIS;
    }

    void sampleLatency(int sampleMillis) {
        latencyMillis = latencyMillis < 0 ? sampleMillis : (latencyMillis + sampleMillis) / 2;
    }

    /** Lower is better: latency weighted by scope, with a penalty for silence ({@code protocol.md} 8.3). */
    long quality(long nowMillis) {
        long latency = latencyMillis < 0 ? UNKNOWN_LATENCY : latencyMillis;
        if (!isAlive(nowMillis)) {
            long age = Math.min(nowMillis - lastReceiveMillis, MAX_AGE_PENALTY);
            latency = (latencyMillis < 0 ? 0 : latencyMillis) + UNKNOWN_LATENCY + age;
        }
        return latency * (SCOPES - path.scope.rank());
    }
}
