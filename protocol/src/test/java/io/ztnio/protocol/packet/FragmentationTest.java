package io.ztnio.protocol.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.packet.Reassembly.Drop;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FragmentationTest {
    private static final int MTU = Fragmenter.DEFAULT_MTU;
    private static final String ORIGIN = "path";

    private final Random random = new Random(5);
    private final Reassembly<String> reassembly = new Reassembly<>();

    @ParameterizedTest
    @CsvSource({"28,1", "1432,1", "1433,2", "2838,2", "2848,2", "2849,3", "9928,7", "9929,8"})
    void countsPiecesAsTheProtocolDoes(int length, int pieces) {
        assertThat(Fragmenter.pieces(length, MTU)).isEqualTo(pieces);
    }

    @Test
    void splitsAFullFrameEvenly() {
        List<byte[]> datagrams = split(packet(1, 2838));

        assertThat(datagrams).extracting(datagram -> datagram.length).containsExactly(1427, 1427);
        assertThat(FragmentHeader.isFragment(datagrams.get(1), 0, 1427)).isTrue();
        assertThat(FragmentHeader.total(datagrams.get(1), 0)).isEqualTo(2);
        assertThat(FragmentHeader.index(datagrams.get(1), 0)).isEqualTo(1);
        assertThat(FragmentHeader.hops(datagrams.get(1), 0)).isZero();
    }

    @Test
    void sendsAShortPacketAsItIs() {
        byte[] packet = packet(1, 500);

        assertThat(split(packet)).containsExactly(packet);
    }

    @Test
    void sendsNothingOfAPacketThatIsTooLong() {
        assertThat(split(packet(1, 9929))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 600, 1400, 1432, 9000})
    void keepsToTheMtuWithEqualDatagrams(int mtu) {
        for (int length = 28; length <= 10_024; length += 13) {
            List<byte[]> datagrams = split(packet(length, length), mtu);
            if (datagrams.isEmpty()) {
                assertThat(Fragmenter.pieces(length, mtu)).isGreaterThan(PacketHeader.MAX_PIECES);
                continue;
            }

            assertThat(datagrams).hasSize(Fragmenter.pieces(length, mtu)).allMatch(d -> d.length <= mtu);
            int first = datagrams.get(0).length;
            byte[] last = datagrams.get(datagrams.size() - 1);
            assertThat(datagrams.subList(0, datagrams.size() - 1)).allMatch(d -> d.length == first);
            assertThat(last.length).isBetween(Math.max(17, first - PacketHeader.MAX_PIECES), first);
        }
    }

    @Test
    void reassemblesPiecesInAnyOrder() {
        long seed = new Random().nextLong();
        System.out.println("FragmentationTest seed " + seed);
        Random order = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] packet = packet(1000 + i, 1433 + order.nextInt(9928 - 1432));
            List<byte[]> datagrams = new ArrayList<>(split(packet));
            Collections.shuffle(datagrams, order);

            for (int piece = 0; piece < datagrams.size() - 1; piece++) {
                assertThat(receive(datagrams.get(piece))).isNull();
                assertThat(receive(datagrams.get(order.nextInt(piece + 1)))).isNull();
            }
            byte[] reassembled = receive(datagrams.get(datagrams.size() - 1));

            assertThat(reassembled).isEqualTo(packet);
            assertThat(receive(datagrams.get(0))).isNull();
        }
        assertThat(reassembly.drops(Drop.EVICTED)).isZero();
        assertThat(reassembly.drops(Drop.DUPLICATE)).isPositive();
    }

    @Test
    void tellsTheOriginOfTheHeadAndTheTimeOfTheLastPiece() {
        List<byte[]> datagrams = split(packet(7, 2000));
        byte[] head = datagrams.get(0);
        byte[] fragment = datagrams.get(1);

        reassembly.onFragment(fragment, 0, fragment.length, 10);
        Reassembly.Packet<String> packet = reassembly.onHead(head, 0, head.length, ORIGIN, 20);

        assertThat(packet.origin()).isEqualTo(ORIGIN);
        assertThat(packet.ingressNanos()).isEqualTo(20);
        assertThat(packet.length()).isEqualTo(2000);
    }

    @Test
    void keepsThirtyTwoPacketsInProgress() {
        List<List<byte[]>> packets = new ArrayList<>();
        for (int i = 0; i <= Reassembly.SLOTS; i++) {
            packets.add(split(packet(i, 2000)));
            receive(packets.get(i).get(0));
        }

        assertThat(reassembly.drops(Drop.EVICTED)).isOne();
        for (int i = 1; i <= Reassembly.SLOTS; i++) {
            assertThat(receive(packets.get(i).get(1))).isNotNull();
        }
        assertThat(receive(packets.get(0).get(1))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"1,0", "1,1", "2,0", "2,2", "7,7", "8,1", "15,3", "0,1"})
    void refusesImpossibleCounts(int total, int index) {
        byte[] fragment = new byte[100];
        FragmentHeader.write(fragment, 0, 1, 2, total, index);

        assertThat(receive(fragment)).isNull();
        assertThat(reassembly.drops(Drop.MALFORMED)).isOne();
    }

    @Test
    void refusesATotalThatContradictsAnEarlierOne() {
        byte[] fragment = new byte[100];
        FragmentHeader.write(fragment, 0, 1, 2, 3, 1);
        receive(fragment);
        FragmentHeader.write(fragment, 0, 1, 2, 4, 2);

        assertThat(receive(fragment)).isNull();
        assertThat(reassembly.drops(Drop.MALFORMED)).isOne();
    }

    @Test
    void givesUpAPacketThatGrowsTooLong() {
        byte[] fragment = new byte[6000];
        for (int index = 1; index < 4; index++) {
            FragmentHeader.write(fragment, 0, 1, 2, 5, index);
            assertThat(receive(fragment)).isNull();
        }

        assertThat(reassembly.drops(Drop.TOO_LONG)).isOne();
        assertThat(reassembly.drops(Drop.DUPLICATE)).isOne();
    }

    @Test
    void countsHopsModuloEight() {
        byte[] fragment = new byte[20];
        byte[] packet = packet(1, 28);
        for (int hops = 1; hops <= 9; hops++) {
            FragmentHeader.incrementHops(fragment, 0);
            PacketHeader.incrementHops(packet, 0);

            assertThat(FragmentHeader.hops(fragment, 0)).isEqualTo(hops % 8);
            assertThat(PacketHeader.hops(packet, 0)).isEqualTo(hops % 8);
            assertThat(PacketHeader.flags(packet, 0) & ~7).isZero();
        }
    }

    private byte[] receive(byte[] datagram) {
        Reassembly.Packet<String> packet = FragmentHeader.isFragment(datagram, 0, datagram.length)
                ? reassembly.onFragment(datagram, 0, datagram.length, 0)
                : reassembly.onHead(datagram, 0, datagram.length, ORIGIN, 0);
        return packet == null ? null : Arrays.copyOf(packet.buffer(), packet.length());
    }

    private static List<byte[]> split(byte[] packet) {
        return split(packet, MTU);
    }

    private static List<byte[]> split(byte[] packet, int mtu) {
        byte[] buffer = new byte[packet.length + 50];
        System.arraycopy(packet, 0, buffer, 50, packet.length);
        List<byte[]> datagrams = new ArrayList<>();
        int count = Fragmenter.send(
                buffer,
                50,
                packet.length,
                mtu,
                0,
                null,
                (socket, remote, bytes, offset, length) ->
                        datagrams.add(Arrays.copyOfRange(bytes, offset, offset + length)));
        assertThat(count).isEqualTo(datagrams.size());
        return datagrams;
    }

    private byte[] packet(long id, int length) {
        byte[] packet = new byte[length];
        random.nextBytes(packet);
        PacketHeader.write(packet, 0, id, 0xc87563f694L, 0x8e4df28b72L, Verb.FRAME);
        return packet;
    }
}
