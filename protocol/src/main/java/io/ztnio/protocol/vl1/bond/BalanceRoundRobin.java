package io.ztnio.protocol.vl1.bond;

/** A run of packets by each link in turn. Thread: confined to the node. */
final class BalanceRoundRobin implements Spreading {
    private final int packetsPerLink;
    private int turn;
    private int sent;

    /** @param packetsPerLink length of a run */
    BalanceRoundRobin(int packetsPerLink) {
        this.packetsPerLink = packetsPerLink;
    }

    @Override
    public Member choose(Team team, int flow, long nowMillis) {
        if (sent++ >= packetsPerLink) {
            sent = 1;
            turn++;
        }
        return team.get((turn & Integer.MAX_VALUE) % team.count());
    }
}
