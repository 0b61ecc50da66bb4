package io.ztnio.provider.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Questions that are asked at once, of the same servers.
 *
 * <p>Thread: confined. Time is an argument.
 */
final class DnsTask {
    private final List<NameQuery> queries = new ArrayList<>();
    private final DnsTimings timings;
    private boolean answered;

    /** @param servers at least one */
    DnsTask(
            List<DnsQuestion> questions,
            List<InetAddress> servers,
            DnsTimings timings,
            RandomGenerator random,
            long nowNanos) {
        this.timings = timings;
        for (DnsQuestion question : questions) {
            queries.add(new NameQuery(question, List.copyOf(servers), timings, random, nowNanos));
        }
    }

    /** What to send now, or {@code null}. Calls are due at once after anything else here, and at the deadline. */
    DnsSend poll(long nowNanos) {
        for (NameQuery query : queries) {
            DnsSend send = query.poll(nowNanos);
            if (send != null) {
                return send;
            }
        }
        if (!answered && queries.stream().anyMatch(DnsTask::isAnswered)) {
            // A server that keeps silent about one type must not keep the other's addresses back for long.
            answered = true;
            queries.forEach(query -> query.endBy(nowNanos + timings.second().toNanos()));
        }
        return null;
    }

    private static boolean isAnswered(NameQuery query) {
        return query.outcome() != null && query.outcome().kind() == DnsOutcome.Kind.ANSWER;
    }

    /** A message has come from port 53 of an address. */
    void onMessage(InetAddress server, byte[] message, boolean stream, long nowNanos) {
        for (NameQuery query : queries) {
            if (query.onMessage(server, message, stream, nowNanos)) {
                return;
            }
        }
        queries.forEach(query -> query.onStrange(nowNanos));
    }

    /** A server cannot be reached. */
    void onFailure(InetAddress server, String what, long nowNanos) {
        queries.forEach(query -> query.onFailure(server, what, nowNanos));
    }

    boolean isDone() {
        return queries.stream().allMatch(query -> query.outcome() != null);
    }

    /** When {@link #poll} is due at the latest. */
    long deadlineNanos(long nowNanos) {
        long wait = Long.MAX_VALUE;
        for (NameQuery query : queries) {
            if (query.outcome() == null) {
                wait = Math.min(wait, query.deadlineNanos() - nowNanos);
            }
        }
        return nowNanos + Math.max(0, wait == Long.MAX_VALUE ? 0 : wait);
    }

    /** In the order of the questions; all are there when it {@link #isDone}. */
    List<DnsOutcome> outcomes() {
        return queries.stream().map(NameQuery::outcome).toList();
    }
}
