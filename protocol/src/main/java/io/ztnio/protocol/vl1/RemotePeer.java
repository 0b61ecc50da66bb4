package io.ztnio.protocol.vl1;

import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.SoftwareVersion;
import java.util.Arrays;

/** State of one other node: keys, version, paths, and when what was last done. Thread: confined to the node. */
final class RemotePeer implements Peer {
    static final int MAX_PATHS = 64;

    /** The first protocol version whose nodes answer ECHO. */
    private static final int ECHO_PROTOCOL = 5;

    final PeerKeys keys;
    /** As its HELLO or OK(HELLO) said; {@code null} while unknown. */
    SoftwareVersion version;

    long knownSinceMillis = Path.NEVER;
    long lastReceiveMillis = Path.NEVER;
    /** Traffic that is worth keeping paths for ({@code protocol.md} 4.0). */
    long lastNontrivialMillis = Path.NEVER;

    long lastHelloMillis = Path.NEVER;
    long lastTrustedMillis = Path.NEVER;
    long lastPushSentMillis = Path.NEVER;
    long lastPushReceivedMillis = Path.NEVER;
    int pushesInWindow;
    long lastWhoisReplyMillis = Path.NEVER;
    long lastActiveNoticeMillis = Path.NEVER;
    boolean reportedDirect;

    /** When anything authentic came, be it of no use; what {@link PeerLife} goes by. */
    long lastHeardMillis = Path.NEVER;

    PeerLife.State life = PeerLife.State.HEARD;
    long soughtSinceMillis = Path.NEVER;
    long lastSeekMillis = Path.NEVER;
    long nextReturnMillis = Path.NEVER;

    /** That it may be a new process is still to be told. */
    boolean returned;

    /** Opened by the first packet of data, if there is a {@link Core#stage}. */
    private SendLane lane;

    private final Identity identity;
    private PeerPath[] paths = new PeerPath[2];
    private int pathCount;
    private int relayedLatencyMillis = -1;

    RemotePeer(Identity identity, PeerKeys keys) {
        this.identity = identity;
        this.keys = keys;
    }

    @Override
    public long address() {
        return identity.address();
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public int protocolVersion() {
        return version == null ? 0 : version.protocol();
    }

    @Override
    public boolean hasDirectPath(long nowMillis) {
        return bestPath(nowMillis) != null;
    }

    @Override
    public int latencyMillis() {
        int best = -1;
        for (int i = 0; i < pathCount; i++) {
            int latency = paths[i].latencyMillis;
            if (latency >= 0 && (best < 0 || latency < best)) {
                best = latency;
            }
        }
        return best >= 0 ? best : relayedLatencyMillis;
    }

    void relayedLatency(int sampleMillis) {
        relayedLatencyMillis = sampleMillis;
    }

    boolean isTrusted(long nowMillis) {
        return nowMillis - lastTrustedMillis < Timing.TRUST_MILLIS;
    }

    /** The lane of its data, opened if need be; {@code null} if there is no stage. */
    SendLane lane(SendStage stage) {
        if (lane == null && stage != null) {
            lane = stage.lane(address(), keys);
        }
        return lane;
    }

    boolean isCongested() {
        return lane != null && lane.isCongested();
    }

    void closeLane() {
        if (lane != null) {
            lane.close();
            lane = null;
        }
    }

    boolean answersEcho() {
        // Software 1.1.0 claims ECHO and fails at it.
        return version != null
                && version.protocol() >= ECHO_PROTOCOL
                && !(version.major() == 1 && version.minor() == 1 && version.revision() == 0);
    }

    int pathCount() {
        return pathCount;
    }

    PeerPath path(int index) {
        return paths[index];
    }

    PeerPath find(Path path) {
        for (int i = 0; i < pathCount; i++) {
            if (paths[i].path == path) {
                return paths[i];
            }
        }
        return null;
    }

    /** The best usable path, or {@code null}. */
    PeerPath bestPath(long nowMillis) {
        return best(nowMillis, true);
    }

    /** The best path, be it expired. */
    PeerPath anyPath(long nowMillis) {
        return best(nowMillis, false);
    }

    private PeerPath best(long nowMillis, boolean onlyUsable) {
        PeerPath best = null;
        long bestQuality = Long.MAX_VALUE;
        for (int i = 0; i < pathCount; i++) {
            PeerPath candidate = paths[i];
            if (onlyUsable && !candidate.isUsable(nowMillis)) {
                continue;
            }
            long quality = candidate.quality(nowMillis);
            if (quality <= bestQuality) {
                bestQuality = quality;
                best = candidate;
            }
        }
        return best;
    }

    /**
     * Adds a path: in place of a dead one to the same IP and socket, else free, else in place of the oldest. Another port of
     * the same address is where the peer is now: its living paths to other ports count again when something comes by them.
     */
    PeerPath learn(Path path, long nowMillis) {
        PeerPath added = new PeerPath(path, nowMillis);
        int slot = -1;
        int oldest = 0;
        for (int i = 0; i < pathCount; i++) {
            if (paths[i].isSameHost(path)) {
                if (paths[i].isAlive(nowMillis)) {
                    paths[i].supersede();
                } else {
                    slot = i;
                }
            }
            if (paths[i].lastReceiveMillis < paths[oldest].lastReceiveMillis) {
                oldest = i;
            }
        }
        if (slot < 0 && pathCount < MAX_PATHS) {
            if (pathCount == paths.length) {
                paths = Arrays.copyOf(paths, Math.min(MAX_PATHS, pathCount * 2));
            }
            slot = pathCount++;
        }
        paths[slot < 0 ? oldest : slot] = added;
        return added;
    }

    /** Removes the paths that have expired. */
    void prunePaths(long nowMillis) {
        int kept = 0;
        for (int i = 0; i < pathCount; i++) {
            if (nowMillis - paths[i].lastReceiveMillis < Timing.PATH_EXPIRATION_MILLIS) {
                paths[kept++] = paths[i];
            }
        }
        Arrays.fill(paths, kept, pathCount, null);
        pathCount = kept;
    }

    @Override
    public String toString() {
        return Address.format(address());
    }
}
