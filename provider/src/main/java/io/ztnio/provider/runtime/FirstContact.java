package io.ztnio.provider.runtime;

import io.ztnio.protocol.node.Rehearsal;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the JVM load what the first contact with a stranger takes while nobody waits for it, by a {@link Rehearsal}: once in a process, on
 * a thread that ends with it, beside the start of the first node. Static.
 */
final class FirstContact {
    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");
    private static final AtomicBoolean PREPARED = new AtomicBoolean();

    private FirstContact() {}

    /** Begins with it, unless that has been done. */
    static void prepare() {
        if (PREPARED.compareAndSet(false, true)) {
            Thread thread = new Thread(FirstContact::rehearse, "ztnio-rehearsal");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
    }

    private static void rehearse() {
        try {
            if (!Rehearsal.run(new SplittableRandom())) {
                LOG.log(System.Logger.Level.DEBUG, "the strangers of the rehearsal have not met");
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the rehearsal of the first contact failed: " + e, e);
        }
    }
}
