package io.ztnio.provider.dual;

import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.net.StandardSocketOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What the close of a virtual connection waits for with SO_LINGER above zero, as on Linux: that the peer has everything,
 * or that the time is over. No interrupt ends it.
 */
public final class Lingering {
    private Lingering() {}

    /** The wait, to be run after the close that follows. */
    public static Runnable before(StreamEndpoint endpoint) {
        int seconds = endpoint.option(StandardSocketOptions.SO_LINGER);
        if (seconds <= 0) {
            return () -> {};
        }
        CountDownLatch finished = new CountDownLatch(1);
        endpoint.whenFinished(finished::countDown);
        return () -> await(finished, seconds);
    }

    private static void await(CountDownLatch finished, int seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        boolean interrupted = false;
        for (boolean done = false; !done; ) {
            try {
                finished.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                done = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
