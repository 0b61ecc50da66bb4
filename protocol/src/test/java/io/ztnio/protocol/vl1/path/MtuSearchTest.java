package io.ztnio.protocol.vl1.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.packet.Fragmenter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The search for the longest datagram, on a path of which the test knows it. */
@Tag("any-jdk")
class MtuSearchTest {
    private static final long START = 1_000_000;
    private static final int TICK_MILLIS = 20;

    /** A question, as it went out. */
    private record Question(long atMillis, int bytes) {}

    private final MtuSearch search = new MtuSearch();
    private final List<Question> questions = new ArrayList<>();
    private final long seed = 20_261_130;
    private final SplittableRandom random = new SplittableRandom(seed);
    private long now = START;
    private long heard = START;
    private long nextDue = Long.MAX_VALUE;
    private long nextId = 1;
    private long answerId;
    private long answerMillis = Long.MAX_VALUE;

    /** What the path takes, what leaves the machine, how long an answer is on its way, and what share of datagrams is lost. */
    private int limit = 10_000;

    private int interfaceBytes = 65_000;
    private int roundTripMillis = 40;
    private double loss;
    private boolean answers = true;
    private boolean peerTalks = true;

    /** The longest datagram that was sent and did not arrive, questions aside. */
    private int lostBytes;

    private long lastLostMillis = START;

    MtuSearchTest() {
        System.out.println("seed " + seed);
    }

    /** Packets of a length go by, one each 20 ms; 0 for none. */
    private void run(long millis, int packetBytes) {
        for (long end = now + millis; now < end; now += TICK_MILLIS) {
            if (now >= answerMillis) {
                answerMillis = Long.MAX_VALUE;
                heard = now;
                search.answered(answerId, now);
                nextDue = now;
            }
            if (packetBytes > MtuSearch.BASE_BYTES) {
                int longest = Math.min(packetBytes, search.bytes());
                boolean passes = longest <= limit;
                if (!passes) {
                    lostBytes = Math.max(lostBytes, longest);
                    lastLostMillis = now;
                }
                heard = passes && peerTalks ? now : heard;
                if (search.onLongPacket(packetBytes, now)) {
                    nextDue = now;
                }
            }
            if (now >= nextDue) {
                look();
            }
        }
    }

    private void look() {
        int bytes = search.due(heard, now);
        while (bytes > interfaceBytes) {
            search.tooLong(bytes, now);
            bytes = search.due(heard, now);
        }
        if (bytes > 0) {
            questions.add(new Question(now, bytes));
            search.asked(bytes, nextId, now);
            if (answers && bytes <= limit && random.nextDouble() >= loss) {
                answerId = nextId;
                answerMillis = now + roundTripMillis;
            }
            nextId++;
        }
        nextDue = search.deadlineMillis(now);
    }

    @ParameterizedTest
    @CsvSource({
        "1432,2838",
        "1432,8850",
        "1472,2838",
        "1472,8850",
        "1472,9900",
        "2000,8850",
        "4000,8850",
        "4000,2838",
        "8472,8850",
        "8972,8850",
        "8972,9800",
        "10000,9919",
        "1432,1433",
        "1452,1440"
    })
    void packetsGoInAsFewDatagramsAsThePathAllows(int pathLimit, int packetBytes) {
        limit = pathLimit;

        run(20_000, packetBytes);

        assertThat(Fragmenter.pieces(packetBytes, search.bytes())).isEqualTo(Fragmenter.pieces(packetBytes, pathLimit));
        assertThat(search.bytes()).isLessThanOrEqualTo(pathLimit);
        assertThat(lostBytes).as("nothing of the user's is lost by the search").isZero();
        assertThat(questions).hasSizeLessThanOrEqualTo(3 * MtuSearch.TRIES + 3);
    }

    @Test
    void whatDoesNotLeaveTheMachineCostsNoDatagram() {
        interfaceBytes = 1472;

        run(60_000, 2838);

        assertThat(questions).isEmpty();
        assertThat(search.bytes()).isEqualTo(1432);
    }

    @Test
    void aLongerPacketIsAskedForWhenItComes() {
        limit = 8972;

        run(5_000, 2838);
        assertThat(search.bytes()).isEqualTo(2838);
        run(5_000, 5660);
        assertThat(search.bytes()).isEqualTo(5660);
        run(5_000, 8850);

        assertThat(search.bytes()).isEqualTo(8850);
    }

    @Test
    void aLonePacketThatIsTooLongDoesNotShortenThoseThatFit() {
        limit = 8972;
        run(30_000, 9800);

        run(5_000, 8850);

        assertThat(search.bytes()).isEqualTo(8850);
    }

    @Test
    void aPeerThatNeverAnswersIsAskedThreeTimesInTenMinutes() {
        answers = false;

        run(599_000, 2838);

        assertThat(questions).hasSize(3);
        assertThat(search.bytes()).isEqualTo(1432);
        run(10_000, 2838);
        assertThat(questions).hasSize(6);
    }

    @Test
    void aPathThatTakesMoreLaterIsFoundToDoSo() {
        limit = 1472;
        run(30_000, 2838);

        limit = 8972;
        run(600_000, 2838);

        assertThat(search.bytes()).isEqualTo(2838);
    }

    /** {@code peerTalks} false: the peer says nothing but its answers, as when all that is sent is lost. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBlackHoleIsLeftWithinSeconds(boolean talks) {
        peerTalks = talks;
        limit = 8972;
        run(61_000, 8850);
        assertThat(search.bytes()).isEqualTo(8850);

        limit = 1472;
        long since = now;
        run(30_000, 8850);

        assertThat(lastLostMillis - since).isLessThanOrEqualTo(talks ? 11_100 : 4_100);
        assertThat(search.bytes()).isEqualTo(1432);
    }

    @Test
    void aPathThatIsSilentAltogetherKeepsWhatWasFound() {
        limit = 8972;
        run(10_000, 8850);

        limit = 0;
        run(7_000, 8850);
        assertThat(search.bytes()).as("doubted").isEqualTo(1432);
        limit = 8972;
        run(12_000, 8850);

        assertThat(search.bytes()).isEqualTo(8850);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.2})
    void lossIsNoLimit(double share) {
        loss = share;
        limit = 8972;
        int whole = 0;

        for (int minute = 0; minute < 60; minute++) {
            run(60_000, 8850);
            whole += search.bytes() == 8850 ? 1 : 0;
        }

        assertThat(whole).isGreaterThanOrEqualTo(share < 0.1 ? 57 : 40);
    }

    @Test
    void aCheckCostsLittleOfWhatIsSent() {
        limit = 8972;
        run(10_000, 8850);
        questions.clear();

        run(600_000, 8850);

        assertThat(questions).hasSizeBetween(55, 60);
    }

    @Test
    void nothingIsAskedOfAPathThatIsNotUsed() {
        run(10_000, 8850);
        run(5_000, 0);
        questions.clear();

        run(3_600_000, 0);

        assertThat(questions).isEmpty();
        assertThat(search.deadlineMillis(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anAnswerToSomethingElseSaysNothing() {
        search.onLongPacket(2838, START);
        assertThat(search.due(START, START)).isEqualTo(2838);
        search.asked(2838, 77, START);

        assertThat(search.answered(78, START + 10)).isFalse();
        assertThat(search.answered(0, START + 10)).isFalse();
        assertThat(search.bytes()).isEqualTo(1432);
        assertThat(search.answered(77, START + 10)).isTrue();
        assertThat(search.bytes()).isEqualTo(2838);
    }
}
