package io.ztnio.jmh;

import java.util.function.LongSupplier;

/** A thread at the other side of a ring, which looks as often as it can whether there is something to take out. */
public final class Emptier {
    private final Thread thread;
    private volatile boolean stopped;

    private Emptier(LongSupplier drain) {
        this.thread = new Thread(() -> {
            while (!stopped) {
                if (drain.getAsLong() == 0) {
                    Thread.onSpinWait();
                }
            }
        });
    }

    /**
     * Starts.
     *
     * @param drain takes out what is there; 0 if nothing was
     */
    public static Emptier start(LongSupplier drain) {
        Emptier emptier = new Emptier(drain);
        emptier.thread.setDaemon(true);
        emptier.thread.start();
        return emptier;
    }

    /** Ends the thread, and waits for that. */
    public void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }
}
