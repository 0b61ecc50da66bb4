package io.ztnio.provider.dns;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A question, followed through aliases that a server leaves to us.
 *
 * <p>Thread: confined. Time is an argument.
 */
final class NameQuery {
    private final DnsQuestion question;
    private final List<InetAddress> servers;
    private final DnsTimings timings;
    private final RandomGenerator random;
    private final Set<String> names = new HashSet<>();
    private final long endNanos;
    private long ttlSeconds = Long.MAX_VALUE;
    private Exchange exchange;
    private DnsOutcome outcome;

    NameQuery(
            DnsQuestion question,
            List<InetAddress> servers,
            DnsTimings timings,
            RandomGenerator random,
            long nowNanos) {
        this.question = question;
        this.servers = servers;
        this.timings = timings;
        this.random = random;
        this.endNanos = nowNanos + timings.total().toNanos();
        ask(question.name(), nowNanos);
    }

    private void ask(String name, long nowNanos) {
        names.add(name);
        exchange = new Exchange(new DnsQuestion(name, question.type()), servers, timings, random, nowNanos, endNanos);
    }

    DnsQuestion question() {
        return question;
    }

    /** The end, or {@code null} while there is none. */
    DnsOutcome outcome() {
        return outcome;
    }

    long deadlineNanos() {
        return exchange.deadlineNanos();
    }

    void endBy(long nanos) {
        exchange.endBy(nanos);
    }

    DnsSend poll(long nowNanos) {
        while (outcome == null) {
            DnsSend send = exchange.poll(nowNanos);
            if (send != null || exchange.reply() == null) {
                return send;
            }
            onEnd(exchange.reply(), nowNanos);
        }
        return null;
    }

    boolean onMessage(InetAddress server, byte[] message, boolean stream, long nowNanos) {
        boolean mine = outcome == null && exchange.onMessage(server, message, stream, nowNanos);
        settle(nowNanos);
        return mine;
    }

    void onStrange(long nowNanos) {
        exchange.onStrange();
        settle(nowNanos);
    }

    void onFailure(InetAddress server, String what, long nowNanos) {
        exchange.onFailure(server, what, nowNanos);
        settle(nowNanos);
    }

    private void settle(long nowNanos) {
        if (outcome == null && exchange.reply() != null) {
            onEnd(exchange.reply(), nowNanos);
        }
    }

    private void onEnd(DnsReply reply, long nowNanos) {
        if (reply.kind() == DnsReply.Kind.FINAL) {
            outcome = reply.outcome().within(ttlSeconds);
            return;
        }
        ttlSeconds = Math.min(ttlSeconds, reply.ttlSeconds());
        if (names.contains(reply.alias()) || names.size() > DnsCodec.MAX_ALIASES) {
            outcome = DnsOutcome.failure("a chain of aliases without an end");
        } else {
            ask(reply.alias(), nowNanos);
        }
    }
}
