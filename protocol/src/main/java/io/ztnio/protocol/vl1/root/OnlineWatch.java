package io.ztnio.protocol.vl1.root;

import io.ztnio.protocol.vl1.Vl1Listener;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.peer.RemotePeer;

/** Whether a root was heard lately, or we are one. Thread: confined to the node. */
public final class OnlineWatch {
    private static final long OFFLINE_MILLIS = 90_000;

    private final Topology topology;
    private final Vl1Listener listener;
    private long lastUpstreamReceiveMillis = Path.NEVER;
    private boolean online;

    public OnlineWatch(Topology topology, Vl1Listener listener) {
        this.topology = topology;
        this.listener = listener;
    }

    public boolean isOnline(long nowMillis) {
        return topology.weAreUpstream() || nowMillis - lastUpstreamReceiveMillis <= OFFLINE_MILLIS;
    }

    /** Something was received from a peer; from an upstream that means that we are online. */
    public void received(RemotePeer peer, long nowMillis) {
        if (topology.isUpstream(peer.address())) {
            lastUpstreamReceiveMillis = nowMillis;
            report(nowMillis);
        }
    }

    /** Tells the listener if that has changed. */
    public void report(long nowMillis) {
        boolean now = isOnline(nowMillis);
        if (now != online) {
            online = now;
            listener.onOnline(now, nowMillis);
        }
    }
}
