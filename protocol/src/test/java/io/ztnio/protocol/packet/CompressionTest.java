package io.ztnio.protocol.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.wire.PacketHeader;
import java.util.Arrays;
import java.util.Random;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;

class CompressionTest {
    private final byte[] scratch = new byte[Compression.SCRATCH_LENGTH];
    private final byte[] target = new byte[PacketHeader.MAX_PACKET_LENGTH];

    @Test
    void decompressesWhatTheReferenceCompressed() {
        for (var vector : Vectors.list("vectors/packets.json", "compressed")) {
            byte[] packet = Vectors.hex(vector.get("compressed"));

            int length = Compression.decompress(packet, 0, packet.length, target);

            assertThat(Arrays.copyOf(target, length)).isEqualTo(Vectors.hex(vector.get("plain")));
        }
    }

    @Test
    void compressesAsWellAsTheReference() {
        for (var vector : Vectors.list("vectors/packets.json", "compressed")) {
            byte[] plain = Vectors.hex(vector.get("plain"));
            byte[] packet = plain.clone();

            int length = Compression.compress(packet, 0, packet.length, scratch);

            assertThat(length).isEqualTo(Vectors.hex(vector.get("compressed")).length);
            assertThat(PacketHeader.isCompressed(packet, 0)).isTrue();
            assertThat(Compression.decompress(packet, 0, length, target)).isEqualTo(plain.length);
            assertThat(Arrays.copyOf(target, plain.length)).isEqualTo(plain);
        }
    }

    @Test
    void compressesTheKnownEcho() {
        byte[] packet = new byte[348];
        packet[27] = 8;
        for (int i = 0; i < 320; i++) {
            packet[28 + i] = (byte) "0123456789abcdef".charAt(i % 16);
        }

        int length = Compression.compress(packet, 0, packet.length, scratch);

        assertThat(Vectors.hex(Arrays.copyOfRange(packet, 27, length)))
                .isEqualTo("88ff01303132333435363738396162636465661000ff19506263646566");
    }

    @Test
    void leavesShortAndIncompressiblePacketsAlone() {
        byte[] shortPacket = new byte[92];
        byte[] random = new byte[1000];
        new Random(4).nextBytes(random);
        random[27] = 6;
        byte[] expected = random.clone();

        assertThat(Compression.compress(shortPacket, 0, 92, scratch)).isEqualTo(92);
        assertThat(shortPacket[27]).isZero();
        assertThat(Compression.compress(random, 0, 1000, scratch)).isEqualTo(1000);
        assertThat(random).isEqualTo(expected);
    }

    @Test
    void compressesTheLongestPacket() {
        byte[] packet = new byte[PacketHeader.MAX_PACKET_LENGTH];

        int length = Compression.compress(packet, 0, packet.length, scratch);

        assertThat(length).isLessThan(200);
        assertThat(Compression.decompress(packet, 0, length, target)).isEqualTo(PacketHeader.MAX_PACKET_LENGTH);
    }

    @Test
    void clearsTheFlagOfAnEmptyPayload() {
        byte[] packet = new byte[28];
        packet[27] = (byte) 0x88;

        assertThat(Compression.decompress(packet, 0, 28, target)).isEqualTo(28);
        assertThat(target[27]).isEqualTo((byte) 8);
    }

    @Test
    void refusesWhatIsTooLong() {
        byte[] zeros = new byte[20_000];
        byte[] packet = new byte[28 + 200];
        int compressed = LZ4Factory.safeInstance().fastCompressor().compress(zeros, 0, zeros.length, packet, 28);

        assertThat(Compression.decompress(packet, 0, 28 + compressed, target)).isEqualTo(-1);
    }

    @Test
    void survivesMalformedInput() {
        long seed = new Random().nextLong();
        System.out.println("CompressionTest seed " + seed);
        Random random = new Random(seed);
        for (var vector : Vectors.list("vectors/packets.json", "compressed")) {
            byte[] valid = Vectors.hex(vector.get("compressed"));
            for (int i = 0; i < 5000; i++) {
                byte[] packet = valid.clone();
                for (int flips = random.nextInt(4); flips >= 0; flips--) {
                    packet[28 + random.nextInt(packet.length - 28)] ^= (byte) (1 << random.nextInt(8));
                }
                int length = 28 + random.nextInt(packet.length - 27);

                assertThat(Compression.decompress(packet, 0, length, target)).isBetween(-1, 10_024);
            }
        }
    }
}
