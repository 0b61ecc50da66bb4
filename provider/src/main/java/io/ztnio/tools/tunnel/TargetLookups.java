package io.ztnio.tools.tunnel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Looks the target up where waiting disturbs nobody, one lookup at a time: who asks while one is under way has the next one's
 * answer, which all share that ask meanwhile.
 *
 * <p>Thread: confined to the tunnel's, but for the lookup itself.
 */
final class TargetLookups implements AutoCloseable {
    private final TunnelTarget target;
    private final Runnable wakeup;
    private final ThreadPoolExecutor thread;
    private final AtomicReference<Found> found = new AtomicReference<>();

    /** Of the lookup that is under way. */
    private List<Waiter> asking = new ArrayList<>();

    /** Of the next one. */
    private List<Waiter> waiting = new ArrayList<>();

    /** Somebody who waits for the target's address. */
    interface Waiter {
        void onTarget(InetSocketAddress address);

        void onNoTarget(String reason);
    }

    /** @param address {@code null} if there is none */
    private record Found(InetSocketAddress address, String reason) {}

    /** @param wakeup makes the tunnel's thread call {@link #deliver} */
    TargetLookups(TunnelTarget target, Runnable wakeup) {
        this.target = target;
        this.wakeup = wakeup;
        this.thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread lookups = new Thread(work, "tunnel-lookups");
            lookups.setDaemon(true);
            return lookups;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Looks the target up; a fixed one is told before this returns. */
    void ask(Waiter waiter) {
        if (target.fixed().isPresent()) {
            waiter.onTarget(target.fixed().get());
            return;
        }
        waiting.add(waiter);
        begin();
    }

    private void begin() {
        if (asking.isEmpty() && !waiting.isEmpty() && !thread.isShutdown()) {
            asking = waiting;
            waiting = new ArrayList<>();
            thread.execute(this::lookUp);
        }
    }

    private void lookUp() {
        Found result;
        try {
            InetSocketAddress address = target.lookUp();
            result = address.isUnresolved()
                    ? new Found(null, address.getHostString() + ": unknown host")
                    : new Found(address, "");
        } catch (IOException | RuntimeException e) {
            result = new Found(null, e.getMessage() == null ? e.toString() : e.getMessage());
        }
        found.set(result);
        wakeup.run();
    }

    /** Tells those whose answer has come. */
    void deliver() {
        Found result = found.getAndSet(null);
        if (result == null) {
            return;
        }
        List<Waiter> told = asking;
        asking = new ArrayList<>();
        for (Waiter waiter : told) {
            if (result.address() == null) {
                waiter.onNoTarget(result.reason());
            } else {
                waiter.onTarget(result.address());
            }
        }
        begin();
    }

    /** Nobody is told any more. */
    @Override
    public void close() {
        thread.shutdownNow();
        found.set(null);
        asking = new ArrayList<>();
        waiting = new ArrayList<>();
    }
}
