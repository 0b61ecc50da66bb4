package io.ztnio.tcpip.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scoreboard against a plain list that is walked for every question. */
@Tag("any-jdk")
class SegmentScoreboardTest {
    private static final int LENGTH = 100;

    private final List<Entry> model = new ArrayList<>();
    private SegmentScoreboard board;
    private long next;
    private long now = 1_000_000;

    /** A segment as the model sees it. */
    private static final class Entry {
        private final long sequence;
        private boolean sacked;
        private boolean lost;
        private boolean retransmitted;

        Entry(long sequence) {
            this.sequence = sequence;
        }
    }

    /** Wherever numbers start: also where they cross 2^31 and 2^32. */
    @ParameterizedTest
    @ValueSource(
            ints = {10_000, 0, -1, -2, -100, -1000, -5500, 1 << 31, 0x7fff_ffff, 0x7fff_fffe, 0x7fff_ff9c, 0x7fff_fc18})
    void randomHistoriesAgreeWithTheModel(int start) {
        next = SequenceNumbers.initial(start) + 1;
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            RttEstimator rtt = new RttEstimator(TcpConfig.defaults());
            board = new SegmentScoreboard(new RackDetector(new Timestamps(0, 0), rtt), new DeliveryRate());
            model.clear();
            for (int step = 0; step < 3000; step++) {
                now += random.nextInt(1000);
                board.beginAcknowledgment();
                step(random);
                check(seed, step);
            }
        }
    }

    private void step(Random random) {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> send();
            case 5 -> acknowledge(random.nextInt(4));
            case 6, 7, 8 -> sack(random);
            case 9 -> retransmit();
            case 10 -> loseByCount();
            default -> loseOrForget(random.nextInt(40));
        }
    }

    private void send() {
        board.append(next, LENGTH, false, now);
        model.add(new Entry(next));
        next += LENGTH;
    }

    private void acknowledge(int count) {
        int gone = Math.min(count, model.size());
        long una = gone == model.size() ? next : model.get(gone).sequence;
        board.acknowledge(una, now);
        model.subList(0, gone).clear();
    }

    private void sack(Random random) {
        if (model.size() < 2) {
            return;
        }
        int from = 1 + random.nextInt(model.size() - 1);
        int to = from + random.nextInt(model.size() - from) + 1;
        board.sack(model.get(from).sequence, model.get(to - 1).sequence + LENGTH, now);
        for (Entry entry : model.subList(from, to)) {
            entry.sacked = true;
            entry.lost = false;
            entry.retransmitted = false;
        }
    }

    private void retransmit() {
        long index = board.nextLost();
        if (index < 0) {
            return;
        }
        Entry entry = model.get((int) (index - board.firstIndex()));
        assertThat(entry.lost && !entry.retransmitted && !entry.sacked).isTrue();
        assertThat(entry.sequence).isEqualTo(board.sequence(index));
        board.markRetransmitted(index, now);
        entry.retransmitted = true;
    }

    private void loseByCount() {
        board.markFirstLost();
        if (!model.isEmpty() && !model.get(0).sacked) {
            model.get(0).lost = true;
            model.get(0).retransmitted = false;
        }
    }

    private void loseOrForget(int choice) {
        if (choice == 0) {
            boolean reneged = !model.isEmpty() && model.get(0).sacked;
            board.markLostUntil(Long.MAX_VALUE);
            for (Entry entry : model) {
                entry.sacked &= !reneged;
                entry.lost = !entry.sacked;
                entry.retransmitted = false;
            }
        } else if (choice < 4) {
            board.forgetLosses();
            for (Entry entry : model) {
                entry.lost &= entry.retransmitted;
            }
        }
    }

    private void check(long seed, int step) {
        long pipe = 0;
        long sacked = 0;
        boolean waiting = false;
        for (Entry entry : model) {
            pipe += !entry.sacked && !entry.lost ? LENGTH : 0;
            pipe += entry.retransmitted ? LENGTH : 0;
            sacked += entry.sacked ? LENGTH : 0;
            waiting |= entry.lost && !entry.retransmitted;
        }
        assertThat(board.size()).as("seed %d step %d", seed, step).isEqualTo(model.size());
        assertThat(board.pipeBytes()).as("pipe, seed %d step %d", seed, step).isEqualTo(pipe);
        assertThat(board.sackedBytes())
                .as("sacked, seed %d step %d", seed, step)
                .isEqualTo(sacked);
        assertThat(board.sackedSegments() * LENGTH).isEqualTo((int) sacked);
        assertThat(board.nextLost() >= 0)
                .as("lost, seed %d step %d", seed, step)
                .isEqualTo(waiting);
    }
}
