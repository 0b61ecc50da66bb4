package io.ztnio.protocol.vl1.bond;

import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;

/** One path of a bond: by which link it leads, whether it works, how well. Thread: confined to the node. */
final class Member {
    private static final int HEARTBEATS = 4;

    final PeerPath path;
    final SentRecords sent = new SentRecords();
    final ReceivedRecords received = new ReceivedRecords();
    final LinkQuality quality = new LinkQuality();

    private final Bonding.Terms terms;
    private final long[] heartbeatIds = new long[HEARTBEATS];
    private final long[] heartbeatMillis = new long[HEARTBEATS];
    private int heartbeats;

    /** What is said of its interface; {@code null} if nothing is. */
    private Bonding.Link link;

    private String linkName = "";
    private boolean allowed;
    private long lastHeardMillis;
    private long aliveSinceMillis = Path.NEVER;
    private long lastHeartbeatMillis = Path.NEVER;
    private long lastReportMillis;
    private long lastQosMillis = Path.NEVER;

    /** Frames since the last look at who uses which link. */
    int framesIn;

    /** Flows, or parts of them, that are on it. */
    int flows;

    Member(PeerPath path, Bonding.Terms terms, long nowMillis) {
        this.path = path;
        this.terms = terms;
        this.lastHeardMillis = path.lastReceiveMillis();
        this.lastReportMillis = nowMillis;
    }

    /** Its interface is known now, or another one. */
    void linkName(String name) {
        linkName = name;
        link = null;
        for (Bonding.Link said : terms.links()) {
            if (said.name().equals(name)) {
                link = said;
            }
        }
        allowed = terms.links().isEmpty()
                || (link != null && link.enabled() && link.family().allows(path.path.isIpv6()));
        path.path.mtu(link == null ? 0 : link.mtuBytes());
    }

    String linkName() {
        return linkName;
    }

    Bonding.Link link() {
        return link;
    }

    /** Whether what is said of the links admits it. */
    boolean isAllowed() {
        return allowed;
    }

    boolean isPrimary() {
        return link == null || link.primary();
    }

    /** Whether its IP version is the one to be used on its link if there is a choice. */
    boolean isPreferred() {
        return link == null || link.family().prefers(path.path.isIpv6());
    }

    int capacity() {
        return link == null ? 0 : link.capacity();
    }

    /** Whether another path is by the same link: same interface, same address of the peer. */
    boolean isOfLinkOf(Member other) {
        return linkName.equals(other.linkName)
                && path.path.remote.getAddress().equals(other.path.path.remote.getAddress());
    }

    /** An authentic packet came by it. */
    void heard(long nowMillis) {
        if (nowMillis - lastHeardMillis >= silenceMillis()) {
            aliveSinceMillis = nowMillis;
            quality.recovered();
        }
        lastHeardMillis = nowMillis;
    }

    private long silenceMillis() {
        return (long) terms.failoverMillis() + terms.downDelayMillis();
    }

    boolean isAlive(long nowMillis) {
        return nowMillis - lastHeardMillis < silenceMillis();
    }

    /** Whether packets may take it now. */
    boolean isEligible(long nowMillis) {
        return isAlive(nowMillis)
                && allowed
                && nowMillis - aliveSinceMillis >= terms.upDelayMillis()
                && path.isUsable(nowMillis);
    }

    /** Whether a heartbeat is due: a path that failed is asked less often. {@code always} or when it is silent. */
    boolean isHeartbeatDue(boolean always, long intervalMillis, long nowMillis) {
        long interval = isAlive(nowMillis) ? intervalMillis : terms.failoverMillis();
        long last = always ? lastHeartbeatMillis : Math.max(lastHeartbeatMillis, lastHeardMillis);
        return allowed && nowMillis - last >= interval;
    }

    void heartbeatSent(long packetId, long nowMillis) {
        lastHeartbeatMillis = nowMillis;
        int slot = heartbeats++ % HEARTBEATS;
        if (heartbeatIds[slot] != 0) {
            quality.heartbeat(true);
        }
        heartbeatIds[slot] = packetId;
        heartbeatMillis[slot] = nowMillis;
    }

    /** OK came to a packet; whether that was a heartbeat by this path. */
    boolean answered(long packetId, long nowMillis) {
        for (int slot = 0; slot < HEARTBEATS; slot++) {
            if (heartbeatIds[slot] == packetId && packetId != 0) {
                heartbeatIds[slot] = 0;
                quality.heartbeat(false);
                quality.latency((nowMillis - heartbeatMillis[slot]) / 2.0);
                return true;
            }
        }
        return false;
    }

    /** Whether what came is to be told. */
    boolean isReportDue(long intervalMillis, long minMillis, long nowMillis) {
        long since = nowMillis - lastReportMillis;
        return !received.isEmpty() && (since >= intervalMillis || (received.isFull() && since >= minMillis));
    }

    void reported(long nowMillis) {
        lastReportMillis = nowMillis;
    }

    /** Whether the peer's report is looked at; then it counts as looked at. */
    boolean admitQos(long minMillis, long nowMillis) {
        if (nowMillis - lastQosMillis < minMillis) {
            return false;
        }
        lastQosMillis = nowMillis;
        return true;
    }

    /** What the peer says of a packet of ours: when it came, and how long ago that was when the peer said so. */
    void measured(long packetId, int heldMillis, long nowMillis) {
        long left = sent.take(packetId);
        long round = nowMillis - left - heldMillis;
        if (left >= 0 && round >= 0) {
            quality.latency(round / 2.0);
        }
    }
}
