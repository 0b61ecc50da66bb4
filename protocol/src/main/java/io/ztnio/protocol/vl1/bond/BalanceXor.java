package io.ztnio.protocol.vl1.bond;

/**
 * A flow stays on the link that its ID says; if that does not work, on another that its ID says, until it does again. What belongs to
 * no flow goes by each in turn. Thread: confined to the node.
 */
final class BalanceXor implements Spreading {
    private final Spreading unclassified = new BalanceRoundRobin(1);
    /** All links, those that do not work too, so that the failure of one moves no flow of the others. */
    private final Team all;

    /** @param all every link of the bond */
    BalanceXor(Team all) {
        this.all = all;
    }

    @Override
    public Member choose(Team team, int flow, long nowMillis) {
        if (flow == FlowId.NONE) {
            return unclassified.choose(team, flow, nowMillis);
        }
        if (all.count() != 0) {
            Member home = all.get(flow % all.count());
            for (int i = 0; i < team.count(); i++) {
                if (team.get(i) == home || team.get(i).isOfLinkOf(home)) {
                    return team.get(i);
                }
            }
        }
        // Not by the remainder again: the flows of the failed link would have one in common.
        return team.get((int) ((flow * 0x9e3779b1L & 0xffff_ffffL) >>> 16) % team.count());
    }
}
