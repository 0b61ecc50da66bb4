package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.limit.TokenBuckets;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.IdentityChecker;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Which identities are checked, and when: everything that makes a peer of one passes here, and is computed by an {@link
 * IdentityChecker}, one at a time. First what this node asked for itself, then its peers of last time. Both are as many as it
 * wants; what others cause may take a fifth of a processor, at a root half of one, after a pause a second at once. Of those who
 * wait for that, the sources for which least was done lately come first, and answers of roots take turns with HELLOs. Thread:
 * confined to the node.
 */
public final class IdentityChecks {
    /** Of HELLOs, and of answers to what others made us ask. */
    static final int MAX_WAITING = 64;

    static final int MAX_PER_SOURCE = 4;
    /** HELLOs of one identity from one source. */
    private static final int MAX_SAME = 2;
    /** Of those that we want; no more than there may be peers asked for and stored. */
    static final int MAX_WANTED = 8192;
    /** Later its sender has tried again. */
    static final long LIFE_MILLIS = 5_000;
    /** A fifth. */
    private static final long SHARE_MICROS_PER_MILLI = 200;

    /** Half: to know strangers is what a root is for. */
    private static final long ROOT_SHARE_MICROS_PER_MILLI = 500;

    static final long MAX_CREDIT_MICROS = 1_000_000;

    private static final int SOURCES = 4096;
    /** How much of what was done for a source is remembered, and how fast it is forgotten: one in five minutes. */
    private static final int MAX_DONE = 8;

    private static final double FORGOTTEN_PER_SECOND = 1 / 300.0;

    private final Identity self;
    private final Predicate<Identity> validity;
    private final BooleanSupplier atRoot;
    private final PeerTable peers;
    private final ArrivedIdentities arrived;
    private final Counters counters;
    private final KnownVerdicts verdicts;
    private final TokenBuckets done;
    private final ArrayDeque<IdentityCheck> asked = new ArrayDeque<>();
    private final ArrayDeque<IdentityCheck> stored = new ArrayDeque<>();
    private final List<IdentityCheck> hellos = new ArrayList<>();
    private final List<IdentityCheck> answers = new ArrayList<>();
    /** Addresses in {@link #asked} and {@link #answers}, or under way for them. */
    private final LongMap<Boolean> answered = new LongMap<>();

    private IdentityChecker checker = IdentityChecker.IN_PLACE;
    private IdentityCheck underWay;
    private boolean underWayForOthers;
    private boolean answersTurn;
    private long creditMicros = MAX_CREDIT_MICROS;
    private long creditedMillis;

    /**
     * @param validity whether an identity's address is its key's; asked on the thread of the {@link IdentityChecker}
     * @param atRoot whether this node is a root just now
     * @param random salts what strangers could aim at
     */
    public IdentityChecks(
            Identity self,
            Predicate<Identity> validity,
            BooleanSupplier atRoot,
            PeerTable peers,
            ArrivedIdentities arrived,
            Counters counters,
            RandomGenerator random) {
        this.self = self;
        this.validity = validity;
        this.atRoot = atRoot;
        this.peers = peers;
        this.arrived = arrived;
        this.counters = counters;
        this.verdicts = new KnownVerdicts(random.nextLong());
        this.done = new TokenBuckets(SOURCES, MAX_DONE, FORGOTTEN_PER_SECOND, random.nextLong());
    }

    /** Who runs them from now on. */
    public void checker(IdentityChecker replacement) {
        checker = replacement;
    }

    /** Whether this identity was found bad lately. */
    boolean isKnownBad(Identity identity) {
        return verdicts.isBad(identity);
    }

    /** Takes a HELLO of somebody unknown, or of an address that is known with another key. */
    void hello(Identity identity, byte[] packet, long source, IdentityCheck.Then then, long nowMillis) {
        boolean collides = peers.get(identity.address()) != null;
        place(hellos, check(identity, packet, !collides, source, then, nowMillis), nowMillis);
        start(nowMillis);
    }

    /**
     * Takes a root's answer to what we asked.
     *
     * @param forOthers whether a stranger made us ask: {@code source} then
     */
    public void answer(Identity identity, boolean forOthers, long source, long nowMillis) {
        if (verdicts.isBad(identity)) {
            counters.drop(DropReason.INVALID_IDENTITY);
            return;
        }
        if (answered.get(identity.address()) != null || (!forOthers && asked.size() >= MAX_WANTED)) {
            counters.drop(DropReason.IDENTITY_OVERFLOW);
            return;
        }
        IdentityCheck check = check(identity, new byte[0], true, source, (peer, now) -> {}, nowMillis);
        answered.put(identity.address(), true);
        if (forOthers) {
            place(answers, check, nowMillis);
        } else {
            asked.add(check);
        }
        start(nowMillis);
    }

    /** Takes a peer of an earlier run, whose identity was good then. */
    public void restore(Identity identity, Restored then, long nowMillis) {
        if (stored.size() >= MAX_WANTED) {
            counters.drop(DropReason.IDENTITY_OVERFLOW);
            return;
        }
        stored.add(check(identity, new byte[0], false, 0, then::known, nowMillis));
        start(nowMillis);
    }

    private IdentityCheck check(
            Identity identity, byte[] hello, boolean hashed, long source, IdentityCheck.Then then, long nowMillis) {
        return new IdentityCheck(self, identity, hello, hashed ? validity : null, source, nowMillis, then);
    }

    /** What follows when a stored peer is one again. */
    @FunctionalInterface
    public interface Restored {
        void known(RemotePeer peer, long nowMillis);
    }

    /** The check that was handed over has been run, and took so long. */
    public void finished(long micros, long nowMillis) {
        if (underWay != null) {
            conclude(micros, nowMillis);
            start(nowMillis);
        }
    }

    /** Hands over the next one, if there is one and it may be. */
    void start(long nowMillis) {
        while (underWay == null) {
            IdentityCheck next = next(nowMillis);
            if (next == null) {
                return;
            }
            RemotePeer known = peers.get(next.identity.address());
            if (known != null && known.identity().equals(next.identity)) {
                forget(next);
                next.then().known(known, nowMillis);
                continue;
            }
            if (verdicts.isGood(next.identity)) {
                next.skipHash();
            }
            underWay = next;
            long micros = checker.check(next);
            if (micros == IdentityChecker.LATER) {
                return;
            }
            conclude(micros, nowMillis);
        }
    }

    /** When {@link #start} has something to do by the clock, or {@link Long#MAX_VALUE}. */
    long deadlineMillis() {
        if (underWay != null || (hellos.isEmpty() && answers.isEmpty())) {
            return Long.MAX_VALUE;
        }
        long share = shareMicrosPerMilli();
        return creditedMillis + Math.max(0, 1 - creditMicros + share - 1) / share;
    }

    private long shareMicrosPerMilli() {
        return atRoot.getAsBoolean() ? ROOT_SHARE_MICROS_PER_MILLI : SHARE_MICROS_PER_MILLI;
    }

    private IdentityCheck next(long nowMillis) {
        underWayForOthers = false;
        IdentityCheck wanted = asked.poll();
        if (wanted == null) {
            wanted = stored.poll();
        }
        if (wanted != null || (hellos.isEmpty() && answers.isEmpty())) {
            return wanted;
        }
        if (nowMillis > creditedMillis) {
            long gained = Math.min(nowMillis - creditedMillis, MAX_CREDIT_MICROS) * shareMicrosPerMilli();
            creditMicros = Math.min(MAX_CREDIT_MICROS, creditMicros + gained);
            creditedMillis = nowMillis;
        }
        if (creditMicros <= 0) {
            return null;
        }
        underWayForOthers = true;
        answersTurn = !answersTurn;
        IdentityCheck first = take(answersTurn ? answers : hellos, nowMillis);
        return first != null ? first : take(answersTurn ? hellos : answers, nowMillis);
    }

    /** Removes the one whose source has had least, of those the oldest, and what has waited too long. */
    private IdentityCheck take(List<IdentityCheck> waiting, long nowMillis) {
        int best = -1;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < waiting.size(); i++) {
            IdentityCheck check = waiting.get(i);
            if (nowMillis - check.sinceMillis > LIFE_MILLIS) {
                forget(check);
                counters.drop(DropReason.IDENTITY_EXPIRED);
                waiting.remove(i--);
                continue;
            }
            long had = done.missing(check.source, nowMillis);
            if (had < least) {
                least = had;
                best = i;
            }
        }
        return best < 0 ? null : waiting.remove(best);
    }

    /** Puts one in line: in place of its source's oldest, or of one whose source has had most, if need be. */
    private void place(List<IdentityCheck> waiting, IdentityCheck check, long nowMillis) {
        int ofSource = 0;
        int oldestOfSource = -1;
        int same = 0;
        int worst = -1;
        long most = done.missing(check.source, nowMillis);
        for (int i = 0; i < waiting.size(); i++) {
            IdentityCheck other = waiting.get(i);
            if (other.source == check.source) {
                oldestOfSource = oldestOfSource < 0 ? i : oldestOfSource;
                ofSource++;
                if (other.identity.equals(check.identity) && ++same == MAX_SAME) {
                    // Once more: in the place of the newer one. The first stays, for either may be forged.
                    waiting.set(i, check);
                    return;
                }
            } else if (waiting.size() >= MAX_WAITING) {
                long had = done.missing(other.source, nowMillis);
                if (had > most) {
                    most = had;
                    worst = i;
                }
            }
        }
        int displaced = ofSource >= MAX_PER_SOURCE ? oldestOfSource : worst;
        if (displaced < 0 && waiting.size() >= MAX_WAITING) {
            forget(check);
            counters.drop(DropReason.IDENTITY_OVERFLOW);
            return;
        }
        if (displaced >= 0) {
            forget(waiting.remove(displaced));
            counters.drop(DropReason.IDENTITY_OVERFLOW);
        }
        waiting.add(check);
    }

    private void forget(IdentityCheck check) {
        if (check.isAnswer()) {
            answered.remove(check.identity.address());
        }
    }

    private void conclude(long micros, long nowMillis) {
        IdentityCheck check = underWay;
        underWay = null;
        forget(check);
        if (underWayForOthers) {
            creditMicros -= micros;
            if (check.verdict() != IdentityCheck.Verdict.FORGED) {
                done.admit(check.source, nowMillis);
            }
        }
        switch (check.verdict()) {
            case NONE -> counters.drop(DropReason.INVALID_IDENTITY);
            case FORGED -> counters.drop(DropReason.AUTHENTICATION_FAILED);
            case INVALID -> {
                verdicts.note(check.identity, false);
                counters.drop(DropReason.INVALID_IDENTITY);
            }
            case GOOD -> {
                if (check.isHashed()) {
                    verdicts.note(check.identity, true);
                }
                know(check, nowMillis);
            }
        }
    }

    private void know(IdentityCheck check, long nowMillis) {
        RemotePeer peer = peers.get(check.identity.address());
        if (peer != null && !peer.identity().equals(check.identity)) {
            check.then().collides(check.keys(), nowMillis);
            counters.drop(DropReason.IDENTITY_COLLISION);
            return;
        }
        if (peer == null) {
            if (underWayForOthers && peers.isFullForStrangers()) {
                counters.drop(DropReason.TABLE_FULL);
                return;
            }
            peer = peers.add(check.identity, check.keys(), nowMillis);
            if (peer == null) {
                return;
            }
            arrived.add(peer.identity());
        }
        check.then().known(peer, nowMillis);
    }
}
