package io.ztnio.provider.sender;

import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.vl1.SendLane;
import io.ztnio.protocol.vl1.SendStage;
import java.util.function.Consumer;

/**
 * Threads that seal and send, each for its part of the peers.
 *
 * <p>Thread: {@link #lane}, {@link #endTurn} and {@link #stop} are confined to the gate.
 */
public final class SenderWorkers implements SendStage {
    private static final int MOST_AUTOMATIC = 4;

    private final SendThread[] threads;

    /**
     * Starts the threads.
     *
     * @param count at least 1; so many further senders {@code transport} has
     * @param onDrained called by any of the threads when a lane's congestion is over
     * @param onFailure told of a packet that could not be sealed: a bug, or no memory
     */
    public SenderWorkers(int count, DatagramTransport transport, Runnable onDrained, Consumer<Throwable> onFailure) {
        threads = new SendThread[count];
        for (int i = 0; i < count; i++) {
            threads[i] = new SendThread(i, transport, onDrained, onFailure);
        }
        for (SendThread thread : threads) {
            thread.start();
        }
    }

    /**
     * How many threads suit a machine. They shorten the way of data through the gate, at the price of some CPU time for
     * each packet: of two processors, engine and application have better use for both.
     *
     * @param processors at least 1
     * @return 0 for none
     */
    public static int automatic(int processors) {
        return processors < 4 ? 0 : Math.min(processors / 4, MOST_AUTOMATIC);
    }

    @Override
    public SendLane lane(long address, PeerKeys keys) {
        int hash = (int) ((address * 0x9e37_79b9_7f4a_7c15L) >>> 32);
        return new PeerLane(threads[Integer.remainderUnsigned(hash, threads.length)].ring(), keys.copy());
    }

    /** The turn is over, and what the gate has sent itself is flushed. */
    public void endTurn() {
        for (SendThread thread : threads) {
            thread.ring().endTurn();
        }
    }

    /** Takes nothing more; what has been taken is still sent. */
    public void stop() {
        for (SendThread thread : threads) {
            thread.ring().stop();
        }
    }

    /** Waits until everything taken before {@link #stop} is sent. Outside the gate. */
    public void join() {
        boolean interrupted = false;
        for (SendThread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
