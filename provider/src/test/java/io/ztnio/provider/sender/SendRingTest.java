package io.ztnio.provider.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.packet.Fragmenter;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.SendLane.Handover;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One ring; gate and worker take turns as the test says. */
class SendRingTest {
    private static final int MTU = 1432;
    private static final InetSocketAddress REMOTE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9993);

    private final List<byte[]> wire = new ArrayList<>();
    private final Wire gateSender = new Wire();
    private final Wire workerSender = new Wire();
    private final List<Throwable> failures = new ArrayList<>();
    private Runnable whileSending = () -> {};
    private int wakeUps;
    private int drained;
    private final SendRing ring =
            new SendRing(gateSender, workerSender, () -> wakeUps++, () -> drained++, failures::add);
    private final PeerLane lane = lane(1);

    /** What waits for company leaves at the flush, as with segmentation offload. */
    private final class Wire implements DatagramSender {
        private final List<byte[]> waiting = new ArrayList<>();

        @Override
        public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
            assertThat(socket).isEqualTo(3);
            assertThat(to).isSameAs(REMOTE);
            waiting.add(Arrays.copyOfRange(buffer, offset, offset + length));
            whileSending.run();
        }

        @Override
        public void flush() {
            wire.addAll(waiting);
            waiting.clear();
        }
    }

    private static PeerKeys keys(int peer) {
        byte[] secret = new byte[PeerKeys.SECRET_LENGTH];
        Arrays.fill(secret, (byte) (peer + 1));
        return new PeerKeys(secret);
    }

    private PeerLane lane(int peer) {
        return new PeerLane(ring, keys(peer));
    }

    /** A packet whose payload starts with a number. */
    private static byte[] packet(int peer, int number, int length) {
        byte[] packet = new byte[length];
        for (int i = PacketHeader.LENGTH; i < length; i++) {
            packet[i] = (byte) (number + i);
        }
        PacketHeader.write(packet, 0, 0x0123_4567_89ab_cdefL * (number + 1), 0x1000 + peer, 0x2000, Verb.FRAME);
        BigEndian.putInt(packet, PacketHeader.LENGTH, number);
        if (Fragmenter.pieces(length, MTU) > 1) {
            PacketHeader.setFragmented(packet, 0);
        }
        return packet;
    }

    private Handover offer(PeerLane to, int peer, int number, int length) {
        byte[] packet = packet(peer, number, length);
        byte[] shifted = new byte[length + 7];
        System.arraycopy(packet, 0, shifted, 7, length);
        Handover handover = to.offer(CipherSuite.AES_GMAC_SIV, 3, REMOTE, MTU, shifted, 7, length);
        // The caller's bytes are the caller's again.
        Arrays.fill(shifted, (byte) 0xee);
        return handover;
    }

    private void drainAll() {
        while (ring.drain(16) > 0) {
            // Until it is empty.
        }
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void aPacketLeavesWithTheSameBytesAsByTheGate(CipherSuite suite) {
        for (int length : new int[] {PacketHeader.LENGTH + 4, 100, MTU, MTU + 1, 2786, 9000}) {
            byte[] packet = packet(1, length, length);
            List<byte[]> expected = new ArrayList<>();
            byte[] sealed = packet.clone();
            Armor.seal(keys(1), suite, sealed, 0, length);
            byte[] whole = sealed.clone();
            Fragmenter.send(
                    sealed,
                    0,
                    length,
                    MTU,
                    3,
                    REMOTE,
                    (socket, to, bytes, at, size) -> expected.add(Arrays.copyOfRange(bytes, at, at + size)));
            wire.clear();

            assertThat(lane.offer(suite, 3, REMOTE, MTU, packet, 0, length)).isEqualTo(Handover.TAKEN);
            drainAll();

            assertThat(wire).usingElementComparator(Arrays::compare).containsExactlyElementsOf(expected);
            assertThat(suite == CipherSuite.TRUSTED_PATH || Armor.open(keys(1), whole, 0, length))
                    .isTrue();
        }
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyPeersPacketsKeepTheirOrderHoweverGateAndWorkerAlternate(long seed) {
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int peers = 4;
        PeerLane[] lanes = new PeerLane[peers];
        int[] next = new int[peers];
        List<List<Integer>> accepted = new ArrayList<>();
        for (int peer = 0; peer < peers; peer++) {
            lanes[peer] = lane(peer);
            accepted.add(new ArrayList<>());
        }
        boolean asleep = false;
        Set<Handover> handovers = EnumSet.noneOf(Handover.class);
        for (int step = 0; step < 6000; step++) {
            int dice = random.nextInt(100);
            boolean offers = dice < (step / 1000 % 2 == 0 ? 30 : 90);
            if (offers) {
                int peer = random.nextInt(peers);
                int number = next[peer]++;
                byte[] packet = packet(peer, number, 40);
                int before = wakeUps;
                Handover handover;
                if (lanes[peer].isBehind()) {
                    Armor.seal(keys(peer), CipherSuite.SALSA2012_POLY1305, packet, 0, 40);
                    handover = lanes[peer].offerSealed(3, REMOTE, MTU, packet, 0, 40);
                } else {
                    handover = lanes[peer].offer(CipherSuite.SALSA2012_POLY1305, 3, REMOTE, MTU, packet, 0, 40);
                }
                handovers.add(handover);
                asleep &= wakeUps == before;
                if (handover == Handover.DIRECT) {
                    Armor.seal(keys(peer), CipherSuite.SALSA2012_POLY1305, packet, 0, 40);
                    gateSender.send(3, REMOTE, packet, 0, 40);
                }
                if (handover != Handover.FULL) {
                    accepted.get(peer).add(number);
                }
            } else if (dice < 95) {
                if (!asleep && ring.drain(1 + random.nextInt(16)) == 0) {
                    asleep = ring.fallAsleep();
                }
            } else {
                gateSender.flush();
                ring.endTurn();
            }
        }
        drainAll();
        gateSender.flush();

        assertThat(handovers).containsOnly(Handover.values());
        List<List<Integer>> arrived = new ArrayList<>();
        for (int peer = 0; peer < peers; peer++) {
            arrived.add(new ArrayList<>());
        }
        for (byte[] datagram : wire) {
            int peer = (int) PacketHeader.destination(datagram, 0) - 0x1000;
            assertThat(Armor.open(keys(peer), datagram, 0, datagram.length)).isTrue();
            arrived.get(peer).add(BigEndian.getInt(datagram, PacketHeader.LENGTH));
        }
        assertThat(arrived).isEqualTo(accepted);
    }

    @Test
    void aFullRingRefusesAndGoesOnWhenThereIsRoomAgain() {
        int number = 0;
        for (int round = 0; round < 5; round++) {
            for (int i = round == 0 ? 0 : SendRing.CAPACITY - 1; i < SendRing.CAPACITY; i++) {
                assertThat(offer(lane, 1, number++, 40)).isEqualTo(Handover.TAKEN);
            }
            assertThat(offer(lane, 1, number, 40)).isEqualTo(Handover.FULL);
            assertThat(ring.drain(1)).isEqualTo(1);
        }
        drainAll();

        assertThat(wire).hasSize(number);
    }

    @Test
    void moreThanHalfFullIsCongestedUntilAQuarterIsLeft() {
        for (int i = 0; i < SendRing.CONGESTED_ABOVE; i++) {
            offer(lane, 1, i, 40);
        }
        assertThat(lane.isCongested()).isFalse();
        offer(lane, 1, 1000, 40);

        assertThat(lane.isCongested()).isTrue();
        ring.drain(SendRing.CONGESTED_ABOVE - SendRing.RESUME_BELOW);
        assertThat(lane.isCongested()).isTrue();
        assertThat(drained).isZero();
        ring.drain(1);

        assertThat(drained).isEqualTo(1);
        assertThat(lane.isCongested()).isFalse();
        drainAll();
        assertThat(drained).isEqualTo(1);
    }

    @Test
    void withMoreThanAQuarterUnderWayTheGateSealsItself() {
        for (int i = 0; i < SendRing.RESUME_BELOW; i++) {
            offer(lane, 1, i, 40);
        }
        assertThat(lane.isBehind()).isFalse();
        offer(lane, 1, 1000, 40);
        assertThat(lane.isBehind()).isTrue();
        byte[] sealed = {1, 2, 3};

        assertThat(lane.offerSealed(3, REMOTE, MTU, sealed, 0, 3)).isEqualTo(Handover.TAKEN);
        drainAll();

        assertThat(wire.get(wire.size() - 1)).isEqualTo(sealed);
        assertThat(lane.isBehind()).isFalse();
        ring.fallAsleep();
        assertThat(lane.offerSealed(3, REMOTE, MTU, sealed, 0, 3)).isEqualTo(Handover.TAKEN);
    }

    @Test
    void nobodyIsToldWhoWasNotHeldBack() {
        for (int i = 0; i < SendRing.CAPACITY; i++) {
            offer(lane, 1, i, 40);
        }
        drainAll();

        assertThat(drained).isZero();
        assertThat(lane.isCongested()).isFalse();
    }

    @Test
    void aLonePacketIsLeftToTheGateAndWhatFollowsWakesTheWorker() {
        assertThat(ring.fallAsleep()).isTrue();

        assertThat(offer(lane, 1, 0, 40)).isEqualTo(Handover.DIRECT);
        gateSender.send(3, REMOTE, new byte[] {1}, 0, 1);
        assertThat(offer(lane, 1, 1, 40)).isEqualTo(Handover.DIRECT);
        gateSender.send(3, REMOTE, new byte[] {2}, 0, 1);
        assertThat(wakeUps).isZero();
        assertThat(wire).isEmpty();
        assertThat(offer(lane, 1, 2, 40)).isEqualTo(Handover.TAKEN);

        assertThat(wire).hasSize(2);
        assertThat(wakeUps).isEqualTo(1);
        ring.wakeUp();
        drainAll();
        assertThat(offer(lane, 1, 3, 40)).isEqualTo(Handover.TAKEN);
        drainAll();
        assertThat(ring.fallAsleep()).isTrue();
        assertThat(offer(lane, 1, 4, 40)).isEqualTo(Handover.TAKEN);
        assertThat(wakeUps).isEqualTo(2);
        drainAll();
        assertThat(ring.fallAsleep()).isTrue();
        ring.endTurn();
        assertThat(offer(lane, 1, 5, 40)).isEqualTo(Handover.DIRECT);
    }

    @Test
    void whatTheWorkerHasInItsHandsIsNotOvertakenThoughTheRingIsEmptyAndItSeemsToSleep() {
        List<Handover> handovers = new ArrayList<>();
        offer(lane, 1, 0, 40);
        whileSending = () -> {
            whileSending = () -> {};
            ring.fallAsleep();
            handovers.add(offer(lane, 1, 1, 40));
        };
        drainAll();

        assertThat(handovers).containsExactly(Handover.TAKEN);
        assertThat(wire).hasSize(2);
    }

    @Test
    void whatWasTakenBeforeTheEndIsSent() {
        for (int i = 0; i < SendRing.CAPACITY; i++) {
            offer(lane, 1, i, 40);
        }
        ring.stop();

        assertThat(offer(lane, 1, 1000, 40)).isEqualTo(Handover.FULL);
        assertThat(ring.fallAsleep()).isFalse();
        drainAll();

        assertThat(wire).hasSize(SendRing.CAPACITY);
        assertThat(offer(lane, 1, 1001, 40)).isEqualTo(Handover.FULL);
        assertThat(ring.fallAsleep()).isFalse();
    }

    @Test
    void aClosedLaneSendsWhatItHasAndThenForgetsItsKeys() {
        PeerLane idle = lane(2);
        offer(lane, 1, 0, 40);
        ring.drain(1);
        offer(lane, 1, 1, 40);
        offer(lane, 1, 2, 40);

        idle.close();
        lane.close();

        assertThatThrownBy(() -> idle.keys().copy()).isInstanceOf(IllegalStateException.class);
        lane.keys().copy();
        assertThat(offer(lane, 1, 3, 40)).isEqualTo(Handover.FULL);
        drainAll();
        assertThat(wire).hasSize(3).allMatch(datagram -> Armor.open(keys(1), datagram, 0, 40));
        assertThatThrownBy(() -> lane.keys().copy()).isInstanceOf(IllegalStateException.class);
        assertThat(failures).isEmpty();
    }

    @Test
    void whatCannotBeSealedIsReportedAndTheRestGoesOn() {
        PeerLane broken = lane(2);
        broken.keys().wipe();

        offer(lane, 1, 0, 40);
        offer(broken, 2, 0, 40);
        offer(lane, 1, 1, 40);
        drainAll();

        assertThat(failures).hasSize(1);
        assertThat(wire).hasSize(2);
    }
}
