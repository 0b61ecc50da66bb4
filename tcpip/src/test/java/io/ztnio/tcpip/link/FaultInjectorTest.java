package io.ztnio.tcpip.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.BigEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault by itself, and TCP under all of them. */
class FaultInjectorTest {
    private static final long MAC = 0x32_0000_000001L;
    private static final long PEER = 0x32_0000_000002L;
    private static final int LENGTH = 100;

    private final TestLink link = new TestLink(MAC);
    private final List<Integer> received = new ArrayList<>();
    private final LinkPort port = new LinkPort() {
        private final LinkPort other = new PcapWriterTest.NoPort();

        @Override
        public void onFrame(long from, long to, int etherType, byte[] buffer, int offset, int length, long nanos) {
            received.add(BigEndian.i32(buffer, offset));
        }

        @Override
        public void configure(LinkConfig config, long nowNanos) {
            other.configure(config, nowNanos);
        }

        @Override
        public boolean probe(long neighborMac, long nowNanos) {
            return other.probe(neighborMac, nowNanos);
        }

        @Override
        public void lost(long neighborMac, long nowNanos) {
            other.lost(neighborMac, nowNanos);
        }

        @Override
        public void left(long neighborMac, long nowNanos) {}

        @Override
        public void detach(long nowNanos) {
            other.detach(nowNanos);
        }
    };

    private FaultInjector injector(long seed) {
        return new FaultInjector(link, new Random(seed));
    }

    /** Sends a frame that begins with a number. */
    private static void send(Link to, int number, long nowNanos) {
        byte[] buffer = new byte[Link.HEADROOM + LENGTH + Link.TAILROOM];
        BigEndian.i32(buffer, Link.HEADROOM, number);
        to.send(PEER, 0x0800, buffer, Link.HEADROOM, LENGTH, nowNanos);
    }

    private static void send(Link to, int count) {
        for (int i = 0; i < count; i++) {
            send(to, i, i);
        }
    }

    private List<Integer> sent() {
        return link.sent.stream()
                .map(frame -> BigEndian.i32(frame.payload(), 0))
                .toList();
    }

    @Test
    void withoutFaultsEveryFramePassesAsItIs() {
        send(injector(1), 100);

        assertThat(sent()).hasSize(100).isSorted().doesNotHaveDuplicates();
        assertThat(link.sent.get(0).payload()).hasSize(LENGTH);
    }

    @Test
    void lossTakesItsPart() {
        FaultInjector injector = injector(2).outbound(LinkFaults.NONE.withLoss(0.25));

        send(injector, 10_000);

        assertThat(injector.lost()).isBetween(2300L, 2700L);
        assertThat(sent()).hasSize(10_000 - (int) injector.lost()).isSorted();
    }

    @Test
    void duplicatesComeOneBehindTheOther() {
        FaultInjector injector = injector(3).outbound(LinkFaults.NONE.withDuplication(0.25));

        send(injector, 10_000);

        assertThat(injector.duplicated()).isBetween(2300L, 2700L);
        assertThat(sent()).hasSize(10_000 + (int) injector.duplicated()).isSorted();
    }

    @Test
    void corruptionTurnsOneBitRound() {
        FaultInjector injector = injector(4).outbound(LinkFaults.NONE.withCorruption(1));
        byte[] buffer = new byte[Link.HEADROOM + LENGTH + Link.TAILROOM];

        for (int i = 0; i < 1000; i++) {
            Arrays.fill(buffer, (byte) 0);
            injector.send(PEER, 0x0800, buffer, Link.HEADROOM, LENGTH, i);
        }

        assertThat(injector.corrupted()).isEqualTo(1000);
        assertThat(link.sent).allSatisfy(frame -> {
            int bits = 0;
            for (byte octet : frame.payload()) {
                bits += Integer.bitCount(octet & 0xff);
            }
            assertThat(bits).isEqualTo(1);
        });
    }

    @Test
    void reorderedFramesComeBehindTheNext() {
        FaultInjector injector = injector(5).outbound(LinkFaults.NONE.withReordering(1));

        send(injector, 6);

        assertThat(sent()).containsExactly(1, 0, 3, 2, 5, 4);
        assertThat(injector.reordered()).isEqualTo(3);
    }

    @Test
    void theRateHoldsAndABurstPasses() {
        FaultInjector injector = injector(6).outbound(LinkFaults.NONE.withRate(10_000, 500));

        for (int i = 0; i < 10; i++) {
            send(injector, i, 1_000_000_000L);
        }
        assertThat(sent()).as("a burst").containsExactly(0, 1, 2, 3, 4);
        for (int i = 0; i < 1000; i++) {
            send(injector, i, 1_000_000_000L + (i + 1) * 1_000_000L);
        }

        assertThat(link.sent).as("100 frames a second").hasSize(105);
        assertThat(injector.beyondRate()).isEqualTo(1010 - 105);
        assertThat(injector.lost()).isZero();
    }

    @Test
    void whatComesInHasFaultsOfItsOwnAndIsNotWrittenTo() {
        FaultInjector injector =
                injector(7).inbound(LinkFaults.NONE.withReordering(1).withCorruption(0.5));
        LinkPort wrapped = injector.wrap(port);
        byte[] frame = new byte[8];

        for (int i = 0; i < 4; i++) {
            wrapped.onFrame(PEER, MAC, 0x0800, frame, 0, 8, i);
        }
        send(injector, 4);

        assertThat(received).hasSize(4);
        assertThat(injector.reordered()).isEqualTo(2);
        assertThat(injector.corrupted()).isPositive();
        assertThat(frame).containsOnly(0);
        assertThat(sent()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void theSameSeedDoesTheSame() {
        LinkFaults faults = new LinkFaults(0.1, 0.1, 0.1, 0.1, 0, 0);
        send(injector(8).outbound(faults), 1000);
        List<Integer> first = sent();
        link.sent.clear();

        send(injector(8).outbound(faults), 1000);

        assertThat(sent()).isEqualTo(first).isNotEqualTo(first.stream().sorted().toList());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everythingArrivesNevertheless(long seed) throws Exception {
        Random random = new Random(seed);
        LinkFaults faults = new LinkFaults(0.02, 0.02, 0.02, 0.05, 2_000_000, 30_000);
        List<FaultInjector> injectors = new ArrayList<>();
        Lan lan = new Lan(seed);
        lan.wrapping = inner -> {
            injectors.add(new FaultInjector(inner, random));
            return injectors.get(injectors.size() - 1);
        };

        // Not before: ARP has no checksum, and would believe what has a wrong bit.
        Transfer.run(
                lan,
                500_000,
                seed,
                () -> injectors.forEach(injector -> injector.outbound(faults).inbound(faults)));

        assertThat(injectors).allSatisfy(injector -> {
            assertThat(injector.lost()).isPositive();
            assertThat(injector.corrupted()).isPositive();
            assertThat(injector.reordered()).isPositive();
            assertThat(injector.duplicated()).isPositive();
        });
    }

    @Test
    void faultsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> LinkFaults.NONE.withLoss(1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The probability of loss is 1.5, not from 0 to 1");
        assertThatThrownBy(() -> LinkFaults.NONE.withCorruption(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LinkFaults.NONE.withRate(1000, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lets nothing pass");
    }
}
