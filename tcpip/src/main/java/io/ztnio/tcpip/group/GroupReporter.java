package io.ztnio.tcpip.group;

import io.ztnio.tcpip.endpoint.SourceFilter;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.neighbor.LinkAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Tells the multicast routers of a link, by one protocol, what applications listen to: when that changes, each change
 * twice, and when a router asks. Where a router speaks an older version only, so does this (RFC 3376 7.2, RFC 3810 8.2).
 * Groups that only address resolution needs are not reported.
 *
 * <p>Thread: confined to the gate.
 */
public final class GroupReporter {
    /** The robustness variable (RFC 3376 8.1). */
    private static final int ROBUSTNESS = 2;

    private static final long SECOND = 1_000_000_000L;
    private static final long REPETITION_NANOS = SECOND;
    private static final long OLDER_REPETITION_NANOS = 10 * SECOND;

    /** RFC 3376 8.12 with the default query interval, which older queries do not state. */
    private static final long OLDER_QUERIER_NANOS = (ROBUSTNESS * 125 + 10) * SECOND;

    private static final long NEVER = Long.MAX_VALUE;
    private static final long AT_ONCE = Long.MIN_VALUE;
    static final int MAX_PENDING = 1024;
    private static final int MAX_ASKED_SOURCES = 1024;

    /** Between answers, however often somebody asks: answers go to everybody, and one serves all who asked. */
    private static final long ANSWER_INTERVAL_NANOS = SECOND / 4;

    /** A change that is to be reported. */
    private static final class Change {
        /** How often the whole filter is still to be said. */
        private int wholeLeft;
        /** How often each source is still to be said. */
        private final Map<InetAddress, Integer> sourcesLeft = new LinkedHashMap<>();

        private long dueNanos = AT_ONCE;
    }

    /** An answer to a query for one group. */
    private static final class Answer {
        /** None: the whole filter is asked for. */
        private final Set<InetAddress> sources = new LinkedHashSet<>();

        private long dueNanos = NEVER;
    }

    private final GroupMessages messages;
    private final ListenedGroups listened;
    private final boolean v6;
    private final RandomGenerator random;
    private final Map<InetAddress, Change> changes = new LinkedHashMap<>();
    private final Map<InetAddress, Answer> answers = new LinkedHashMap<>();
    private long generalDueNanos = NEVER;
    private long nextAnswerNanos = AT_ONCE;
    private long olderUntilNanos = AT_ONCE;
    private long oldestUntilNanos = AT_ONCE;
    private QuerierVersion version = QuerierVersion.CURRENT;

    private GroupReporter(GroupMessages messages, ListenedGroups listened, boolean v6, RandomGenerator random) {
        this.messages = messages;
        this.listened = listened;
        this.v6 = v6;
        this.random = random;
    }

    /** Reports IPv4 groups. */
    public static GroupReporter ofIgmp(
            Link link, LinkAddresses addresses, ListenedGroups listened, RandomGenerator random) {
        return new GroupReporter(new IgmpMessages(link, addresses), listened, false, random);
    }

    /**
     * Reports IPv6 groups.
     *
     * @param linkLocal the own address to send from, or {@code null}
     */
    public static GroupReporter ofMld(
            Link link, Supplier<InetAddress> linkLocal, ListenedGroups listened, RandomGenerator random) {
        return new GroupReporter(new MldMessages(link, linkLocal), listened, true, random);
    }

    /** What is listened to has changed; said in the next turn. */
    public void onChange(InetAddress group, SourceFilter before, SourceFilter after) {
        SourceFilter was = reportable(group, before);
        SourceFilter is = reportable(group, after);
        boolean known = changes.containsKey(group);
        if (was.equals(is) || (!known && changes.size() >= MAX_PENDING)) {
            return;
        }
        if (version != QuerierVersion.CURRENT) {
            if (was.isNone() != is.isNone() && !isSourceSpecific(group)) {
                change(group).wholeLeft = ROBUSTNESS;
            }
            return;
        }
        Change change = change(group);
        if (was.exclude() != is.exclude()) {
            change.wholeLeft = ROBUSTNESS;
            return;
        }
        for (InetAddress source : was.sources()) {
            if (!is.sources().contains(source)) {
                change.sourcesLeft.put(source, ROBUSTNESS);
            }
        }
        for (InetAddress source : is.sources()) {
            if (!was.sources().contains(source)) {
                change.sourcesLeft.put(source, ROBUSTNESS);
            }
        }
    }

    /** A router asks. */
    public void onQuery(GroupQuery query, long nowNanos) {
        if (query.version() == QuerierVersion.OLDEST) {
            oldestUntilNanos = nowNanos + OLDER_QUERIER_NANOS;
        } else if (query.version() == QuerierVersion.OLDER && (v6 || query.group() == null)) {
            olderUntilNanos = nowNanos + OLDER_QUERIER_NANOS;
        }
        follow(nowNanos);
        // A random delay, so that not all hosts answer at once.
        long due = Math.max(nextAnswerNanos, nowNanos + delay(query.mostNanos()));
        if (version != QuerierVersion.CURRENT) {
            answerOlder(query.group(), due, nowNanos, query.mostNanos());
        } else if (query.group() == null) {
            generalDueNanos = Math.min(generalDueNanos, due);
        } else if (due < generalDueNanos && !current(query.group()).isNone()) {
            answer(query, due);
        }
    }

    /** Another host has said, in an older version, that it listens to a group: that is enough (RFC 2236 3). */
    public void onForeignReport(InetAddress group) {
        if (version == QuerierVersion.CURRENT) {
            return;
        }
        answers.remove(group);
        Change change = changes.get(group);
        if (change != null && change.dueNanos != AT_ONCE) {
            changes.remove(group);
        }
    }

    /** Sends what is due. Returns the next deadline, or {@code Long.MAX_VALUE}. */
    public long turn(long nowNanos) {
        follow(nowNanos);
        if (changes.isEmpty() && answers.isEmpty() && generalDueNanos == NEVER) {
            return versionDeadline();
        }
        sendChanges(nowNanos);
        if (generalDueNanos <= nowNanos) {
            generalDueNanos = NEVER;
            nextAnswerNanos = nowNanos + ANSWER_INTERVAL_NANOS;
            for (InetAddress group : listened.groups()) {
                if (isMine(group)) {
                    addCurrent(group, nowNanos);
                }
            }
        }
        sendAnswers(nowNanos);
        messages.flush(nowNanos);
        long next = Math.min(generalDueNanos, versionDeadline());
        for (Change change : changes.values()) {
            next = Math.min(next, change.dueNanos);
        }
        for (Answer answer : answers.values()) {
            next = Math.min(next, answer.dueNanos);
        }
        return next;
    }

    /** Forgets what was to be said. */
    public void clear() {
        changes.clear();
        answers.clear();
        generalDueNanos = NEVER;
    }

    /** Takes the version of the oldest querier; with another one, what is pending is forgotten (RFC 3376 7.2.1). */
    private void follow(long nowNanos) {
        QuerierVersion now = nowNanos < oldestUntilNanos
                ? QuerierVersion.OLDEST
                : nowNanos < olderUntilNanos ? QuerierVersion.OLDER : QuerierVersion.CURRENT;
        if (now != version) {
            version = now;
            clear();
        }
    }

    private long versionDeadline() {
        return switch (version) {
            case CURRENT -> NEVER;
            case OLDER -> olderUntilNanos;
            case OLDEST -> oldestUntilNanos;
        };
    }

    private Change change(InetAddress group) {
        Change change = changes.computeIfAbsent(group, key -> new Change());
        // RFC 3376 5.1: what was not said often enough yet is said together with the newer change.
        change.dueNanos = AT_ONCE;
        return change;
    }

    private void answer(GroupQuery query, long due) {
        Answer answer = answers.get(query.group());
        if (answer == null) {
            if (answers.size() >= MAX_PENDING) {
                return;
            }
            answer = new Answer();
            answer.sources.addAll(query.sources());
            answers.put(query.group(), answer);
        } else if (!answer.sources.isEmpty() && !query.sources().isEmpty()) {
            answer.sources.addAll(query.sources());
        } else {
            answer.sources.clear();
        }
        if (answer.sources.size() > MAX_ASKED_SOURCES) {
            answer.sources.clear();
        }
        answer.dueNanos = Math.min(answer.dueNanos, due);
    }

    /** RFC 2236 3, RFC 2710 4: each group has its own delay. */
    private void answerOlder(InetAddress asked, long firstDue, long nowNanos, long mostNanos) {
        long due = firstDue;
        for (InetAddress group : listened.groups()) {
            if (!isMine(group) || isSourceSpecific(group) || (asked != null && !asked.equals(group))) {
                continue;
            }
            if (answers.size() < MAX_PENDING || answers.containsKey(group)) {
                Answer answer = answers.computeIfAbsent(group, key -> new Answer());
                answer.dueNanos = Math.min(answer.dueNanos, due);
                due = Math.max(nextAnswerNanos, nowNanos + delay(mostNanos));
            }
        }
    }

    private long delay(long mostNanos) {
        return mostNanos <= 0 ? 0 : random.nextLong(mostNanos);
    }

    private void sendChanges(long nowNanos) {
        Iterator<Map.Entry<InetAddress, Change>> entries = changes.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<InetAddress, Change> entry = entries.next();
            Change change = entry.getValue();
            if (change.dueNanos > nowNanos) {
                continue;
            }
            long repetitionNanos = REPETITION_NANOS;
            if (version == QuerierVersion.CURRENT) {
                add(entry.getKey(), change, nowNanos);
            } else {
                sendOlder(entry.getKey(), change, nowNanos);
                repetitionNanos = OLDER_REPETITION_NANOS;
            }
            change.dueNanos = nowNanos + 1 + random.nextLong(repetitionNanos);
            if (change.wholeLeft == 0 && change.sourcesLeft.isEmpty()) {
                entries.remove();
            }
        }
    }

    /** RFC 3376 5.1. */
    private void add(InetAddress group, Change change, long nowNanos) {
        SourceFilter filter = current(group);
        if (change.wholeLeft > 0) {
            change.wholeLeft--;
            int type = filter.exclude() ? GroupMessages.TO_EXCLUDE : GroupMessages.TO_INCLUDE;
            messages.add(type, group, filter.sources(), nowNanos);
        } else {
            Set<InetAddress> allowed = new LinkedHashSet<>(change.sourcesLeft.keySet());
            allowed.removeIf(source -> !filter.accepts(source));
            Set<InetAddress> blocked = new LinkedHashSet<>(change.sourcesLeft.keySet());
            blocked.removeAll(allowed);
            messages.add(GroupMessages.ALLOW, group, allowed, nowNanos);
            messages.add(GroupMessages.BLOCK, group, blocked, nowNanos);
        }
        change.sourcesLeft.replaceAll((source, left) -> left - 1);
        change.sourcesLeft.values().removeIf(left -> left == 0);
    }

    private void sendOlder(InetAddress group, Change change, long nowNanos) {
        change.wholeLeft--;
        if (!listened.filter(group).isNone()) {
            messages.sendOlderReport(version, group, nowNanos);
            return;
        }
        change.wholeLeft = 0;
        answers.remove(group);
        if (version == QuerierVersion.OLDER) {
            messages.sendLeave(group, nowNanos);
        }
    }

    private void sendAnswers(long nowNanos) {
        Iterator<Map.Entry<InetAddress, Answer>> entries = answers.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<InetAddress, Answer> entry = entries.next();
            Answer answer = entry.getValue();
            if (answer.dueNanos > nowNanos) {
                continue;
            }
            InetAddress group = entry.getKey();
            entries.remove();
            nextAnswerNanos = nowNanos + ANSWER_INTERVAL_NANOS;
            if (version != QuerierVersion.CURRENT) {
                if (!listened.filter(group).isNone()) {
                    messages.sendOlderReport(version, group, nowNanos);
                }
            } else if (answer.sources.isEmpty()) {
                addCurrent(group, nowNanos);
            } else {
                // RFC 3376 5.2: of the sources asked for, those that are wanted.
                SourceFilter filter = current(group);
                answer.sources.removeIf(source -> !filter.accepts(source));
                messages.add(GroupMessages.IS_INCLUDE, group, answer.sources, nowNanos);
            }
        }
    }

    private void addCurrent(InetAddress group, long nowNanos) {
        SourceFilter filter = current(group);
        int type = filter.exclude() ? GroupMessages.IS_EXCLUDE : GroupMessages.IS_INCLUDE;
        messages.add(type, group, filter.sources(), nowNanos);
    }

    private SourceFilter current(InetAddress group) {
        return reportable(group, listened.filter(group));
    }

    private boolean isMine(InetAddress group) {
        return group instanceof Inet4Address != v6 && !isLocalToLink(group);
    }

    /** RFC 4604 2.2: of source-specific groups nothing is said that excludes sources. */
    private static SourceFilter reportable(InetAddress group, SourceFilter filter) {
        return filter.exclude() && isSourceSpecific(group) ? SourceFilter.NONE : filter;
    }

    /** RFC 4607 1: 232.0.0.0/8 and ff3x::/32. */
    private static boolean isSourceSpecific(InetAddress group) {
        byte[] bytes = group.getAddress();
        return bytes.length == 4
                ? (bytes[0] & 0xff) == 232
                : (bytes[1] & 0xf0) == 0x30 && bytes[2] == 0 && bytes[3] == 0;
    }

    /** Groups that routers do not ask for (RFC 3376 6, RFC 3810 6): all hosts of the link, or of less. */
    public static boolean isLocalToLink(InetAddress group) {
        byte[] bytes = group.getAddress();
        if (bytes.length == 4) {
            return bytes[0] == (byte) 224 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] == 1;
        }
        return group.isMCNodeLocal() || (bytes[1] == 2 && isOne(bytes)) || (bytes[1] & 0xf) == 0;
    }

    private static boolean isOne(byte[] bytes) {
        for (int i = 2; i < 15; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[15] == 1;
    }
}
