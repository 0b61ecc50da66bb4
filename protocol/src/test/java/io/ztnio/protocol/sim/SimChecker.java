package io.ztnio.protocol.sim;

import io.ztnio.protocol.vl1.IdentityChecker;
import java.util.function.ToIntFunction;

/** A thread that checks identities, in virtual time: each takes 40 ms if not told otherwise. */
public final class SimChecker implements IdentityChecker {
    private static final int USUAL_MILLIS = 40;

    private final SimNet net;
    private final SimHost host;
    private final ToIntFunction<Runnable> worker;
    private int millis;
    private long busyMillis;
    private int count;
    long dueMillis = Long.MAX_VALUE;

    /** @param worker runs a check, and says how many milliseconds it takes */
    SimChecker(SimNet net, SimHost host, ToIntFunction<Runnable> worker) {
        this.net = net;
        this.host = host;
        this.worker = worker;
    }

    /** Takes 40 ms for each. */
    static int usual(Runnable check) {
        check.run();
        return USUAL_MILLIS;
    }

    @Override
    public long check(Runnable next) {
        if (dueMillis != Long.MAX_VALUE) {
            throw new AssertionError("one at a time");
        }
        millis = worker.applyAsInt(next);
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
            dueMillis = Long.MAX_VALUE;
            host.node().onIdentityChecked(millis * 1_000L, host.nowMillis());
        }
    }
}
