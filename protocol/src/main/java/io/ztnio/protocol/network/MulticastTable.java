package io.ztnio.protocol.network;

import io.ztnio.protocol.config.MulticastGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Who subscribes to which groups of one network, as far as we were told; entries fade 600 s after they were last
 * mentioned ({@code protocol.md} 7.7). Thread: confined to the node.
 */
final class MulticastTable {
    static final int MAX_GROUPS = 4096;
    static final int MAX_MEMBERS = 2048;

    private static final long EXPIRE_MILLIS = 600_000;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final Map<MulticastGroup, Group> groups = new HashMap<>();

    /** One group. */
    static final class Group {
        final Map<Long, Long> lastMentionMillis = new HashMap<>();
        final ArrayDeque<PendingMulticast> queue = new ArrayDeque<>();
        long lastGatherMillis = NEVER;
        /** When those who were asked last should have answered; who knows nobody says nothing. */
        long answersDueMillis = NEVER;

        boolean isGathering(boolean more, long nowMillis) {
            return nowMillis < answersDueMillis && queue.stream().anyMatch(pending -> more || pending.sentTo.isEmpty());
        }
    }

    /** A multicast that has not reached as many members as it may. */
    static final class PendingMulticast {
        final long createdMillis;
        final int etherType;
        final byte[] payload;
        final Set<Long> sentTo;

        PendingMulticast(long createdMillis, int etherType, byte[] payload, Set<Long> sentTo) {
            this.createdMillis = createdMillis;
            this.etherType = etherType;
            this.payload = payload;
            this.sentTo = sentTo;
        }
    }

    /** The group, or {@code null} if nobody has named it. */
    Group group(MulticastGroup group) {
        return groups.get(group);
    }

    /** The group, made if need be; {@code null} if there are too many. */
    Group groupOrNew(MulticastGroup group) {
        Group found = groups.get(group);
        if (found == null && groups.size() < MAX_GROUPS) {
            found = new Group();
            groups.put(group, found);
        }
        return found;
    }

    /**
     * Whether a multicast has reached nobody yet, and answers about its group are due.
     *
     * @param more whether one counts too that may reach more
     */
    boolean isGathering(boolean more, long nowMillis) {
        return groups.values().stream().anyMatch(group -> group.isGathering(more, nowMillis));
    }

    /** Notes that a member subscribes; returns whether there was room. */
    boolean add(MulticastGroup key, long member, long nowMillis) {
        Group group = groupOrNew(key);
        if (group == null
                || (group.lastMentionMillis.size() >= MAX_MEMBERS && !group.lastMentionMillis.containsKey(member))) {
            return false;
        }
        group.lastMentionMillis.put(member, nowMillis);
        return true;
    }

    void remove(MulticastGroup key, long member) {
        Group group = groups.get(key);
        if (group != null) {
            group.lastMentionMillis.remove(member);
        }
    }

    /** Members of a group in random order, without {@code excluded}. */
    List<Long> members(MulticastGroup key, long excluded, long nowMillis, RandomGenerator random) {
        Group group = groups.get(key);
        if (group == null) {
            return List.of();
        }
        List<Long> result = new ArrayList<>(group.lastMentionMillis.size());
        for (Map.Entry<Long, Long> entry : group.lastMentionMillis.entrySet()) {
            if (entry.getKey() != excluded && nowMillis - entry.getValue() < EXPIRE_MILLIS) {
                result.add(entry.getKey());
            }
        }
        for (int i = result.size() - 1; i > 0; i--) {
            Collections.swap(result, i, random.nextInt(i + 1));
        }
        return result;
    }

    /** Forgets what has faded. */
    void expire(long nowMillis) {
        for (Iterator<Group> each = groups.values().iterator(); each.hasNext(); ) {
            Group group = each.next();
            group.lastMentionMillis.values().removeIf(mention -> nowMillis - mention >= EXPIRE_MILLIS);
            group.queue.removeIf(pending -> nowMillis - pending.createdMillis >= MulticastSender.QUEUE_LIFE_MILLIS);
            if (group.lastMentionMillis.isEmpty()
                    && group.queue.isEmpty()
                    && nowMillis - group.lastGatherMillis >= MulticastSender.GATHER_DELAY_MILLIS) {
                each.remove();
            }
        }
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }
}
