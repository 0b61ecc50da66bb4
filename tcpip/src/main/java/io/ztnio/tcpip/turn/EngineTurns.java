package io.ztnio.tcpip.turn;

/** The turns of an engine: what its cores do, and what is done when they fail. Thread: confined to the gate, as each method says. */
final class EngineTurns implements TurnGate.Turn {
    /** An engine whose turns all fail for so long is broken. */
    private static final long GIVE_UP_NANOS = 5_000_000_000L;

    /** Memory comes back, and what its lack has undone then does not: it is borne with for longer than a bug. */
    private static final long GIVE_UP_WITHOUT_MEMORY_NANOS = 60_000_000_000L;

    private final String name;
    private final NodeDriver.Wire wire;
    private final FailureLog failures;
    private volatile NodeDriver.Cores cores;

    /** Guarded by the gate, as what follows: since when every turn has failed. */
    private long failingSinceNanos;

    private boolean failing;
    private boolean givenUp;

    /** @param name of the engine, for the log */
    EngineTurns(String name, NodeDriver.Wire wire, FailureLog failures) {
        this.name = name;
        this.wire = wire;
        this.failures = failures;
    }

    /** From now on turns are these cores'. */
    void prepare(NodeDriver.Cores driven) {
        cores = driven;
    }

    @Override
    public long turn(long nowNanos) {
        NodeDriver.Cores driven = cores;
        if (driven == null) {
            return Long.MAX_VALUE;
        }
        boolean done = false;
        long patience = GIVE_UP_NANOS;
        try {
            long next = driven.turn(nowNanos);
            done = true;
            return next;
        } catch (OutOfMemoryError e) {
            patience = GIVE_UP_WITHOUT_MEMORY_NANOS;
            throw e;
        } finally {
            try {
                driven.flush();
            } finally {
                onTurn(driven, done, patience, nowNanos);
            }
        }
    }

    private void onTurn(NodeDriver.Cores driven, boolean done, long patienceNanos, long nowNanos) {
        if (done || !failing) {
            failing = !done;
            failingSinceNanos = nowNanos;
        } else if (!givenUp && nowNanos - failingSinceNanos >= patienceNanos) {
            givenUp = true;
            failures.reportEnd(name);
            driven.giveUp(nowNanos);
        }
    }

    @Override
    public void wakeDriver() {
        wire.wakeup();
    }

    @Override
    public void left() {
        NodeDriver.Cores driven = cores;
        if (driven != null) {
            driven.left();
        }
    }

    @Override
    public void failed(Throwable failure) {
        failures.report("engine", failure);
    }
}
