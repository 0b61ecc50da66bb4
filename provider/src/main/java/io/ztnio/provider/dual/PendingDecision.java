package io.ztnio.provider.dual;

import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.util.concurrent.locks.LockSupport;

/**
 * A blocking operation's wait for a decision.
 *
 * <p>Thread: {@link #await} by the thread that made it, {@link #wake} by any.
 */
final class PendingDecision {
    private final Thread waiter = Thread.currentThread();
    private volatile RoutingDecision decided;

    /**
     * Waits until {@code owner} is closed, an interrupt closes it, the time is over, or the address is decided.
     *
     * @param timeoutNanos how long; 0 for as long as it may be pending
     */
    RoutingDecision await(
            Channel owner,
            Interruption interruption,
            Stacks stacks,
            InetAddress address,
            boolean local,
            long timeoutNanos)
            throws IOException {
        long start = timeoutNanos == 0 ? 0 : System.nanoTime();
        try (Registration registration = stacks.whenDecided(address, local, this::decided)) {
            while (true) {
                interruption.check(owner);
                if (!owner.isOpen()) {
                    throw new AsynchronousCloseException();
                }
                RoutingDecision decision = decided;
                if (decision != null) {
                    return decision;
                }
                long left = timeoutNanos == 0 ? Long.MAX_VALUE : timeoutNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    throw new SocketTimeoutException("Connect timed out");
                }
                interruption.park(registration, left);
            }
        }
    }

    void wake() {
        LockSupport.unpark(waiter);
    }

    private void decided(RoutingDecision decision) {
        decided = decision;
        wake();
    }
}
