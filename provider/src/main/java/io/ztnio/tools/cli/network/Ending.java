package io.ztnio.tools.cli.network;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes the end of the process graceful: whoever made it is interrupted, and the process waits until it is done.
 *
 * <p>Thread: the command's; the hook runs on one of its own.
 */
final class Ending {
    /** Longer than a tunnel lets its connections finish and a node its last acknowledgements come. */
    private static final long GRACE_SECONDS = 10;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    private Ending(Thread command) {
        hook = new Thread(
                () -> {
                    command.interrupt();
                    try {
                        if (!ended.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
                            System.err.println("ztnio: ended before everything was closed");
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "ztnio-ending");
    }

    /** For the calling thread. */
    static Ending ofThisThread() {
        Ending ending = new Ending(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(ending.hook);
        return ending;
    }

    /** The command has ended: the process may. */
    void done() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook with it.
            return;
        }
    }
}
