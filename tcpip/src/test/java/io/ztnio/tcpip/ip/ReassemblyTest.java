package io.ztnio.tcpip.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.sim.Lan;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReassemblyTest {
    private static final InetAddress FROM = Lan.ip("10.0.0.1");
    private static final InetAddress TO = Lan.ip("10.0.0.2");
    private static final long SECOND = 1_000_000_000L;

    private final DropCounters drops = new DropCounters();
    private final Reassembler reassembler = new Reassembler(drops);
    private final byte[] header = new byte[20];

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyOrderWithRepetitionsGivesTheDatagram(long seed) {
        Random random = new Random(seed);
        byte[] payload = new byte[1 + random.nextInt(65_535)];
        random.nextBytes(payload);
        List<int[]> pieces = new ArrayList<>();
        for (int at = 0; at < payload.length; ) {
            int length = Math.min(8 * (64 + random.nextInt(300)), payload.length - at);
            pieces.add(new int[] {at, length});
            at += length;
        }
        List<int[]> all = new ArrayList<>(pieces);
        Collections.shuffle(all, random);
        Datagram whole = null;

        for (int[] piece : all) {
            assertThat(whole).as("seed %d", seed).isNull();
            whole = add(1, piece[0], piece[0] + piece[1] < payload.length, payload, piece[0], piece[1], 0);
            if (whole == null && random.nextInt(3) == 0) {
                assertThat(add(1, piece[0], piece[0] + piece[1] < payload.length, payload, piece[0], piece[1], 0))
                        .isNull();
            }
        }

        assertThat(whole).as("seed %d", seed).isNotNull();
        assertThat(whole.length()).isEqualTo(payload.length);
        assertThat(Arrays.copyOfRange(whole.bytes, 60, 60 + payload.length)).isEqualTo(payload);
        assertThat(reassembler.heldBytes()).isZero();
        assertThat(drops.total()).isZero();
    }

    @Test
    void anOverlapLosesTheWholeDatagram() {
        byte[] first = new byte[64];
        byte[] other = new byte[64];
        other[0] = 1;

        add(1, 0, true, first, 0, 64, 0);
        add(1, 56, true, other, 0, 64, 0);
        assertThat(reassembler.heldDatagrams()).isZero();
        add(2, 64, true, first, 0, 64, 0);
        add(2, 0, true, first, 0, 64, 0);
        add(2, 64, true, other, 0, 64, 0);
        assertThat(reassembler.heldDatagrams()).isZero();
        add(3, 64, true, first, 0, 64, 0);
        add(3, 32, true, first, 0, 64, 0);

        assertThat(reassembler.heldDatagrams()).isZero();
        assertThat(drops.value(DropReason.FRAGMENT_OVERLAP)).isEqualTo(3);
    }

    @Test
    void piecesThatContradictTheLengthLoseTheDatagram() {
        byte[] bytes = new byte[128];

        add(1, 64, false, bytes, 0, 10, 0);
        add(1, 128, true, bytes, 0, 64, 0);
        add(2, 64, true, bytes, 0, 64, 0);
        add(2, 0, false, bytes, 0, 8, 0);
        add(3, 65_528, false, bytes, 0, 64, 0);
        add(4, 0, true, bytes, 0, 63, 0);
        add(5, 0, true, bytes, 0, 0, 0);

        assertThat(reassembler.heldDatagrams()).isZero();
        assertThat(drops.value(DropReason.MALFORMED_FRAGMENT)).isEqualTo(5);
    }

    @Test
    void whatIsIncompleteIsForgottenAfterThirtySeconds() {
        add(1, 0, true, new byte[64], 0, 64, 5);

        assertThat(reassembler.turn(SECOND)).isEqualTo(30 * SECOND + 5);
        assertThat(reassembler.turn(30 * SECOND + 5)).isEqualTo(Long.MAX_VALUE);

        assertThat(drops.value(DropReason.REASSEMBLY_TIMEOUT)).isEqualTo(1);
        assertThat(reassembler.heldBytes()).isZero();
    }

    @Test
    void theBudgetPushesOutTheOldest() {
        byte[] bytes = new byte[60_000];

        for (int id = 0; id < 1000; id++) {
            add(id, 0, true, bytes, 0, 60_000, 0);
            assertThat(reassembler.heldBytes()).isLessThanOrEqualTo(Reassembler.BUDGET_BYTES);
        }
        assertThat(add(999, 60_000, false, bytes, 0, 8, 0)).isNotNull();
        assertThat(add(0, 60_000, false, bytes, 0, 8, 0)).isNull();

        assertThat(drops.value(DropReason.REASSEMBLY_BUDGET)).isGreaterThan(900);
    }

    @Test
    void tinyFragmentsWithHolesAreBounded() {
        for (int at = 0; at < 65_000; at += 16) {
            add(1, at, true, new byte[8], 0, 8, 0);
        }

        assertThat(drops.value(DropReason.MALFORMED_FRAGMENT)).isPositive();
        assertThat(reassembler.heldDatagrams()).isLessThanOrEqualTo(1);
    }

    private Datagram add(int id, int at, boolean more, byte[] buffer, int offset, int length, long now) {
        return reassembler.add(
                null, 0, FROM, TO, 17, id, at, more, buffer, 0, 0, offset, length, 17, 0, 30 * SECOND, now);
    }

    @Test
    void theFirstFragmentsHeaderIsKeptInFront() {
        header[0] = 0x45;
        byte[] payload = new byte[16];

        reassembler.add(null, 0, FROM, TO, 17, 1, 8, false, payload, 0, 20, 8, 8, 17, 0, SECOND, 0);
        Datagram whole = reassembler.add(null, 0, FROM, TO, 17, 1, 0, true, header, 0, 20, 0, 8, 17, 4, SECOND, 0);

        assertThat(whole.bytes[40]).isEqualTo((byte) 0x45);
        assertThat(whole.headerLength).isEqualTo(20);
        assertThat(whole.trafficClass).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 60_000})
    void whoSendsMostFragmentsPushesOutHisOwn(int size) {
        byte[] bytes = new byte[size];
        InetAddress victim = Lan.ip("10.0.0.3");
        reassembler.add(null, 7, victim, TO, 17, 1, 0, true, bytes, 0, 0, 0, 8, 17, 0, 30 * SECOND, 0);

        for (int id = 0; id < 2000; id++) {
            // One station under many addresses.
            InetAddress claimed = Lan.ip("10.1." + id / 250 + "." + (1 + id % 250));
            reassembler.add(null, 6, claimed, TO, 17, id, 0, true, bytes, 0, 0, 0, size, 17, 0, 30 * SECOND, 0);
            assertThat(reassembler.heldBytes()).isLessThanOrEqualTo(Reassembler.BUDGET_BYTES);
            assertThat(reassembler.heldDatagrams()).isLessThanOrEqualTo(Reassembler.MAX_DATAGRAMS);
        }

        assertThat(reassembler.add(null, 7, victim, TO, 17, 1, 8, false, bytes, 0, 0, 0, 8, 17, 0, SECOND, 0))
                .as("the other station's datagram")
                .isNotNull();
    }

    @Test
    void behindOneRouterTheAddressThatSendsMostPushesOutItsOwn() {
        byte[] bytes = new byte[60_000];
        InetAddress victim = Lan.ip("10.0.0.3");
        reassembler.add(null, 6, victim, TO, 17, 1, 0, true, bytes, 0, 0, 0, 8, 17, 0, 30 * SECOND, 0);

        for (int id = 0; id < 1000; id++) {
            reassembler.add(null, 6, FROM, TO, 17, id, 0, true, bytes, 0, 0, 0, 60_000, 17, 0, 30 * SECOND, 0);
        }

        assertThat(reassembler.add(null, 6, victim, TO, 17, 1, 8, false, bytes, 0, 0, 0, 8, 17, 0, SECOND, 0))
                .isNotNull();
    }
}
