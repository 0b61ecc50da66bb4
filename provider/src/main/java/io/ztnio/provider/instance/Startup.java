package io.ztnio.provider.instance;

import io.ztnio.provider.ZeroTierException;
import io.ztnio.provider.ZeroTierException.Reason;
import io.ztnio.provider.ZeroTierNetwork;
import io.ztnio.provider.ZeroTierNetwork.State;
import io.ztnio.provider.ZeroTierStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits until an instance is up: it runs, a root answers, and every network is usable and has given it an address.
 *
 * <p>What somebody may mend in the meantime is waited for, a node that is not authorised among it; what only another
 * configuration mends is not.
 *
 * <p>Thread: thread-safe. The lock is the innermost of all.
 */
public final class Startup {
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

    private final Instance instance;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by {@link #lock}. */
    private long changes;

    /** Guarded by {@link #lock}. */
    private boolean closed;

    /** Waits for nothing yet. */
    public Startup(Instance instance) {
        this.instance = instance;
        instance.onChange(() -> tell(false));
    }

    /** Whoever waits gives up. */
    public void close() {
        tell(true);
    }

    private void tell(boolean end) {
        lock.lock();
        try {
            changes++;
            closed |= end;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts the instance if it does not run, and waits until it is up.
     *
     * @throws ZeroTierException why it is not, at the latest when the time is over
     */
    public ZeroTierStatus await(Duration timeout) throws ZeroTierException, InterruptedException {
        long deadline = System.nanoTime() + nanos(timeout);
        start(timeout);
        while (true) {
            long seen = changes();
            ZeroTierStatus status = instance.status();
            Optional<ZeroTierException> obstacle = obstacle(status, timeout);
            if (obstacle.isEmpty()) {
                return status;
            }
            if (isFinal(obstacle.get().reason()) || !awaitChange(seen, deadline)) {
                throw obstacle.get();
            }
        }
    }

    private static long nanos(Duration timeout) {
        try {
            return Math.min(LONGEST_NANOS, Math.max(0, timeout.toNanos()));
        } catch (ArithmeticException e) {
            return LONGEST_NANOS;
        }
    }

    private void start(Duration timeout) throws ZeroTierException, InterruptedException {
        try {
            if (!instance.awaitStart(nanos(timeout), TimeUnit.NANOSECONDS)) {
                throw new ZeroTierException(
                        Reason.TIMEOUT,
                        "",
                        "the node has not started within " + timeout
                                + ": give it more time (an identity that is made takes" + " some seconds)",
                        null);
            }
        } catch (ZeroTierException e) {
            throw e;
        } catch (IOException e) {
            throw isClosed() ? closedException() : StartFailures.of(e);
        }
    }

    private static boolean isFinal(Reason reason) {
        return reason == Reason.NETWORK_NOT_FOUND || reason == Reason.LOGIN_REQUIRED || reason == Reason.CLOSED;
    }

    private Optional<ZeroTierException> obstacle(ZeroTierStatus status, Duration timeout) {
        if (isClosed()) {
            return Optional.of(closedException());
        }
        Optional<ZeroTierNetwork> missing = status.networks().stream()
                .filter(network ->
                        network.state() != State.OK || network.addresses().isEmpty())
                // What cannot be waited for comes first.
                .min((a, b) -> Boolean.compare(isFinal(reason(status, b)), isFinal(reason(status, a))));
        if (missing.isPresent()) {
            Reason reason = reason(status, missing.get());
            return Optional.of(new ZeroTierException(
                    reason, status.address(), missing.get().explanation(), null));
        }
        return status.online()
                ? Optional.empty()
                : Optional.of(new ZeroTierException(
                        Reason.NO_ROOT_REACHABLE,
                        status.address(),
                        "no root has answered within " + timeout
                                + ": check ztnio.planet, and that UDP leaves this machine",
                        null));
    }

    private static Reason reason(ZeroTierStatus status, ZeroTierNetwork network) {
        return switch (network.state()) {
            case WAITING -> status.online() ? Reason.CONTROLLER_SILENT : Reason.NO_ROOT_REACHABLE;
            case OK -> Reason.NO_ADDRESS;
            case NOT_AUTHORISED -> Reason.NOT_AUTHORISED;
            case NOT_FOUND -> Reason.NETWORK_NOT_FOUND;
            case LOGIN_REQUIRED -> Reason.LOGIN_REQUIRED;
        };
    }

    private static ZeroTierException closedException() {
        return new ZeroTierException(
                Reason.CLOSED, "", "the instance is closed: make another one with ZeroTier.builder()", null);
    }

    private long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** False if the time is over. */
    private boolean awaitChange(long seen, long deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (changes == seen) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
