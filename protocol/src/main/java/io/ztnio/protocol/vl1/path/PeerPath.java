package io.ztnio.protocol.vl1.path;

/** What one peer has made of one path. Thread: confined to the node. */
public final class PeerPath {
    static final long ALIVE_MILLIS = 19_000;
    static final long EXPIRATION_MILLIS = 243_000;

    /** A path that is used but silent is asked every 2 s, and after 6 s without an answer packets take the relay. */
    private static final long STALE_PROBE_MILLIS = 2_000;

    private static final long STALE_GIVE_UP_MILLIS = 6_000;

    /** A path by which so long something went and nothing came is asked, although it may have been alive until then. */
    private static final long UNANSWERED_MILLIS = 3_000;

    /** Longer than most round trips: a question that is open for so long makes another way worth taking, if there is one. */
    private static final long DOUBT_MILLIS = 1_000;

    /** Stands for a latency that has not been measured. */
    private static final long UNKNOWN_LATENCY = 65_535;

    private static final long MAX_AGE_PENALTY = 140_000;
    private static final int SCOPES = 8;

    public final Path path;

    private long lastReceiveMillis;
    private int latencyMillis = -1;
    /** When the first probe went out that has not been answered; {@link Path#NEVER} if there is none. */
    private long unansweredSinceMillis = Path.NEVER;

    private long lastProbeMillis = Path.NEVER;
    /** When the first packet went out since something came; {@link Path#NEVER} if none has. */
    private long sentSinceMillis = Path.NEVER;

    private boolean superseded;
    /** The peer has asked to be reached by it. */
    private boolean wanted;

    PeerPath(Path path, long nowMillis) {
        this.path = path;
        this.lastReceiveMillis = nowMillis;
    }

    public void received(long nowMillis) {
        lastReceiveMillis = nowMillis;
        unansweredSinceMillis = Path.NEVER;
        sentSinceMillis = Path.NEVER;
        superseded = false;
    }

    /** Something of the node's went out by it. */
    public void sent(long nowMillis) {
        if (sentSinceMillis == Path.NEVER) {
            sentSinceMillis = nowMillis;
        }
    }

    /** Whether it is to be asked for a sign of life before more goes by it in vain: its peer, or a NAT, may be elsewhere. */
    public boolean isSilent(long nowMillis) {
        return !isAlive(nowMillis)
                || (sentSinceMillis != Path.NEVER && nowMillis - sentSinceMillis >= UNANSWERED_MILLIS);
    }

    public long lastReceiveMillis() {
        return lastReceiveMillis;
    }

    /** Round trip in milliseconds, -1 while unknown. */
    public int latencyMillis() {
        return latencyMillis;
    }

    /**
     * The peer has answered from another port or address: this one is not used until it is heard from again, unless the peer wants it
     * to be.
     */
    void supersede() {
        superseded = !wanted;
    }

    /** The peer wants to be reached by it. */
    void want() {
        wanted = true;
        superseded = false;
    }

    /** Whether a path differs from this one by its port at most. */
    boolean isSameHost(Path other) {
        return path.socket == other.socket && path.remote.getAddress().equals(other.remote.getAddress());
    }

    public boolean isUsable(long nowMillis) {
        return !superseded
                && !isExpired(nowMillis)
                && (unansweredSinceMillis == Path.NEVER || nowMillis - unansweredSinceMillis < STALE_GIVE_UP_MILLIS);
    }

    /** Whether it was asked for a sign of life, and has not answered for a while. */
    public boolean isDoubtful(long nowMillis) {
        return unansweredSinceMillis != Path.NEVER && nowMillis - unansweredSinceMillis >= DOUBT_MILLIS;
    }

    public boolean isAlive(long nowMillis) {
        return nowMillis - lastReceiveMillis < ALIVE_MILLIS;
    }

    /** Whether nothing has come for so long that the path is forgotten. */
    public boolean isExpired(long nowMillis) {
        return nowMillis - lastReceiveMillis >= EXPIRATION_MILLIS;
    }

    /** Whether this path, which is used but silent, is to be asked for a sign of life; then it counts as asked. */
    public boolean admitProbe(long nowMillis) {
        if (nowMillis - lastProbeMillis < STALE_PROBE_MILLIS) {
            return false;
        }
        lastProbeMillis = nowMillis;
        if (unansweredSinceMillis == Path.NEVER) {
            unansweredSinceMillis = nowMillis;
        }
        return true;
    }

    /** Not used until it has answered, for which the caller asks it now. */
    public void distrust(long nowMillis) {
        unansweredSinceMillis = nowMillis - STALE_GIVE_UP_MILLIS;
        lastProbeMillis = nowMillis;
    }

    public void sampleLatency(int sampleMillis) {
        latencyMillis = latencyMillis < 0 ? sampleMillis : (latencyMillis + sampleMillis) / 2;
    }

    /**
     * Lower is better: latency weighted by scope, with a penalty for silence ({@code protocol.md} 8.3), and for doubt. Without these what
     * the peer has asked for goes first.
     */
    public long quality(long nowMillis) {
        long latency = latencyMillis < 0 ? UNKNOWN_LATENCY : latencyMillis;
        if (!isAlive(nowMillis) || isDoubtful(nowMillis)) {
            long age = Math.min(nowMillis - lastReceiveMillis, MAX_AGE_PENALTY);
            latency = (latencyMillis < 0 ? 0 : latencyMillis) + UNKNOWN_LATENCY + age;
        } else if (wanted) {
            return 0;
        }
        return latency * (SCOPES - path.scope.rank());
    }
}
