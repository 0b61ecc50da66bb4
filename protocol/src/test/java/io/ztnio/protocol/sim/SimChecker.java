package io.ztnio.protocol.sim;

import io.ztnio.protocol.vl1.IdentityChecker;

/** A thread that checks identities, in virtual time: each takes 40 ms if not told otherwise. */
public final class SimChecker implements IdentityChecker {
    static final int USUAL_MILLIS = 40;

    private final SimNet net;
    private final SimHost host;
    private final int millis;
    private Runnable check;
    private long busyMillis;
    private int count;
    long dueMillis = Long.MAX_VALUE;

    SimChecker(SimNet net, SimHost host, int millis) {
        this.net = net;
        this.millis = millis;
        this.host = host;
    }

    @Override
    public long check(Runnable next) {
        if (check != null) {
            throw new AssertionError("one at a time");
        }
        check = next;
        count++;
        busyMillis += millis;
        dueMillis = net.nowMillis() + millis;
        return LATER;
    }

    /** How long it has worked. */
    public long busyMillis() {
        return busyMillis;
    }

    /** How many it was given. */
    public int count() {
        return count;
    }

    void poll() {
        if (dueMillis <= net.nowMillis()) {
            Runnable done = check;
            check = null;
            dueMillis = Long.MAX_VALUE;
            done.run();
            host.node().onIdentityChecked(millis * 1_000L, host.nowMillis());
        }
    }
}
