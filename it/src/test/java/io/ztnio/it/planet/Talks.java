package io.ztnio.it.planet;

import io.ztnio.protocol.sim.SimNet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Who talks to whom, and when. */
final class Talks {
    private static final int TALK_MILLIS = 30_000;
    private static final int EAGER_TALK_MILLIS = 1_000;

    /** Conversations that are eager to know when they go on: some that are relayed, some that are direct. */
    private static final int EAGER = 24;

    final List<Conversation> all = new ArrayList<>();
    private final SimNet net;
    private final RandomGenerator random;

    Talks(SimNet net, RandomGenerator random) {
        this.net = net;
        this.random = random;
    }

    /** Two members have a conversation from now on; false if they have one. */
    boolean meet(PlanetNode one, PlanetNode other) {
        boolean isNew = other != one && all.stream().noneMatch(known -> isOf(known, one, other));
        if (isNew) {
            all.add(new Conversation(net, all.size(), one, other));
        }
        return isNew;
    }

    private static boolean isOf(Conversation known, PlanetNode one, PlanetNode other) {
        return (known.one == one && known.other == other) || (known.one == other && known.other == one);
    }

    /** Starts the conversations, each at some moment of a time. */
    void converse(long withinMillis) {
        for (Conversation conversation : all) {
            net.at(net.nowMillis() + random.nextLong(withinMillis), () -> {
                conversation.expectDirect();
                talkOn(conversation);
                talkEagerly(List.of(conversation), 5_000);
                watch(conversation);
            });
        }
    }

    private void talkOn(Conversation conversation) {
        conversation.talk(random.nextInt(50) == 0 ? 2_500 : random.nextInt(20, 200));
        net.at(net.nowMillis() + random.nextLong(TALK_MILLIS / 2, TALK_MILLIS * 3 / 2), () -> talkOn(conversation));
    }

    private void watch(Conversation conversation) {
        conversation.watch();
        if (conversation.directAfterMillis() < 0) {
            net.at(net.nowMillis() + 1_000, () -> watch(conversation));
        }
    }

    /** Some conversations, chosen by chance: as many that have to be relayed as others, if there are so many. */
    List<Conversation> eager() {
        List<Conversation> eager = new ArrayList<>();
        for (boolean direct : new boolean[] {true, false}) {
            List<Conversation> alike = new ArrayList<>(all);
            alike.removeIf(conversation -> conversation.canBeDirect() != direct);
            Collections.shuffle(alike, new Random(random.nextLong()));
            eager.addAll(alike.subList(0, Math.min(EAGER, alike.size())));
        }
        return eager;
    }

    /** Has some conversations talk often for a time. */
    void talkEagerly(List<Conversation> some, long forMillis) {
        for (Conversation conversation : some) {
            long first = random.nextLong(EAGER_TALK_MILLIS);
            for (long after = first; after < forMillis; after += EAGER_TALK_MILLIS) {
                net.at(net.nowMillis() + after, () -> conversation.talk(20));
            }
        }
    }

    /** Some conversations go on by both ends every second for a time, members or not. */
    void insist(List<Conversation> some, long forMillis) {
        for (Conversation conversation : some) {
            long first = random.nextLong(EAGER_TALK_MILLIS);
            for (long after = first; after < forMillis; after += EAGER_TALK_MILLIS) {
                net.at(net.nowMillis() + after, () -> conversation.insist(20));
            }
        }
    }

    /** The conversations of some members. */
    List<Conversation> of(List<PlanetNode> some) {
        Set<PlanetNode> wanted = new HashSet<>(some);
        return all.stream()
                .filter(conversation -> wanted.contains(conversation.one) || wanted.contains(conversation.other))
                .toList();
    }
}
