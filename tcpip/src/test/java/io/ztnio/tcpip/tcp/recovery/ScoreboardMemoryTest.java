package io.ztnio.tcpip.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.buffer.MemoryBudget;
import io.ztnio.tcpip.buffer.MemoryShare;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.segment.Timestamps;
import org.junit.jupiter.api.Test;

/** What the record of segments in flight takes, and gives back. */
class ScoreboardMemoryTest {
    private static final int LENGTH = 100;

    private final MemoryBudget budget = MemoryBudget.unlimited();
    private SegmentScoreboard board;
    private long next;
    private long now = 1_000_000;

    private SegmentScoreboard boardOf(MemoryShare share, int segments) {
        RackDetector rack = new RackDetector(new Timestamps(0, 0), new RttEstimator(TcpConfig.defaults()));
        SegmentScoreboard made = new SegmentScoreboard(rack, new DeliveryRate(), share);
        next = 1;
        for (int i = 0; i < segments && made.makeRoom(); i++) {
            made.append(next, LENGTH, false, ++now);
            next += LENGTH;
        }
        return made;
    }

    @Test
    void memoryIsChargedAndGivenBackWithTheFlight() {
        board = boardOf(new MemoryShare(budget), 10_000);
        long large = budget.usedBytes();
        assertThat(large).isEqualTo(16_384L * SegmentStore.ENTRY_BYTES).isEqualTo(board.heldBytes());

        board.acknowledge(next - 10L * LENGTH, now);
        board.shrink();

        assertThat(board.size()).isEqualTo(10);
        assertThat(budget.usedBytes()).isEqualTo((long) SegmentStore.KEPT_ROOM * SegmentStore.ENTRY_BYTES);
        assertThat(board.sequence(board.firstIndex())).isEqualTo(next - 10L * LENGTH);
    }

    @Test
    void thereIsAMostOfSegmentsInFlight() {
        board = boardOf(new MemoryShare(budget), 10_000_000);

        assertThat(board.size()).isEqualTo(SegmentStore.MOST);
        board.acknowledge(LENGTH + 1, now);
        assertThat(board.makeRoom()).isTrue();
    }

    @Test
    void withoutMemoryTheFirstRoomIsStillThere() {
        MemoryBudget little = new MemoryBudget(1);
        board = boardOf(new MemoryShare(little), 1000);

        assertThat(board.size()).isEqualTo(SegmentStore.FIRST_ROOM);
        assertThat(little.refusals()).isPositive();
        board.drop();
        assertThat(little.usedBytes()).isZero();
    }

    @Test
    void manyRetransmissionsAreChargedToo() {
        SpuriousDetector detector = new SpuriousDetector(new MemoryShare(budget));
        detector.begin();
        for (int i = 0; i < 1000; i++) {
            detector.onRetransmitted(i * 1000L, i * 1000L + 1000, 0);
        }
        assertThat(budget.usedBytes()).isEqualTo(detector.heldBytes()).isEqualTo(1024 * 17);

        detector.end();

        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void withoutMemoryAnEpisodeIsBelieved() {
        SpuriousDetector detector = new SpuriousDetector(new MemoryShare(new MemoryBudget(1)));
        detector.begin();
        for (int i = 0; i < 1000; i++) {
            detector.onRetransmitted(i * 1000L, i * 1000L + 1000, 0);
        }

        for (int i = 0; i < 1000; i++) {
            detector.onDuplicate(i * 1000L, i * 1000L + 1000);
        }

        assertThat(detector.isEveryRetransmissionDuplicate()).isFalse();
    }

    @Test
    void tightMemoryLeavesASmallFlightTheFirstRoom() {
        MemoryShare tight = new MemoryShare(new MemoryBudget(200_000));
        board = boardOf(tight, 512);
        assertThat(tight.mayGrow(0, 30_000)).isTrue();
        board.acknowledge(next - LENGTH, now);

        board.shrink();

        assertThat(board.heldBytes()).isEqualTo(SegmentStore.FIRST_ROOM * SegmentStore.ENTRY_BYTES);
    }
}
