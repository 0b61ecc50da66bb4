package io.ztnio.protocol.vl1.bond;

import java.util.Arrays;

/** The members of a bond that may carry packets now: one of each link. Thread: confined to the node. */
final class Team {
    private Member[] members = new Member[4];
    private int count;

    void clear() {
        count = 0;
    }

    void add(Member member) {
        if (count == members.length) {
            members = Arrays.copyOf(members, count * 2);
        }
        members[count++] = member;
    }

    int count() {
        return count;
    }

    Member get(int index) {
        return members[index];
    }

    boolean contains(Member member) {
        for (int i = 0; i < count; i++) {
            if (members[i] == member) {
                return true;
            }
        }
        return false;
    }
}
