package io.ztnio.protocol.vl1.path;

import io.ztnio.protocol.limit.TokenBuckets;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.random.RandomGenerator;

/** All paths, found without allocating. Bounded. Thread: confined to the node. */
public final class PathTable {
    /** Paths that one peer may bring at once; then one per second. */
    static final int MAX_NEW_OF_PEER = 64;

    private static final double NEW_OF_PEER_PER_SECOND = 1;
    private static final int PEERS = 4096;

    private final Map<InetSocketAddress, Path> paths = new HashMap<>();
    private final int capacity;
    private final Counters counters;
    private final TokenBuckets byPeer;

    /** What was found last: a packet's path is asked for several times while it is handled. */
    private Path last;

    /** By which it was: the same object, so that nothing has to be compared. */
    private InetSocketAddress lastRemote;

    /** @param random salts what strangers could aim at */
    public PathTable(int capacity, Counters counters, RandomGenerator random) {
        this.capacity = capacity;
        this.counters = counters;
        this.byPeer = new TokenBuckets(PEERS, MAX_NEW_OF_PEER, NEW_OF_PEER_PER_SECOND, random.nextLong());
    }

    /** The path if there is one, or {@code null}. */
    @SuppressWarnings(
            "ReferenceEquality") // The transport has one object for it nearly always; another one is looked up.
    public Path find(int socket, InetSocketAddress remote) {
        if (last != null && last.socket == socket && lastRemote == remote) {
            return last;
        }
        Path path = paths.get(remote);
        while (path != null && path.socket != socket) {
            path = path.nextOfSameRemote;
        }
        if (path != null) {
            last = path;
            lastRemote = remote;
        }
        return path;
    }

    /**
     * The path, made if need be. A new path is not remembered when the table is full, and when packets of this peer have come by
     * too many: whoever writes ever other addresses on its datagrams does not fill the table.
     *
     * @param peer ZeroTier address of whom an authentic packet came by it
     */
    public Path obtain(int socket, InetSocketAddress remote, long peer, long nowMillis) {
        Path path = find(socket, remote);
        if (path != null) {
            return path;
        }
        path = new Path(socket, remote);
        if (!byPeer.admit(peer, nowMillis)) {
            counters.drop(DropReason.RATE_LIMITED);
            return path;
        }
        if (paths.size() >= capacity) {
            counters.drop(DropReason.TABLE_FULL);
            return path;
        }
        path.nextOfSameRemote = paths.put(remote, path);
        return path;
    }

    int size() {
        return paths.size();
    }

    /** Forgets paths that have been idle both ways for longer than any timer looks back. */
    public void purge(long nowMillis) {
        last = null;
        Iterator<Path> heads = paths.values().iterator();
        while (heads.hasNext()) {
            boolean idle = true;
            for (Path path = heads.next(); path != null; path = path.nextOfSameRemote) {
                long last = Math.max(
                        Math.max(path.lastReceiveMillis, path.lastSendMillis),
                        Math.max(path.lastTrustedMillis, path.lastConfirmHelloMillis));
                idle &= nowMillis - last > Path.TRUST_MILLIS;
            }
            if (idle) {
                heads.remove();
            }
        }
    }
}
