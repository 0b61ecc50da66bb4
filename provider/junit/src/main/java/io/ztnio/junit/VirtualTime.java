package io.ztnio.junit;

import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.NodeTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A clock that goes as the system's does and jumps ahead when there is nothing to do but wait: to the next moment at which a
 * datagram arrives or a node has something to do. It does so while datagrams travel, while TCP waits for an acknowledgment,
 * and while somebody is in a hurry; otherwise hours would pass while a program thinks.
 *
 * <p>Thread: thread-safe, with a thread of its own that jumps.
 */
final class VirtualTime implements NodeTime, AutoCloseable {
    /** Nodes that did nothing for so long do not do anything by themselves. */
    private static final long QUIET_NANOS = 100_000;

    private static final long LOOK_NANOS = 1_000_000;

    /** Who advances waits so often for quiet, so that traffic without end does not hold it up. */
    private static final int MOST_LOOKS = 1000;

    private final List<MemoryTransport> transports = new CopyOnWriteArrayList<>();
    private final List<BooleanSupplier> nodes = new CopyOnWriteArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicInteger hurrying = new AtomicInteger();
    private final AtomicLong quiet = new AtomicLong();
    private final AtomicLong jumpedNanos = new AtomicLong();
    private final AtomicLong targetNanos = new AtomicLong(Long.MIN_VALUE);
    private final Thread thread = new Thread(this::run, "zerotier-time");
    private volatile boolean closed;

    /** What runs in a hurry. */
    interface Work<T, X extends Exception> {
        T run() throws X, InterruptedException;
    }

    VirtualTime() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Nanoseconds that never go back. */
    long nanos() {
        return System.nanoTime() + jumpedNanos.get();
    }

    @Override
    public EngineClock clock() {
        return new EngineClock(
                this::nanos, System.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(jumpedNanos.get()));
    }

    @Override
    public AutoCloseable enter(BooleanSupplier awaitsAcknowledgment) {
        nodes.add(awaitsAcknowledgment);
        return () -> nodes.remove(awaitsAcknowledgment);
    }

    void opened(MemoryTransport transport) {
        transports.add(transport);
    }

    void closed(MemoryTransport transport) {
        transports.remove(transport);
    }

    /** Something was sent: who gets it is awake soon. */
    void sent() {
        sent.incrementAndGet();
    }

    /** Jumps as long as the work takes, whatever nodes wait for. */
    <T, X extends Exception> T hurry(Work<T, X> work) throws X, InterruptedException {
        hurrying.incrementAndGet();
        try {
            return work.run();
        } finally {
            hurrying.decrementAndGet();
        }
    }

    /** Jumps so far, through everything that happens on the way, and waits for what follows from it. */
    void advance(Duration duration) throws InterruptedException {
        long target = nanos() + duration.toNanos();
        targetNanos.accumulateAndGet(target, Math::max);
        while (nanos() < target) {
            pause();
        }
        long before = quiet.get();
        for (int i = 0; quiet.get() < before + 2 && i < MOST_LOOKS; i++) {
            pause();
        }
    }

    private static void pause() throws InterruptedException {
        LockSupport.parkNanos(QUIET_NANOS);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void run() {
        while (!closed) {
            long before = sent.get();
            LockSupport.parkNanos(this, QUIET_NANOS);
            if (sent.get() != before || !areAllAsleep()) {
                continue;
            }
            quiet.incrementAndGet();
            if (isWaitedFor()) {
                jump();
            } else {
                LockSupport.parkNanos(this, LOOK_NANOS);
            }
        }
    }

    private boolean areAllAsleep() {
        return transports.stream().allMatch(MemoryTransport::isAsleep);
    }

    private boolean isWaitedFor() {
        return hurrying.get() > 0
                || nanos() < targetNanos.get()
                || transports.stream().anyMatch(transport -> transport.nextArrivalNanos() != Long.MAX_VALUE)
                || nodes.stream().anyMatch(BooleanSupplier::getAsBoolean);
    }

    private void jump() {
        long now = nanos();
        long target = targetNanos.get();
        long next = target > now ? target : Long.MAX_VALUE;
        for (MemoryTransport transport : transports) {
            next = Math.min(next, Math.min(transport.asleepUntilNanos(), transport.nextArrivalNanos()));
        }
        if (next != Long.MAX_VALUE && next > now) {
            jumpedNanos.addAndGet(next - now);
            transports.forEach(MemoryTransport::wakeup);
        }
    }

    /** Nobody jumps any more. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
