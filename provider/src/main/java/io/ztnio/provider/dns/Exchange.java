package io.ztnio.provider.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * One question to several servers: one after the other, again with more patience, over TCP where an answer is too long
 * for a datagram. An answer to an earlier try counts as long as the question is open.
 *
 * <p>Thread: confined. Time is an argument.
 */
final class Exchange {
    /** Messages that answer nothing: beyond that somebody is guessing, and no answer can be trusted. */
    static final int MAX_STRANGE = 200;

    private static final int IDS = 1 << 16;

    private final DnsQuestion question;
    private final DnsTimings timings;
    private final RandomGenerator random;
    private final List<InetAddress> servers;
    private final List<Sent> sent = new ArrayList<>();
    private final Set<InetAddress> withoutEdns = new HashSet<>();
    private final Map<InetAddress, String> failures = new LinkedHashMap<>();
    private final long startNanos;

    /** The last moment for an answer. */
    private long endNanos;

    private int round;

    /** Which of the servers is next in this round. */
    private int turn;

    private long nextTryNanos;

    /** Who is asked over TCP, or {@code null}. */
    private InetAddress streamServer;

    private boolean streamDue;
    private long streamEndNanos;
    private int strange;
    private DnsReply reply;

    private record Sent(InetAddress server, int id) {}

    /** @param servers at least one */
    Exchange(
            DnsQuestion question,
            List<InetAddress> servers,
            DnsTimings timings,
            RandomGenerator random,
            long nowNanos,
            long endNanos) {
        this.question = question;
        this.servers = new ArrayList<>(servers);
        this.timings = timings;
        this.random = random;
        this.startNanos = nowNanos;
        this.nextTryNanos = nowNanos;
        this.endNanos = endNanos;
    }

    /** The end, or {@code null} while there is none. */
    DnsReply reply() {
        return reply;
    }

    /** Ends it at that time at the latest. */
    void endBy(long nanos) {
        if (nanos - endNanos < 0) {
            endNanos = nanos;
        }
    }

    /** When {@link #poll} has something to do at the latest, if nothing comes. */
    long deadlineNanos() {
        long next = streamServer == null ? nextTryNanos : streamEndNanos;
        return streamDue || next - endNanos > 0 ? endNanos : next;
    }

    /** What to send now, or {@code null}. */
    DnsSend poll(long nowNanos) {
        if (reply == null && nowNanos - endNanos >= 0) {
            giveUp(nowNanos);
        }
        if (reply == null && streamServer != null && !streamDue && nowNanos - streamEndNanos >= 0) {
            onFailure(streamServer, "no answer over TCP", nowNanos);
        }
        if (reply != null) {
            return null;
        }
        if (streamDue) {
            streamDue = false;
            streamEndNanos = nowNanos + timings.stream().toNanos();
            return send(streamServer, true);
        }
        if (streamServer != null || nowNanos - nextTryNanos < 0) {
            return null;
        }
        if (turn >= servers.size()) {
            turn = 0;
            round++;
        }
        if (round >= timings.rounds()) {
            giveUp(nowNanos);
            return null;
        }
        nextTryNanos = nowNanos + timings.tryNanos(round);
        return send(servers.get(turn++), false);
    }

    private DnsSend send(InetAddress server, boolean stream) {
        int id = random.nextInt(IDS);
        sent.add(new Sent(server, id));
        return new DnsSend(server, stream, DnsCodec.query(question, id, !withoutEdns.contains(server)));
    }

    private void giveUp(long nowNanos) {
        String silent = servers.stream()
                .filter(server -> !failures.containsKey(server))
                .map(InetAddress::getHostAddress)
                .collect(Collectors.joining(", "));
        List<String> reasons = new ArrayList<>();
        failures.forEach((server, what) -> reasons.add(server.getHostAddress() + ": " + what));
        if (!silent.isEmpty()) {
            reasons.add("no answer from " + silent + " within " + (nowNanos - startNanos) / 1_000_000 + " ms");
        }
        reply = DnsReply.of(DnsOutcome.failure(String.join("; ", reasons)));
    }

    /**
     * A message has come.
     *
     * @return whether it was an answer to this question
     */
    boolean onMessage(InetAddress server, byte[] message, boolean stream, long nowNanos) {
        if (reply != null) {
            return false;
        }
        for (Sent query : sent) {
            if (query.server().equals(server)) {
                DnsReply said = DnsCodec.reply(message, question, query.id()).orElse(null);
                if (said != null) {
                    onReply(server, said, stream, nowNanos);
                    return true;
                }
            }
        }
        return false;
    }

    /** A message has come that answers no question at all. */
    void onStrange() {
        if (reply == null && ++strange > MAX_STRANGE) {
            reply = DnsReply.of(DnsOutcome.failure(
                    "more than " + MAX_STRANGE + " messages that answer nothing: somebody may be guessing"));
        }
    }

    private void onReply(InetAddress server, DnsReply said, boolean stream, long nowNanos) {
        switch (said.kind()) {
            case FINAL, ALIAS -> reply = said;
            case TRUNCATED -> {
                if (stream) {
                    onFailure(server, "truncated over TCP", nowNanos);
                } else if (streamServer == null) {
                    streamServer = server;
                    streamDue = true;
                }
            }
            case NOT_UNDERSTOOD -> {
                if (withoutEdns.add(server)) {
                    askAgain(server, stream, nowNanos);
                } else {
                    onFailure(server, said.error(), nowNanos);
                }
            }
            case ERROR -> onFailure(server, said.error(), nowNanos);
        }
    }

    private void askAgain(InetAddress server, boolean stream, long nowNanos) {
        if (stream) {
            streamServer = server;
            streamDue = true;
        } else if (servers.remove(server)) {
            turn = Math.max(0, Math.min(turn, servers.size() + 1) - 1);
            servers.add(turn, server);
            nextTryNanos = nowNanos;
        }
    }

    /** A server cannot answer: the next one has its turn. */
    void onFailure(InetAddress server, String what, long nowNanos) {
        if (reply != null) {
            return;
        }
        failures.put(server, what);
        if (server.equals(streamServer)) {
            streamServer = null;
            streamDue = false;
        }
        int index = servers.indexOf(server);
        if (index >= 0) {
            servers.remove(index);
            if (index < turn) {
                turn--;
            }
        }
        if (servers.isEmpty()) {
            giveUp(nowNanos);
        } else if (streamServer == null) {
            nextTryNanos = nowNanos;
        }
    }
}
