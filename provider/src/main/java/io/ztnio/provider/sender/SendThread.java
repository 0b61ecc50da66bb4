package io.ztnio.provider.sender;

import io.ztnio.protocol.transport.DatagramTransport;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A worker: empties its ring, and sleeps when it stays empty. */
final class SendThread extends Thread {
    /** Packets between two flushes: what goes through the kernel in one piece where it can. */
    private static final int BATCH = 16;

    /** How often to look again before sleeping: a few microseconds, less than waking costs. */
    private static final int SPINS = 50;

    private final SendRing ring;

    SendThread(int index, DatagramTransport transport, Runnable onDrained, Consumer<Throwable> onFailure) {
        super("ztnio-sender-" + index);
        setDaemon(true);
        ring = new SendRing(transport, transport.sender(index), () -> LockSupport.unpark(this), onDrained, onFailure);
    }

    SendRing ring() {
        return ring;
    }

    @Override
    public void run() {
        int spins = 0;
        while (true) {
            boolean last = ring.isStopped();
            if (ring.drain(BATCH) > 0) {
                spins = 0;
            } else if (last) {
                return;
            } else if (spins < SPINS) {
                spins++;
                Thread.onSpinWait();
            } else {
                spins = 0;
                sleep();
            }
        }
    }

    private void sleep() {
        if (ring.fallAsleep()) {
            LockSupport.park(ring);
            // Somebody's interrupt must not keep it from ever sleeping again.
            Thread.interrupted();
            ring.wakeUp();
        }
    }
}
