package io.ztnio.protocol.vl1.path;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/** All paths, found without allocating. Bounded. Thread: confined to the node. */
public final class PathTable {
    private final Map<InetSocketAddress, Path> paths = new HashMap<>();
    private final int capacity;
    private final Counters counters;

    public PathTable(int capacity, Counters counters) {
        this.capacity = capacity;
        this.counters = counters;
    }

    /** The path if there is one, or {@code null}. */
    public Path find(int socket, InetSocketAddress remote) {
        Path path = paths.get(remote);
        while (path != null && path.socket != socket) {
            path = path.nextOfSameRemote;
        }
        return path;
    }

    /** The path, made if need be. When the table is full the new path is not remembered. */
    public Path obtain(int socket, InetSocketAddress remote) {
        Path path = find(socket, remote);
        if (path != null) {
            return path;
        }
        path = new Path(socket, remote);
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
