package io.ztnio.overlay.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ztnio.overlay.session.Datagrams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes, nothing is thrown, nothing grows without bound, and who belongs here still gets in. As a test it runs
 * the inputs in the resources and seeded random ones; {@code docs/overlay.md} says how to fuzz.
 */
@Tag("any-jdk")
class NodeFuzzTest {
    private static final int FRAME_AT = 64;

    /** Strangers' datagrams: the input is a row of them, each with a length of two bytes in front. */
    @FuzzTest(maxDuration = "2m")
    void datagrams(byte[] input) {
        Pair pair = new Pair();
        int at = 0;
        while (at + 2 <= input.length) {
            int length = Math.min((input[at] & 0xff) << 8 | (input[at + 1] & 0xff), input.length - at - 2);
            byte[] datagram = Arrays.copyOfRange(input, at + 2, at + 2 + length);
            pair.nodes[0].core.onDatagram(0, Pair.address(7), datagram, 0, length, pair.now);
            at += 2 + length;
        }
        assertThat(pair.nodes[0].core.indexesInUse()).isLessThan(1 + Handshakes.MAX_HALF_OPEN);
        assertThat(pair.nodes[0].frames).isZero();
    }

    /** A member's frames, sealed as they should be: the input is the frame. */
    @FuzzTest(maxDuration = "2m")
    void frames(byte[] input) {
        Pair pair = connected();
        send(pair, input);
        stillWorks(pair);
    }

    private static Pair connected() {
        Pair pair = new Pair();
        pair.run(2 * Pair.SECOND);
        assertThat(pair.isConnected()).isTrue();
        return pair;
    }

    private static void send(Pair pair, byte[] frame) {
        int length = Math.min(frame.length, Datagrams.MAX_FRAME);
        if (length > 0) {
            byte[] buffer = new byte[FRAME_AT + Datagrams.MAX_LENGTH];
            System.arraycopy(frame, 0, buffer, FRAME_AT, length);
            Membership network = pair.nodes[1].network();
            network.outbox().send(network.member(pair.nodes[0].core.id()), buffer, FRAME_AT, length, pair.now);
        }
    }

    /** The two talk, also when one of them was told goodbye, or much that is not so. */
    private static void stillWorks(Pair pair) {
        pair.run(150 * Pair.SECOND);
        assertThat(pair.isConnected()).isTrue();
        assertThat(pair.nodes[0].core.indexesInUse()).isLessThan(16);
        int before = pair.nodes[0].frames;
        send(pair, new byte[] {Frames.RAW, 1, 2, 3});
        pair.run(Pair.SECOND);
        assertThat(pair.nodes[0].frames).isEqualTo(before + 1);
    }

    /** The session's states: the input loses, doubles, swaps, changes and keeps datagrams, and lets time pass. */
    @FuzzTest(maxDuration = "2m")
    void sessions(FuzzedDataProvider input) {
        Pair pair = new Pair();
        List<Pair.Datagram> kept = new ArrayList<>();
        for (int step = 0; step < 200 && input.remainingBytes() > 0; step++) {
            pair.turn();
            int size = pair.wire.size();
            int which = size == 0 ? 0 : input.consumeInt(0, size - 1);
            switch (input.consumeInt(0, 9)) {
                case 0 -> pair.now += input.consumeLong(0, 20 * Pair.SECOND);
                case 1 -> {
                    if (size > 0) {
                        pair.wire.remove(which);
                    }
                }
                case 2 -> {
                    if (size > 0 && kept.size() < 50) {
                        kept.add(copy(pair.wire.get(which)));
                    }
                }
                case 3 -> {
                    if (!kept.isEmpty()) {
                        pair.deliver(copy(kept.get(input.consumeInt(0, kept.size() - 1))));
                    }
                }
                case 4 -> {
                    if (size > 0) {
                        byte[] bytes = pair.wire.get(which).bytes();
                        bytes[input.consumeInt(0, bytes.length - 1)] ^= input.consumeByte();
                    }
                }
                case 5 -> send(pair.nodes[0], pair);
                case 6 -> send(pair.nodes[1], pair);
                default -> {
                    if (size > 0) {
                        pair.deliver(pair.wire.remove(which));
                    }
                }
            }
        }
        stillMeets(pair);
    }

    private static Pair.Datagram copy(Pair.Datagram datagram) {
        return new Pair.Datagram(datagram.to(), datagram.bytes().clone());
    }

    private static void send(Pair.Node from, Pair pair) {
        from.network().broadcastFrame(new byte[] {1}, 0, 1, pair.now);
    }

    private static void stillMeets(Pair pair) {
        pair.wire.clear();
        pair.run(200 * Pair.SECOND);
        assertThat(pair.isConnected()).isTrue();
        stillWorks(pair);
    }

    @Test
    void randomDatagramsChangeNothing() {
        Random random = new Random(21);
        List<byte[]> real = new ArrayList<>();
        Pair source = new Pair();
        source.turn();
        for (int i = 0; i < 6 && !source.wire.isEmpty(); i++) {
            Pair.Datagram datagram = source.wire.remove(0);
            real.add(datagram.bytes().clone());
            source.deliver(datagram);
        }
        assertThat(real).hasSizeGreaterThan(3);
        for (int round = 0; round < 60; round++) {
            byte[] input = new byte[4096];
            int at = 0;
            while (at + 2 + 300 < input.length) {
                byte[] datagram = real.get(random.nextInt(real.size())).clone();
                for (int i = random.nextInt(4); i > 0; i--) {
                    datagram[random.nextInt(datagram.length)] = (byte) random.nextInt();
                }
                input[at] = (byte) (datagram.length >>> 8);
                input[at + 1] = (byte) datagram.length;
                System.arraycopy(datagram, 0, input, at + 2, datagram.length);
                at += 2 + datagram.length;
            }
            datagrams(input);
        }
    }

    @Test
    void randomFramesChangeNothing() {
        Random random = new Random(22);
        Pair pair = connected();
        for (int i = 0; i < 3_000; i++) {
            byte[] frame = new byte[1 + random.nextInt(80)];
            random.nextBytes(frame);
            frame[0] = (byte) random.nextInt(9);
            if (frame[0] == Frames.GOODBYE) {
                continue;
            }
            send(pair, frame);
            pair.run(1);
        }
        stillWorks(pair);
    }
}
