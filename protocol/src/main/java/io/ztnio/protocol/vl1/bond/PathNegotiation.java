package io.ztnio.protocol.vl1.bond;

import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.path.Path;

/**
 * Two ends with active-backup that have different links active agree on one: whose link is better by more, keeps it
 * ({@code protocol.md} 4.18). Only where links are chosen by quality. Thread: confined to the node.
 */
final class PathNegotiation {
    private static final long CHECK_MILLIS = 15_000;
    private static final long WINDOW_MILLIS = 60_000;
    private static final int MAX_SENT = 3;
    private static final int MAX_HEARD = 8;

    /** A utility is the difference of two qualities in hundredths. */
    private static final double UTILITY = 100;

    private final Bonding.Terms terms;
    private final ActiveBackup spreading;
    private long nextCheckMillis = Path.NEVER;
    private long lastSentMillis = Path.NEVER;
    private int sent;
    private long heardSinceMillis = Path.NEVER;
    private int heard;

    PathNegotiation(Bonding.Terms terms, ActiveBackup spreading) {
        this.terms = terms;
        this.spreading = spreading;
    }

    private boolean isOff() {
        return terms.reselect() != Bonding.Reselect.OPTIMIZE;
    }

    /**
     * The utility to tell the peer by the active link, if its frames come by another and it is time to say so; else -1.
     */
    int request(Team team, long nowMillis) {
        Member active = spreading.active();
        if (isOff() || active == null || nowMillis < nextCheckMillis) {
            return -1;
        }
        nextCheckMillis = nowMillis + CHECK_MILLIS;
        Member busiest = active;
        for (int i = 0; i < team.count(); i++) {
            if (team.get(i).framesIn > busiest.framesIn) {
                busiest = team.get(i);
            }
        }
        for (int i = 0; i < team.count(); i++) {
            team.get(i).framesIn = 0;
        }
        if (busiest == active) {
            return -1;
        }
        int utility = utility(active, busiest);
        if (nowMillis - lastSentMillis >= WINDOW_MILLIS) {
            sent = 0;
        }
        if (sent < MAX_SENT && utility >= 0) {
            sent++;
            lastSentMillis = nowMillis;
            return utility;
        }
        if (utility == 0) {
            // The peer does not follow, and one is as good as the other.
            spreading.follow(busiest, nowMillis);
        }
        return -1;
    }

    /**
     * The peer asks for the link that its request came by.
     *
     * @param wins whether the peer has its way if it is all the same
     * @return whether it was looked at
     */
    boolean requested(Member member, int utility, boolean wins, long nowMillis) {
        if (nowMillis - heardSinceMillis >= WINDOW_MILLIS) {
            heardSinceMillis = nowMillis;
            heard = 0;
        }
        Member active = spreading.active();
        if (isOff() || heard++ >= MAX_HEARD || active == null || !member.isEligible(nowMillis)) {
            return false;
        }
        int ours = utility(active, member);
        if (member != active && (utility > ours || (utility == ours && wins))) {
            spreading.follow(member, nowMillis);
        }
        return true;
    }

    private int utility(Member kept, Member given) {
        return (int) Math.round(UTILITY * (kept.quality.score(terms.quality()) - given.quality.score(terms.quality())));
    }
}
