package io.ztnio.protocol.vl1.bond;

import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.path.Path;
import java.util.Arrays;

/**
 * Flows stay on a link, and links get as many as their quality and capacity says. Flows are told apart by a hash into 256 buckets, so
 * that nothing grows: a bucket has a member while packets come for it, and gets one anew after a pause, or when its link fails or
 * becomes so bad that it is avoided. Thread: confined to the node.
 */
final class BalanceAware implements Spreading {
    private static final int BUCKETS = 256;

    /** After such a pause the order of what comes does not matter to what went before. */
    private static final long PAUSE_MILLIS = 10_000;

    private final Bonding.Terms terms;
    private final Spreading unclassified = new BalanceRoundRobin(1);
    private final Member[] members = new Member[BUCKETS];
    private final long[] lastUseMillis = new long[BUCKETS];

    BalanceAware(Bonding.Terms terms) {
        this.terms = terms;
        Arrays.fill(lastUseMillis, Path.NEVER);
    }

    @Override
    public Member choose(Team team, int flow, long nowMillis) {
        if (flow == FlowId.NONE) {
            return unclassified.choose(team, flow, nowMillis);
        }
        int bucket = (int) ((flow * 0x9e3779b1L & 0xffff_ffffL) >>> 24);
        Member member = members[bucket];
        if (member == null
                || nowMillis - lastUseMillis[bucket] >= PAUSE_MILLIS
                || !member.isEligible(nowMillis)
                || !team.contains(member)) {
            member = assign(bucket, team);
        }
        lastUseMillis[bucket] = nowMillis;
        return member;
    }

    /** Moves a flow from a link that is avoided, one at a time, so that the others are not flooded. */
    @Override
    public void review(Team team, long nowMillis) {
        boolean moved = false;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            Member member = members[bucket];
            if (member != null && nowMillis - lastUseMillis[bucket] >= PAUSE_MILLIS) {
                member.flows--;
                members[bucket] = null;
            } else if (member != null && !moved && member.quality.isBeyond(terms.quality()) && team.count() > 0) {
                moved = assign(bucket, team) != member;
            }
        }
    }

    /** Gives a bucket to the member that has least of what it should have. */
    private Member assign(int bucket, Team team) {
        if (members[bucket] != null) {
            members[bucket].flows--;
        }
        boolean avoid = !areAllBeyond(team);
        double scores = 0;
        int flows = 1;
        for (int i = 0; i < team.count(); i++) {
            Member member = team.get(i);
            scores += weight(member, team, avoid);
            flows += member.flows;
        }
        Member neediest = team.get(0);
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < team.count(); i++) {
            Member member = team.get(i);
            double weight = weight(member, team, avoid);
            double lacking = flows * weight / scores - member.flows;
            if (weight > 0 && lacking > most) {
                neediest = member;
                most = lacking;
            }
        }
        members[bucket] = neediest;
        neediest.flows++;
        return neediest;
    }

    private boolean areAllBeyond(Team team) {
        for (int i = 0; i < team.count(); i++) {
            if (!team.get(i).quality.isBeyond(terms.quality())) {
                return false;
            }
        }
        return true;
    }

    /** What a member's share is in proportion to; 0 for one that is avoided. */
    private double weight(Member member, Team team, boolean avoid) {
        return avoid && member.quality.isBeyond(terms.quality()) ? 0 : worth(member, team);
    }

    /** Quality by capacity. A link of which no capacity is said has that of the largest. */
    private double worth(Member member, Team team) {
        double score = member.quality.score(terms.quality());
        int largest = 0;
        for (int i = 0; i < team.count(); i++) {
            largest = Math.max(largest, team.get(i).capacity());
        }
        return member.capacity() == 0 ? score : score * member.capacity() / largest;
    }

    /** A member's share of the team's worth, 0 to 1. */
    double share(Member member, Team team) {
        double all = 0;
        for (int i = 0; i < team.count(); i++) {
            all += worth(team.get(i), team);
        }
        return all == 0 || !team.contains(member) ? 0 : worth(member, team) / all;
    }
}
