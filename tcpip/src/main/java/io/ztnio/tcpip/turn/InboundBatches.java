package io.ztnio.tcpip.turn;

import io.ztnio.tcpip.Gate;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Batches of datagrams on their way from the driver to whoever is inside the gate. Several, for the driver receives into one
 * while others are handled.
 *
 * <p>Thread: whoever waits for datagrams.
 */
final class InboundBatches {
    private static final int COUNT = 4;

    private final EngineClock clock;
    private final TurnGate gate;
    private final FailureLog failures;
    private final Inbound[] inbounds = new Inbound[COUNT];

    InboundBatches(
            EngineClock clock, TurnGate gate, FailureLog failures, Supplier<? extends NodeDriver.Batch> batches) {
        this.clock = clock;
        this.gate = gate;
        this.failures = failures;
        for (int i = 0; i < COUNT; i++) {
            inbounds[i] = new Inbound(batches.get());
        }
    }

    /** Receives and posts; how many bytes, or -1 if nothing has come. */
    int offer() throws IOException {
        return free().offer();
    }

    /** The first that is free: what was used last, which the processor still has in its caches. */
    private Inbound free() {
        for (Inbound inbound : inbounds) {
            if (!inbound.underWay) {
                return inbound;
            }
        }
        return inbounds[0];
    }

    private void recoverAll() {
        for (Inbound inbound : inbounds) {
            inbound.recover();
        }
    }

    private final class Inbound implements Gate.Task {
        private final NodeDriver.Batch batch;
        private int size;
        private long ingressNanos;
        private volatile boolean underWay;

        Inbound(NodeDriver.Batch batch) {
            this.batch = batch;
        }

        int offer() throws IOException {
            while (underWay) {
                // All batches wait: whoever is inside is behind. Wait for the gate instead of racing ahead.
                gate.runDue();
                gate.run(now -> recoverAll());
            }
            size = batch.receive();
            if (size == 0) {
                return -1;
            }
            int bytes = batch.bytes();
            underWay = true;
            ingressNanos = clock.nanos();
            try {
                gate.offer(this);
            } catch (OutOfMemoryError e) {
                // It is not queued, so nobody else will free it.
                batch.clear();
                underWay = false;
                throw e;
            }
            gate.runOffered();
            return bytes;
        }

        /** Inside the gate: a thread that was stopped by force may have said that it is under way, and not have queued it. */
        private void recover() {
            if (underWay && !gate.isQueued(this)) {
                size = 0;
                batch.clear();
                underWay = false;
            }
        }

        @Override
        public void run(long nowNanos) {
            try {
                for (int i = 0; i < size; i++) {
                    handle(i, nowNanos);
                }
            } finally {
                batch.clear();
                underWay = false;
            }
        }

        /** A datagram that shows a bug must not take the others with it. */
        private void handle(int index, long nowNanos) {
            try {
                batch.handle(index, nowNanos, ingressNanos);
            } catch (ThreadDeath e) {
                // Meant for the thread that happens to be here.
                throw e;
            } catch (Throwable e) {
                failures.report("datagram", e);
            }
        }
    }
}
