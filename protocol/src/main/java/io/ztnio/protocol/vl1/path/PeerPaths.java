package io.ztnio.protocol.vl1.path;

import io.ztnio.protocol.vl1.PeerRecord;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The paths of one peer, {@value PeerRecord#MAX_PATHS} at most ({@code protocol.md} 8.3). Thread: confined to the node. */
public final class PeerPaths {
    private PeerPath[] paths = new PeerPath[2];
    private int count;
    private int revision;
    private long learnedMillis = Path.NEVER;

    public int count() {
        return count;
    }

    /** Another number after each change of what paths there are. */
    public int revision() {
        return revision;
    }

    /** When a path was last added; {@link Path#NEVER} if none was. */
    public long learnedMillis() {
        return learnedMillis;
    }

    public PeerPath get(int index) {
        return paths[index];
    }

    /** What the peer has made of a path, or {@code null}. */
    public PeerPath find(Path path) {
        for (int i = 0; i < count; i++) {
            if (paths[i].path == path) {
                return paths[i];
            }
        }
        return null;
    }

    /** The best usable path, or {@code null}. */
    public PeerPath best(long nowMillis) {
        return best(nowMillis, true);
    }

    /** The best path, be it expired, or {@code null}. */
    public PeerPath any(long nowMillis) {
        return best(nowMillis, false);
    }

    private PeerPath best(long nowMillis, boolean onlyUsable) {
        PeerPath best = null;
        long bestQuality = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
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

    /** Whether a usable path leads to a physical address. */
    public boolean leadTo(InetSocketAddress remote, long nowMillis) {
        for (int i = 0; i < count; i++) {
            if (paths[i].path.remote.equals(remote) && paths[i].isUsable(nowMillis)) {
                return true;
            }
        }
        return false;
    }

    /** The shortest round trip measured, in milliseconds; -1 while unknown. */
    public int latencyMillis() {
        int best = -1;
        for (int i = 0; i < count; i++) {
            int latency = paths[i].latencyMillis();
            if (latency >= 0 && (best < 0 || latency < best)) {
                best = latency;
            }
        }
        return best;
    }

    /** The physical addresses, each once. */
    public List<InetSocketAddress> remotes() {
        List<InetSocketAddress> remotes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (!remotes.contains(paths[i].path.remote)) {
                remotes.add(paths[i].path.remote);
            }
        }
        return remotes;
    }

    /**
     * Adds a path: in place of a dead one to the same IP and socket, else free, else in place of the oldest. This is where the peer is
     * now; it may have left where it was, so that the others count again when something comes by them.
     *
     * @param elsewhere gets those to other addresses, which are to be asked whether they are left
     */
    public PeerPath learn(Path path, Consumer<PeerPath> elsewhere, long nowMillis) {
        PeerPath added = new PeerPath(path, nowMillis);
        int slot = -1;
        int oldest = 0;
        for (int i = 0; i < count; i++) {
            if (paths[i].isSameHost(path)) {
                if (paths[i].isAlive(nowMillis)) {
                    paths[i].supersede();
                } else {
                    slot = i;
                }
            } else if (paths[i].isUsable(nowMillis)) {
                paths[i].supersede();
                elsewhere.accept(paths[i]);
            }
            if (paths[i].lastReceiveMillis() < paths[oldest].lastReceiveMillis()) {
                oldest = i;
            }
        }
        if (slot < 0 && count < PeerRecord.MAX_PATHS) {
            if (count == paths.length) {
                paths = Arrays.copyOf(paths, Math.min(PeerRecord.MAX_PATHS, count * 2));
            }
            slot = count++;
        }
        paths[slot < 0 ? oldest : slot] = added;
        revision++;
        learnedMillis = nowMillis;
        return added;
    }

    /** The peer wants to be reached by this path: the others go, and count as any that is new if they come again. */
    public void want(PeerPath wanted) {
        wanted.want();
        removeIf(path -> path != wanted);
    }

    /** Removes the paths that have expired. */
    public void prune(long nowMillis) {
        removeIf(path -> path.isExpired(nowMillis));
    }

    /** Removes the paths to addresses where the peer is not any longer. */
    public void retain(Predicate<InetSocketAddress> remotes) {
        removeIf(path -> !remotes.test(path.path.remote));
    }

    private void removeIf(Predicate<PeerPath> unwanted) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (!unwanted.test(paths[i])) {
                paths[kept++] = paths[i];
            }
        }
        if (kept < count) {
            revision++;
        }
        Arrays.fill(paths, kept, count, null);
        count = kept;
    }
}
