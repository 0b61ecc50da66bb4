package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.connection.ConnectionProbe;
import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both ends take back the windows that they have offered, again and again, as a kernel that is short of memory does: and they
 * look at nothing that lies beyond what they offer now. Everything arrives nevertheless, both ways at once.
 */
@AtEverySequenceStart
class SqueezedWindowTest {
    private static final int LENGTH = 200_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsSentFitsTheWindowAndEverythingArrives(long seed) throws Exception {
        TcpConfig.Builder config = TcpConfig.builder()
                .maximumBufferBytes(65_535)
                .verifyChecksums(false)
                .timestamps(seed % 2 == 0)
                .selectiveAcks(seed % 3 != 0);
        TwoStacks stacks = new TwoStacks(seed, config);
        stacks.loss = seed % 2 == 0 ? 0.05 : 0;
        stacks.reordering = 0.05;
        Squeeze squeeze = new Squeeze(stacks, seed);
        stacks.middlebox(squeeze);

        TransferTest.transfer(stacks, LENGTH, seed);

        assertThat(squeeze.takenBack).as("seed %d", seed).isGreaterThan(10);
        assertThat(squeeze.refused).as("seed %d", seed).isPositive();
    }

    /** What one end says of its window, and what it was told of the other's. */
    private static final class Offer {
        private long limit = 65_535;
        private long changeNanos;
        private boolean known;
        private int edge;
        private boolean told;
        private int toldAcknowledgment;
        private int toldEdge;

        /** Of several windows with one acknowledgment the largest is taken, as they may have overtaken each other. */
        private void tell(int acknowledgment, int window) {
            int newer = acknowledgment - toldAcknowledgment;
            if (!told || newer > 0 || (newer == 0 && acknowledgment + window - toldEdge > 0)) {
                told = true;
                toldAcknowledgment = acknowledgment;
                toldEdge = acknowledgment + window;
            }
        }
    }

    private static final class Squeeze implements TwoStacks.Middlebox {
        private static final int ESTABLISHED_FLAGS = TcpFlags.SYN | TcpFlags.RST;

        private final TwoStacks stacks;
        private final Random random;
        private final long seed;
        private final Offer left = new Offer();
        private final Offer right = new Offer();
        private final TcpSegment parsed = new TcpSegment();
        private int takenBack;
        private int refused;

        Squeeze(TwoStacks stacks, long seed) {
            this.stacks = stacks;
            this.random = new Random(seed);
            this.seed = seed;
        }

        private Offer of(TwoStacks.End end) {
            return end == stacks.left ? left : right;
        }

        @Override
        public void onSent(TwoStacks.End from, byte[] segment) {
            parsed.parse(segment, 0, segment.length, stacks.now);
            if (parsed.has(ESTABLISHED_FLAGS)) {
                return;
            }
            Offer offer = of(from);
            if (offer.told) {
                requireInside(offer);
            }
            change(offer);
            int window = (int) Math.min(parsed.window, offer.limit);
            int edge = parsed.acknowledgment + window;
            takenBack += offer.known && edge - offer.edge < 0 ? 1 : 0;
            offer.known = true;
            offer.edge = edge;
            ByteBuffer.wrap(segment).putShort(14, (short) window);
        }

        /** What takes numbers ends inside the window, or is one byte; what takes none does not lie beyond it. */
        private void requireInside(Offer offer) {
            int least = parsed.sequenceLength() > 0 ? 1 : 0;
            int room = Math.max(least, offer.toldEdge - offer.toldAcknowledgment);
            int beyond = parsed.sequence + parsed.sequenceLength() - (offer.toldAcknowledgment + room);
            if (beyond > 0) {
                throw new AssertionError("seed " + seed + ": " + beyond + " bytes beyond the window");
            }
        }

        private void change(Offer offer) {
            if (stacks.now < offer.changeNanos) {
                return;
            }
            offer.changeNanos = stacks.now + random.nextInt(20) * 1_000_000L;
            offer.limit = switch (random.nextInt(5)) {
                case 0 -> 0;
                case 1 -> 1 + random.nextInt(100);
                case 2 -> random.nextInt(5000);
                case 3 -> Math.max(0, offer.limit - 1);
                default -> 65_535;
            };
        }

        /** An acknowledgment from before our last one is not (RFC 9293 3.10.7.4), whatever it says. */
        private boolean isLookedAt(ConnectionProbe connection) {
            if (connection == null || !connection.state().isSynchronised()) {
                return false;
            }
            long sequence = SequenceNumbers.extend(connection.receiveNext(), parsed.sequence);
            return connection.isAcceptable(sequence, parsed.sequenceLength());
        }

        /** Answers what it refuses, as a kernel does. */
        @Override
        public boolean mayArrive(TwoStacks.End at, byte[] segment) {
            parsed.parse(segment, 0, segment.length, stacks.now);
            Offer offer = of(at);
            if (parsed.has(ESTABLISHED_FLAGS)) {
                return true;
            }
            if (!offer.known || offer.edge - (parsed.sequence + parsed.sequenceLength()) >= 0) {
                if (isLookedAt(at.probe())) {
                    offer.tell(parsed.acknowledgment, parsed.window);
                }
                return true;
            }
            refused++;
            ConnectionProbe connection = at.probe();
            if (connection != null && connection.state().isSynchronised()) {
                connection.acknowledgeNow();
            }
            return false;
        }
    }
}
