package io.ztnio.protocol.vl1.bond;

import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.path.PeerPaths;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.util.ArrayList;
import java.util.List;

/**
 * The links to one peer, and by which of them its packets go ({@code protocol.md} 8.12). Which may be used is looked at when the
 * peer's paths change, now and then, and when the one chosen has failed.
 *
 * <p>Thread: confined to the node.
 */
public final class Bond {
    /** Paths that are watched. */
    public static final int MAX_MEMBERS = 16;

    private static final int HEARTBEATS_PER_FAILOVER = 3;
    private static final int MAX_REVIEW_MILLIS = 1_000;

    /** Between two reports by one link, and between two that are looked at. */
    private static final long MIN_REPORT_MILLIS = 500;

    private static final long MIN_QOS_MILLIS = 50;
    private static final int MIN_QOS_BYTES = 9;
    private static final int MAX_QOS_BYTES = 1_400;

    /** Without frames either way for so long, nothing is watched ({@code protocol.md} 8.2). */
    private static final long REST_MILLIS = 500_000;

    private static final long LOOK_MILLIS = 5_000;

    private final Bonding.Terms terms;
    private final PeerPaths paths;
    private final LocalLinks local;
    private final Spreading spreading;
    private final PathNegotiation negotiation;
    private final Team team = new Team();
    /** One member of each link that may be used while it works. */
    private final Team links = new Team();

    private List<Member> members = new ArrayList<>();
    private int pathsRevision = -1;
    private int localRevision = -1;
    private long nextReviewMillis = Path.NEVER;
    private long lastFrameMillis = Path.NEVER;

    /** @param paths of the peer, as they are at any time */
    public Bond(Bonding.Terms terms, PeerPaths paths, LocalLinks local) {
        this.terms = terms;
        this.paths = paths;
        this.local = local;
        this.spreading = spreading();
        this.negotiation =
                spreading instanceof ActiveBackup activeBackup ? new PathNegotiation(terms, activeBackup) : null;
    }

    private Spreading spreading() {
        return switch (terms.policy()) {
            case ACTIVE_BACKUP -> new ActiveBackup(terms);
            // What is no frame takes any link.
            case BROADCAST -> new BalanceRoundRobin(1);
            case BALANCE_RR -> new BalanceRoundRobin(terms.packetsPerLink());
            case BALANCE_XOR -> new BalanceXor(links);
            case BALANCE_AWARE -> new BalanceAware(terms);
        };
    }

    /** Which path a packet in the clear takes; {@code null} if no link works as it should: then any path is as good. */
    public PeerPath choose(byte[] packet, int offset, int length, long nowMillis) {
        curate(nowMillis);
        if (team.count() == 0) {
            return null;
        }
        boolean byFlow = terms.policy() == Bonding.Policy.BALANCE_XOR || terms.policy() == Bonding.Policy.BALANCE_AWARE;
        int flow = byFlow ? FlowId.of(packet, offset, length) : FlowId.NONE;
        Member chosen = spreading.choose(team, flow, nowMillis);
        if (!chosen.isEligible(nowMillis)) {
            review(nowMillis);
            chosen = team.count() == 0 ? null : spreading.choose(team, flow, nowMillis);
        }
        return chosen == null ? null : chosen.path;
    }

    /**
     * By how many links each frame goes.
     *
     * @param ways gets their paths, as many as fit
     */
    public int broadcast(Path[] ways, long nowMillis) {
        if (terms.policy() != Bonding.Policy.BROADCAST) {
            return 0;
        }
        curate(nowMillis);
        int count = 0;
        for (int i = 0; i < team.count() && count < ways.length; i++) {
            if (team.get(i).isEligible(nowMillis)) {
                ways[count++] = team.get(i).path.path;
            }
        }
        return count;
    }

    /** The paths that may carry packets now. */
    public int inUse(Path[] ways, long nowMillis) {
        curate(nowMillis);
        int count = Math.min(ways.length, team.count());
        for (int i = 0; i < count; i++) {
            ways[i] = team.get(i).path.path;
        }
        return count;
    }

    /** A frame goes to the peer, or came. */
    public void frame(long nowMillis) {
        lastFrameMillis = nowMillis;
    }

    /**
     * A packet went by a path.
     *
     * @param packetId on the wire
     */
    public void sent(PeerPath path, long packetId, long nowMillis) {
        Member member = isSampled(packetId) ? find(path) : null;
        if (member != null) {
            member.sent.add(packetId, nowMillis);
        }
    }

    /** An authentic packet that counts as received came by a path. */
    public void received(PeerPath path, long packetId, Verb verb, long nowMillis) {
        curate(nowMillis);
        Member member = find(path);
        if (member == null) {
            return;
        }
        member.heard(nowMillis);
        if (verb == Verb.FRAME || verb == Verb.EXT_FRAME) {
            member.framesIn++;
            lastFrameMillis = nowMillis;
        }
        if (isSampled(packetId)) {
            member.received.add(packetId, nowMillis);
        }
    }

    /** Every other packet is measured ({@code protocol.md} 4.18). */
    private static boolean isSampled(long packetId) {
        return (packetId & 1) != 0;
    }

    private Member find(PeerPath path) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).path == path) {
                return members.get(i);
            }
        }
        return null;
    }

    /** OK came to an ECHO of ours. */
    public void answered(long packetId, long nowMillis) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).answered(packetId, nowMillis)) {
                return;
            }
        }
    }

    /**
     * QOS_MEASUREMENT came by a path.
     *
     * @return whether it was looked at: not if it is too long or short, came too soon after the last, or by no path of ours
     */
    public boolean measured(PeerPath path, ByteReader payload, long nowMillis) {
        int length = payload.remaining();
        Member member = find(path);
        if (member == null
                || length < MIN_QOS_BYTES
                || length > MAX_QOS_BYTES
                || !member.admitQos(MIN_QOS_MILLIS, nowMillis)) {
            return false;
        }
        while (payload.remaining() >= ReceivedRecords.RECORD_BYTES) {
            long packetId = Long.reverseBytes(payload.getLong());
            int held = Short.reverseBytes((short) payload.getShort()) & 0xffff;
            member.measured(packetId, held, nowMillis);
        }
        return true;
    }

    /**
     * PATH_NEGOTIATION_REQUEST came by a path.
     *
     * @param wins whether the peer has its way if it is all the same
     * @return whether it was looked at
     */
    public boolean requested(PeerPath path, int utility, boolean wins, long nowMillis) {
        Member member = find(path);
        return negotiation != null
                && member != null
                && team.contains(member)
                && negotiation.requested(member, utility, wins, nowMillis);
    }

    /** Makes active-backup take another link; false if there is none, or it is another policy. */
    public boolean rotate(long nowMillis) {
        curate(nowMillis);
        return spreading instanceof ActiveBackup activeBackup && activeBackup.rotate(team, nowMillis);
    }

    /** What a bond has sent by somebody who can. Thread: confined to the node. */
    public interface Signals {
        /** Sends ECHO by a path; its ID on the wire, or 0 if the peer cannot answer it. */
        long heartbeat(Path path);

        /** Starts QOS_MEASUREMENT; the writer is at its payload. */
        ByteWriter beginReport();

        /** Sends the QOS_MEASUREMENT begun by a path. */
        void report(Path path);

        /** Sends PATH_NEGOTIATION_REQUEST by a path. */
        void negotiate(Path path, int utility);
    }

    /**
     * Does what is due by the clock.
     *
     * @param active whether the peer's paths are worth keeping
     * @return when to be called next
     */
    public long poll(Signals signals, boolean active, long nowMillis) {
        review(nowMillis);
        if (!active && nowMillis - lastFrameMillis >= REST_MILLIS) {
            return nowMillis + LOOK_MILLIS;
        }
        boolean always = terms.policy() == Bonding.Policy.BALANCE_AWARE;
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            Path path = member.path.path;
            if (member.isHeartbeatDue(always && team.contains(member), heartbeatMillis(), nowMillis)) {
                long id = signals.heartbeat(path);
                member.heartbeatSent(id, nowMillis);
                sent(member.path, id, nowMillis);
            }
            if (member.isReportDue(terms.failoverMillis() * 2L, MIN_REPORT_MILLIS, nowMillis)) {
                member.received.drain(signals.beginReport(), nowMillis);
                member.reported(nowMillis);
                signals.report(path);
            }
        }
        if (negotiation != null && team.count() > 0) {
            int utility = negotiation.request(team, nowMillis);
            if (utility >= 0) {
                signals.negotiate(((ActiveBackup) spreading).active().path.path, utility);
            }
        }
        return nowMillis + reviewMillis();
    }

    private long heartbeatMillis() {
        return terms.failoverMillis() / HEARTBEATS_PER_FAILOVER;
    }

    private long reviewMillis() {
        return Math.min(MAX_REVIEW_MILLIS, heartbeatMillis() / 2);
    }

    private void curate(long nowMillis) {
        if (paths.revision() != pathsRevision || local.revision() != localRevision || nowMillis >= nextReviewMillis) {
            review(nowMillis);
        }
    }

    private void review(long nowMillis) {
        nextReviewMillis = nowMillis + reviewMillis();
        if (paths.revision() != pathsRevision || local.revision() != localRevision) {
            enlist(nowMillis);
        }
        select(nowMillis);
        spreading.review(team, nowMillis);
    }

    /** Makes a member of each path; the order of those that stay does not change. */
    private void enlist(long nowMillis) {
        pathsRevision = paths.revision();
        localRevision = local.revision();
        List<Member> kept = new ArrayList<>();
        for (Member member : members) {
            if (paths.find(member.path.path) == member.path) {
                kept.add(member);
            }
        }
        for (int i = 0; i < paths.count() && kept.size() < MAX_MEMBERS; i++) {
            if (find(paths.get(i)) == null) {
                kept.add(new Member(paths.get(i), terms, nowMillis));
            }
        }
        members = kept;
        links.clear();
        for (Member member : members) {
            member.linkName(local.name(member.path.path));
            if (member.isAllowed() && member.isPrimary() && !isRepresented(links, member)) {
                links.add(member);
            }
        }
    }

    /** Of each link that may be used now, one path. */
    private void select(long nowMillis) {
        boolean primary = false;
        for (Member member : members) {
            primary |= member.isPrimary() && member.isEligible(nowMillis);
        }
        boolean spares = !primary || terms.policy() == Bonding.Policy.ACTIVE_BACKUP;
        team.clear();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            if (member.isEligible(nowMillis)
                    && (spares || member.isPrimary())
                    && (member.isPreferred() || !isPreferredThere(member.linkName(), nowMillis))
                    && !isRepresented(team, member)) {
                team.add(member);
            }
        }
    }

    /** Whether an interface has a path of the IP version that it is to be used with. */
    private boolean isPreferredThere(String linkName, long nowMillis) {
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            if (member.linkName().equals(linkName) && member.isPreferred() && member.isEligible(nowMillis)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRepresented(Team team, Member candidate) {
        for (int i = 0; i < team.count(); i++) {
            if (team.get(i).isOfLinkOf(candidate)) {
                return true;
            }
        }
        return false;
    }

    /** As it is now, for people to look at. */
    public PeerStatus.BondStatus status(long nowMillis) {
        curate(nowMillis);
        List<PeerStatus.LinkStatus> result = new ArrayList<>();
        int alive = 0;
        for (int i = 0; i < paths.count(); i++) {
            Member member = find(paths.get(i));
            if (member == null) {
                result.add(PeerStatus.LinkStatus.UNWATCHED);
                continue;
            }
            alive += member.isEligible(nowMillis) ? 1 : 0;
            result.add(status(member, nowMillis));
        }
        return new PeerStatus.BondStatus(terms, members.size(), alive, result);
    }

    /**
     * Of the paths that packets may take, one that tells best how the peer is reached.
     *
     * @param best which it would be without a bond
     * @return that one too if no link works as it should
     */
    public PeerPath preferred(PeerPath best, long nowMillis) {
        curate(nowMillis);
        Member active = spreading instanceof ActiveBackup activeBackup ? activeBackup.active() : null;
        if (active != null && team.contains(active)) {
            return active.path;
        }
        Member usual = find(best);
        return team.count() == 0 || (usual != null && team.contains(usual)) ? best : team.get(0).path;
    }

    private PeerStatus.LinkStatus status(Member member, long nowMillis) {
        boolean inUse = team.contains(member);
        double share = inUse ? 1.0 / team.count() : 0;
        if (spreading instanceof BalanceAware aware) {
            share = aware.share(member, team);
        } else if (spreading instanceof ActiveBackup activeBackup) {
            share = activeBackup.active() == member ? 1 : 0;
        }
        return new PeerStatus.LinkStatus(
                member.linkName(),
                inUse,
                member.isEligible(nowMillis),
                member.quality.latencyMillis(),
                member.quality.jitterMillis(),
                member.quality.loss(),
                share,
                member.flows,
                member.capacity());
    }
}
