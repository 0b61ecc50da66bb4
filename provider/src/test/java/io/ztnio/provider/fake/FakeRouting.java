package io.ztnio.provider.fake;

import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Decisions that a test makes: what an address is, and when that is known. Thread: thread-safe. */
public final class FakeRouting {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<InetAddress, RoutingDecision> decisions = new HashMap<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private RoutingDecision ofTheNetwork = RoutingDecision.VIRTUAL;

    private record Waiter(InetAddress address, boolean local, Consumer<RoutingDecision> then) {}

    /** What all addresses of the network are from now on. Whoever waits is told on this thread. */
    public void network(RoutingDecision decision) {
        change(() -> ofTheNetwork = decision);
    }

    /** What one address, of the network or not, is from now on. Whoever waits is told on this thread. */
    public void address(InetAddress address, RoutingDecision decision) {
        change(() -> decisions.put(address, decision));
    }

    /** Waits until exactly so many wait for decisions. */
    public void awaitWaiters(int count) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(30);
            while (waiters.size() != count) {
                if (left <= 0) {
                    throw new AssertionError(waiters.size() + " wait for decisions, not " + count);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    RoutingDecision decide(InetAddress address, boolean local) {
        lock.lock();
        try {
            RoutingDecision single = decisions.get(address);
            if (single != null) {
                return single;
            }
            boolean claimed = local ? address.equals(FakeNetworks.OWN) : FakeNetworks.isOnNetwork(address);
            return claimed ? ofTheNetwork : RoutingDecision.HOST;
        } finally {
            lock.unlock();
        }
    }

    Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        Waiter waiter = new Waiter(address, local, then);
        RoutingDecision now;
        lock.lock();
        try {
            now = decide(address, local);
            if (!now.isDecided()) {
                waiters.add(waiter);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (now.isDecided()) {
            then.accept(now);
            return Registration.NONE;
        }
        return () -> remove(waiter);
    }

    private void remove(Waiter waiter) {
        lock.lock();
        try {
            waiters.remove(waiter);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        List<Waiter> told = new ArrayList<>();
        lock.lock();
        try {
            change.run();
            for (Waiter waiter : List.copyOf(waiters)) {
                if (decide(waiter.address(), waiter.local()).isDecided()) {
                    waiters.remove(waiter);
                    told.add(waiter);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        told.forEach(waiter -> waiter.then().accept(decide(waiter.address(), waiter.local())));
    }
}
