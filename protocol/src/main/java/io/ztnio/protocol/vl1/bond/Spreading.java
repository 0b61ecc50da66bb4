package io.ztnio.protocol.vl1.bond;

/** A bonding policy ({@code protocol.md} 8.12): which member takes a packet. Thread: confined to the node. */
interface Spreading {
    /** Looks at the members again: they are others now, or some time has passed. */
    default void review(Team team, long nowMillis) {}

    /**
     * Chooses; nothing is allocated.
     *
     * @param team one at least
     * @param flow of the packet, or {@link FlowId#NONE}
     */
    Member choose(Team team, int flow, long nowMillis);
}
