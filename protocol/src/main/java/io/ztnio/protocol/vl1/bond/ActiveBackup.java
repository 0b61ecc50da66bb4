package io.ztnio.protocol.vl1.bond;

import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.path.Path;

/** One link carries everything; another takes over when it fails. Thread: confined to the node. */
final class ActiveBackup implements Spreading {
    /** Between two changes to a better link. */
    private static final long OPTIMIZE_MILLIS = 15_000;

    /** So much better a link must be to be worth a change. */
    private static final double BETTER = 1.1;

    private final Bonding.Terms terms;
    private Member active;
    private long lastChangeMillis = Path.NEVER;

    ActiveBackup(Bonding.Terms terms) {
        this.terms = terms;
    }

    /** {@code null} if there is none. */
    Member active() {
        return active;
    }

    @Override
    public Member choose(Team team, int flow, long nowMillis) {
        if (active == null || !active.isEligible(nowMillis) || !team.contains(active)) {
            change(successor(team), nowMillis);
        }
        return active;
    }

    @Override
    public void review(Team team, long nowMillis) {
        if (team.count() == 0) {
            return;
        }
        Member current = choose(team, FlowId.NONE, nowMillis);
        Member other = alternative(team, current);
        if (other != null && isWorthAChange(current, other, nowMillis)) {
            change(other, nowMillis);
        }
    }

    private boolean isWorthAChange(Member current, Member other, long nowMillis) {
        boolean home = !current.isPrimary() && other.isPrimary();
        return switch (terms.reselect()) {
            case ALWAYS -> home;
            case BETTER -> home && score(other) > score(current);
            case FAILURE -> false;
            case OPTIMIZE -> nowMillis - lastChangeMillis >= OPTIMIZE_MILLIS && score(other) > score(current) * BETTER;
        };
    }

    /** Takes the next one, whatever the reasons; false if there is no other. */
    boolean rotate(Team team, long nowMillis) {
        if (active == null || team.count() < 2) {
            return false;
        }
        for (int i = 0; i < team.count(); i++) {
            if (team.get(i) == active) {
                change(team.get((i + 1) % team.count()), nowMillis);
                return true;
            }
        }
        return false;
    }

    /** Takes what the peer has asked for. */
    void follow(Member member, long nowMillis) {
        change(member, nowMillis);
    }

    private void change(Member member, long nowMillis) {
        active = member;
        lastChangeMillis = nowMillis;
    }

    /** Who takes over: whom the failed link names, else a primary one, else any; the best of them. */
    private Member successor(Team team) {
        String named =
                active == null || active.link() == null ? "" : active.link().failoverTo();
        Member best = null;
        for (int i = 0; i < team.count(); i++) {
            Member member = team.get(i);
            if (member == active) {
                continue;
            }
            if (best == null || rank(member, named) > rank(best, named)) {
                best = member;
            }
        }
        // The team has the one that was active if it is back already.
        return best == null ? team.get(0) : best;
    }

    private double rank(Member member, String named) {
        boolean isNamed = !named.isEmpty() && named.equals(member.linkName());
        return (isNamed ? 4 : 0) + (member.isPrimary() ? 2 : 0) + score(member);
    }

    /** The best of the others, primary ones first unless only quality counts. */
    private Member alternative(Team team, Member current) {
        Member best = null;
        for (int i = 0; i < team.count(); i++) {
            Member member = team.get(i);
            if (member != current && (best == null || standing(member) > standing(best))) {
                best = member;
            }
        }
        return best;
    }

    private double standing(Member member) {
        boolean first = member.isPrimary() && terms.reselect() != Bonding.Reselect.OPTIMIZE;
        return (first ? 2 : 0) + score(member);
    }

    private double score(Member member) {
        return member.quality.score(terms.quality());
    }
}
