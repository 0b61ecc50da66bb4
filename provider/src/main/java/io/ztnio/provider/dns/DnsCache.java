package io.ztnio.provider.dns;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Answers, and that there is none, for as long as servers and the JDK's policy allow. Bounded: what was not asked for
 * longest goes first.
 *
 * <p>Thread: thread-safe. Time is an argument.
 */
final class DnsCache {
    private static final int CAPACITY = 1024;

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final Map<Key, Kept> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
            return size() > CAPACITY;
        }
    };

    /** Other servers may say something else. */
    private record Key(List<InetAddress> servers, DnsQuestion question) {}

    private record Kept(DnsOutcome outcome, long endNanos) {}

    Optional<DnsOutcome> get(List<InetAddress> servers, DnsQuestion question, long nowNanos) {
        Key key = new Key(servers, question);
        lock.lock();
        try {
            Kept entry = entries.get(key);
            if (entry == null) {
                return Optional.empty();
            }
            if (nowNanos - entry.endNanos() >= 0) {
                entries.remove(key);
                return Optional.empty();
            }
            return Optional.of(entry.outcome());
        } finally {
            lock.unlock();
        }
    }

    void put(List<InetAddress> servers, DnsQuestion question, DnsOutcome outcome, CachePolicy policy, long nowNanos) {
        long seconds = policy.seconds(outcome);
        if (seconds <= 0) {
            return;
        }
        lock.lock();
        try {
            entries.put(
                    new Key(List.copyOf(servers), question),
                    new Kept(outcome, nowNanos + TimeUnit.SECONDS.toNanos(seconds)));
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }
}
