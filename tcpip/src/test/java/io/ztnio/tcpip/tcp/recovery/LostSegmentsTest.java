package io.ztnio.tcpip.tcp.recovery;

import static org.assertj.core.api.Assertions.fail;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The set of slots that wait, against a sorted set. */
class LostSegmentsTest {
    @ParameterizedTest
    @ValueSource(ints = {32, 64, 128, 4096, 65_536})
    void nextIsTheFirstRoundTheRing(int capacity) {
        SplittableRandom random = new SplittableRandom(7);
        LostSegments set = new LostSegments(capacity);
        TreeSet<Integer> model = new TreeSet<>();
        for (int step = 0; step < 20_000; step++) {
            int slot = random.nextInt(capacity);
            if (random.nextInt(3) == 0) {
                set.add(slot);
                model.add(slot);
            } else {
                int gone = model.isEmpty() || random.nextBoolean() ? slot : model.first();
                set.remove(gone);
                model.remove(gone);
            }
            int from = random.nextInt(capacity);
            Integer next = model.ceiling(from);
            int expected = next != null ? next : model.isEmpty() ? -1 : model.first();
            if (set.next(from) != expected || set.isEmpty() != model.isEmpty()) {
                fail("step " + step + ": from " + from + " on " + set.next(from) + ", not " + expected);
            }
        }
    }
}
