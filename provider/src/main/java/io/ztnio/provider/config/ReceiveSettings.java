package io.ztnio.provider.config;

import java.util.concurrent.TimeUnit;

/**
 * Whose threads wait for a node's datagrams and open them. Immutable.
 *
 * @param led whether a thread that waits for one of the node's channels may wait for datagrams in place of the node's; not if
 *     there are readers
 * @param spinMicros how long such a thread may ask for datagrams before it sleeps, 0 to 1000 µs; 0: it sleeps at once
 * @param readers threads that receive and open, 0 to 16; 0 for the one that runs the node
 */
public record ReceiveSettings(boolean led, int spinMicros, int readers) {
    /** None of it. */
    public static final ReceiveSettings NONE = new ReceiveSettings(false, 0, 0);

    /**
     * How long a thread may ask for datagrams before it sleeps, in nanoseconds.
     *
     * @param processors that this process may use; with one, asking keeps from it whoever is to send the answer
     */
    public long spinNanos(int processors) {
        return processors > 1 ? TimeUnit.MICROSECONDS.toNanos(spinMicros) : 0;
    }
}
