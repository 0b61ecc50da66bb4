package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.buffer.MemoryBudget;

/**
 * Counts the connections of a layer that their application has closed and that are not over: there may be only so many.
 *
 * <p>Thread: confined to the gate.
 */
public final class Orphans {
    private final int most;
    private final MemoryBudget budget;
    private int count;

    /** @param most connections, a quarter of it if memory is tight */
    Orphans(int most, MemoryBudget budget) {
        this.most = most;
        this.budget = budget;
    }

    /** Counts one more; false if there are as many as may be. */
    public boolean add() {
        if (count >= (budget.isTight() ? most / 4 : most)) {
            return false;
        }
        count++;
        return true;
    }

    /** One that was {@linkplain #add added} is over. */
    public void remove() {
        count--;
    }
}
