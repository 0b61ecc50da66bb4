package io.ztnio.tcpip.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.buffer.MemoryBudget;
import io.ztnio.tcpip.buffer.MemoryShare;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.Timestamps;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scoreboard against one that is walked for every question ({@link NaiveScoreboard}): random transmissions,
 * acknowledgments, SACKs, losses, timeouts, renegings, splits and undone recoveries. {@code -Dztnio.scoreboard.steps} makes
 * the histories longer.
 */
@Tag("any-jdk")
class SegmentScoreboardTest {
    private static final int STEPS = Integer.getInteger("ztnio.scoreboard.steps", 20_000);
    private static final int LARGEST = 100;
    private static final int[] MOST = {48, 300};

    private final MemoryBudget budget = MemoryBudget.unlimited();
    private RackDetector rack;
    private SegmentScoreboard board;
    private NaiveScoreboard model;
    private long una;
    private long next;
    private long now = 1_000_000;
    private int seed;
    private int at;

    /** Wherever numbers start: also where they cross 2^31 and 2^32. */
    @ParameterizedTest
    @ValueSource(
            ints = {10_000, 0, -1, -2, -100, -1000, -5500, 1 << 31, 0x7fff_ffff, 0x7fff_fffe, 0x7fff_ff9c, 0x7fff_fc18})
    void randomHistoriesAgreeWithTheModel(int start) {
        for (seed = 1; seed <= 4; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            next = SequenceNumbers.initial(start) + 1;
            una = next;
            rack = new RackDetector(new Timestamps(0, 0), new RttEstimator(TcpConfig.defaults()));
            board = new SegmentScoreboard(rack, new DeliveryRate(), new MemoryShare(budget));
            model = new NaiveScoreboard(rack);
            for (int step = 0; step < STEPS / 4; step++) {
                at = step;
                now += 1 + random.nextInt(1000);
                board.beginAcknowledgment();
                model.beginAcknowledgment();
                step(random);
                check(random);
            }
            board.drop();
            assertThat(budget.usedBytes()).isZero();
        }
    }

    /** Found by the random histories, after a million steps. */
    @Test
    void aBlockThatBeginsWithTheRestOfASegmentThatWasAcknowledgedInPartCoversIt() {
        board = new SegmentScoreboard(
                new RackDetector(new Timestamps(0, 0), new RttEstimator(TcpConfig.defaults())),
                new DeliveryRate(),
                new MemoryShare(budget));
        for (int sequence = 1; sequence < 21; sequence += 10) {
            assertThat(board.makeRoom()).isTrue();
            board.append(sequence, 10, false, now);
        }
        board.sack(5, 21, now);
        assertThat(board.sackedBytes()).isEqualTo(10);

        board.acknowledge(5, now);
        board.sack(5, 21, now);

        assertThat(board.sackedBytes()).isEqualTo(16);
    }

    private void step(SplittableRandom random) {
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> send(random);
            case 8, 9 -> acknowledge(random);
            case 10, 11, 12, 13 -> sack(random);
            case 14, 15, 16 -> retransmit();
            case 17 -> loseFirst();
            case 18, 19 -> loseByCount();
            case 20, 21 -> loseByTime(random);
            default -> rarely(random);
        }
    }

    private void rarely(SplittableRandom random) {
        switch (random.nextInt(16)) {
            case 0 -> timeOut(Long.MAX_VALUE);
            case 1 -> timeOut(now - random.nextInt(20_000));
            case 2 -> undo();
            case 3, 4 -> probe();
            case 5, 6, 7, 8, 9 -> split(random);
            default -> board.shrink();
        }
    }

    private void send(SplittableRandom random) {
        if (model.entries.size() >= MOST[seed % MOST.length]) {
            return;
        }
        int length = 1 + random.nextInt(LARGEST);
        boolean fin = random.nextInt(1000) == 0;
        same("room", board.makeRoom() ? 1 : 0, 1);
        board.append(next, length, fin, now);
        model.append(next, length, fin, now);
        next += length;
    }

    private void acknowledge(SplittableRandom random) {
        int count = Math.min(random.nextInt(5), model.entries.size());
        if (count == 0) {
            return;
        }
        NaiveScoreboard.Entry last = model.entries.get(count - 1);
        // Sometimes a part of a segment, as of one that was sent again in pieces.
        una = random.nextInt(4) == 0 ? last.sequence + random.nextInt(last.length) + 1 : last.end();
        board.acknowledge(una, now);
        model.acknowledge(una);
    }

    private void sack(SplittableRandom random) {
        int size = model.entries.size();
        if (size == 0) {
            return;
        }
        // The first is sacked too, seldom: a receiver that has reneged.
        int from = random.nextInt(8) == 0 ? 0 : random.nextInt(size);
        int to = from + random.nextInt(Math.min(6, size - from));
        long left = Math.max(una, model.entries.get(from).sequence - random.nextInt(3));
        long right = Math.min(next, model.entries.get(to).end() + random.nextInt(3));
        board.sack(left, right, now);
        model.sack(left, right);
    }

    private void retransmit() {
        int lowest = model.nextLost();
        if (lowest >= 0) {
            board.markRetransmitted(board.firstIndex() + lowest, now);
            model.retransmit(lowest, now);
        }
    }

    /** A tail loss probe: the last segment goes again though it is not lost. */
    private void probe() {
        int last = model.entries.size() - 1;
        if (last >= 0 && model.sackedSegments() == 0) {
            board.markRetransmitted(board.lastIndex(), now);
            model.retransmit(last, now);
        }
    }

    private void loseFirst() {
        board.markFirstLost();
        model.markFirstLost();
    }

    private void loseByCount() {
        board.detectLossByCount();
        model.detectLossByCount();
    }

    private void loseByTime(SplittableRandom random) {
        long window = random.nextInt(5000);
        long deadline = board.detectLossByTime(window, now);
        same("deadline", deadline, model.detectLossByTime(window, now));
    }

    /** And what the peer discarded is lost as well, if it shows. */
    private void timeOut(long sentBefore) {
        if (board.isFirstSacked() || (now & 1) == 0) {
            board.forgetSacks();
            model.forgetSacks();
        }
        board.markLostUntil(sentBefore);
        model.markLostUntil(sentBefore);
        same(
                "first after a timeout",
                board.nextLost() - board.firstIndex(),
                model.entries.isEmpty() ? -1 - board.firstIndex() : 0);
    }

    private void undo() {
        board.forgetLosses();
        model.forgetLosses();
    }

    private void split(SplittableRandom random) {
        if (!model.entries.isEmpty() && model.entries.get(0).isWaiting() && model.entries.get(0).length > 1) {
            int bytes = 1 + random.nextInt(model.entries.get(0).length - 1);
            same("room", board.makeRoom() ? 1 : 0, 1);
            board.splitFirst(bytes);
            model.splitFirst(bytes);
        }
    }

    private void check(SplittableRandom random) {
        same("size", board.size(), model.entries.size());
        same("empty", board.isEmpty() ? 1 : 0, model.entries.isEmpty() ? 1 : 0);
        same("pipe", board.pipeBytes(), model.pipeBytes());
        same("outstanding", board.outstandingBytes(), model.outstandingBytes());
        same("sacked", board.sackedBytes(), model.sackedBytes());
        same("segments sacked", board.sackedSegments(), model.sackedSegments());
        same("ever lost", board.everLostBytes(), model.everLostBytes);
        same("delivered", board.deliveredBytes, model.deliveredBytes);
        same("segments acknowledged", board.ackedSegments, model.ackedSegments);
        same("sent", board.ackedSentNanos, model.ackedSentNanos);
        same("next lost", board.nextLost(), index(model.nextLost()));
        long edge = una + random.nextInt(LARGEST * 10);
        same("next lost that fits", board.nextLost(edge), index(model.nextLost(edge)));
        boolean original = board.isOriginalDelivered(edge);
        same("original", original ? 1 : 0, model.isOriginalDelivered(edge) ? 1 : 0);
        same("memory", board.heldBytes(), budget.usedBytes());
        if (!model.entries.isEmpty()) {
            NaiveScoreboard.Entry first = model.entries.get(0);
            same("first sacked", board.isFirstSacked() ? 1 : 0, first.sacked ? 1 : 0);
            int place = random.nextInt(model.entries.size());
            NaiveScoreboard.Entry entry = model.entries.get(place);
            long index = index(place);
            same("sequence", board.sequence(index), entry.sequence);
            same("length", board.length(index), entry.length);
            same("sent", board.sentNanos(index), entry.sentNanos);
            same("FIN", board.isFin(index) ? 1 : 0, entry.fin ? 1 : 0);
            same("fits", board.fits(index, edge) ? 1 : 0, entry.end() <= edge ? 1 : 0);
        }
    }

    private long index(int place) {
        return place < 0 ? SegmentStore.NONE : board.firstIndex() + place;
    }

    private void same(String what, long actual, long expected) {
        if (actual != expected) {
            throw new AssertionError(what + " is " + actual + ", not " + expected + ": seed " + seed + ", step " + at);
        }
    }
}
