package io.ztnio.provider.dual;

import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
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
     * Waits until {@code owner} is closed, the thread is interrupted (which closes it), the time is over, or the address
     * is decided.
     *
     * @param timeoutNanos how long; 0 for as long as it may be pending
     */
    RoutingDecision await(Channel owner, Stacks stacks, InetAddress address, boolean local, long timeoutNanos)
            throws IOException {
        long start = timeoutNanos == 0 ? 0 : System.nanoTime();
        try (Registration registration = stacks.whenDecided(address, local, this::decided)) {
            while (true) {
                if (Thread.currentThread().isInterrupted()) {
                    owner.close();
                    throw new ClosedByInterruptException();
                }
                if (!owner.isOpen()) {
                    throw new AsynchronousCloseException();
                }
                RoutingDecision decision = decided;
                if (decision != null) {
                    return decision;
                }
                if (timeoutNanos == 0) {
                    LockSupport.park(registration);
                    continue;
                }
                long left = timeoutNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    throw new SocketTimeoutException("Connect timed out");
                }
                LockSupport.parkNanos(registration, left);
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
