package io.ztnio.protocol.vl1.assembly;

import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.contact.Bonds;
import io.ztnio.protocol.vl1.contact.Keepalive;
import io.ztnio.protocol.vl1.contact.MtuProbes;
import io.ztnio.protocol.vl1.contact.RelayedPeers;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.peer.PeerLife;
import io.ztnio.protocol.vl1.receive.Retries;
import io.ztnio.protocol.vl1.root.OnlineWatch;
import io.ztnio.protocol.vl1.send.Transmitter;

/** What is done by the clock, and when ({@code protocol.md} 8.1, 8.2 and 11.2). Thread: confined to the node. */
final class Maintenance {
    private static final long PING_CHECK_MILLIS = 5_000;
    private static final long HOUSEKEEPING_MILLIS = 30_000;

    private final Keepalive keepalive;
    private final RelayedPeers relayed;
    private final Bonds bonds;
    private final MtuProbes probes;
    private final PeerLife life;
    private final OnlineWatch online;
    private final Forgetting forgetting;
    private final Transmitter transmitter;
    private final Retries retries;
    private final VerbHandler networks;
    private long nextPingCheckMillis = Path.NEVER;
    private long nextHousekeepingMillis = Path.NEVER;

    Maintenance(
            Keepalive keepalive,
            RelayedPeers relayed,
            Bonds bonds,
            MtuProbes probes,
            PeerLife life,
            OnlineWatch online,
            Forgetting forgetting,
            Transmitter transmitter,
            Retries retries,
            VerbHandler networks) {
        this.keepalive = keepalive;
        this.relayed = relayed;
        this.bonds = bonds;
        this.probes = probes;
        this.life = life;
        this.online = online;
        this.forgetting = forgetting;
        this.transmitter = transmitter;
        this.retries = retries;
        this.networks = networks;
    }

    /** Does what is due, and says when to come back. */
    long poll(long nowMillis) {
        if (nowMillis >= nextPingCheckMillis) {
            nextPingCheckMillis = nowMillis + PING_CHECK_MILLIS;
            keepalive.check(nowMillis);
            life.check(nowMillis);
            online.report(nowMillis);
        }
        long nextBondMillis = bonds.poll(nowMillis);
        long nextSeekMillis = Math.min(keepalive.seek(nowMillis), relayed.poll(nowMillis));
        if (nowMillis >= nextHousekeepingMillis) {
            nextHousekeepingMillis = nowMillis + HOUSEKEEPING_MILLIS;
            forgetting.run(nowMillis);
        }
        transmitter.poll(nowMillis);
        retries.settle(nowMillis);
        long next = networks.poll(nowMillis);
        // What went so far may be longer than a datagram.
        next = Math.min(next, probes.poll(nowMillis));
        next = Math.min(next, Math.min(nextPingCheckMillis, Math.min(nextHousekeepingMillis, nextSeekMillis)));
        next = Math.min(next, Math.min(transmitter.deadlineMillis(), retries.deadlineMillis()));
        return Math.max(nowMillis, Math.min(next, nextBondMillis));
    }
}
