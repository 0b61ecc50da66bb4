package io.ztnio.protocol.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sections, interfaces, clocks and kinds of blocks, as Wireshark and its tools write them. */
class PcapngReaderTest {
    private static final byte[] RAW =
            Vectors.hex("4500 0020 0000 0000 40 11 0000 0a000001 0a000002" + "2709 270a 000c 0000 01020304");
    private static final byte[] ETHERNET = concat(Vectors.hex("ffffffffffff 020000000001 0800"), RAW);
    private static final byte[] NULL_LITTLE_ENDIAN = concat(Vectors.hex("02000000"), RAW);
    private static final byte[] COOKED_2 = concat(Vectors.hex("0800 0000 00000002 0001 00 06 0200000000010000"), RAW);

    private final ByteBuffer file = ByteBuffer.allocate(10_000);

    private Capture read() {
        return PcapReader.read(Arrays.copyOf(file.array(), file.position())).orElseThrow();
    }

    private List<Long> times() {
        return read().datagrams().stream().map(UdpDatagram::timeNanos).toList();
    }

    @Test
    void eachInterfaceHasItsLinkType() {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            file.clear();
            section(order);
            description(1);
            description(0);
            description(127);
            description(276);
            description(101);
            packet(4, 1, RAW);
            packet(1, 2, NULL_LITTLE_ENDIAN);
            packet(2, 3, RAW);
            packet(2, 4, RAW);
            packet(3, 5, COOKED_2);
            packet(0, 6, ETHERNET);

            assertThat(times()).containsExactly(1000L, 2000L, 5000L, 6000L);
            assertThat(read().packets()).isEqualTo(6);
            assertThat(read().skipped()).isEqualTo(Map.of(127, 2));
        }
    }

    @Test
    void eachSectionHasItsByteOrderAndItsInterfaces() {
        section(ByteOrder.LITTLE_ENDIAN);
        description(1);
        packet(0, 1, ETHERNET);
        section(ByteOrder.BIG_ENDIAN);
        description(101);
        packet(0, 2, RAW);

        assertThat(times()).containsExactly(1000L, 2000L);
        assertThat(read().damaged()).isFalse();
    }

    @Test
    void eachInterfaceHasItsClock() {
        section(ByteOrder.LITTLE_ENDIAN);
        description(101, 9, 3);
        description(101, 9, 9);
        description(101, 9, 0x8a); // 2^-10
        description(101, 9, 0xbf); // 2^-63
        description(101, 9, 19);
        description(101, 9, 0);
        description(101, 14, 0, 0, 0, 0, 0, 0, 0, 100);
        packet(0, 5_001, RAW);
        packet(1, 5_000_000_001L, RAW);
        packet(2, 5 * 1024 + 512, RAW);
        packet(3, 1L << 62, RAW);
        packet(4, 5_000_000_000_000_000_000L, RAW);
        packet(5, 7, RAW);
        packet(6, 2_000_001, RAW);

        assertThat(times())
                .containsExactly(
                        5_001_000_000L,
                        5_000_000_001L,
                        5_500_000_000L,
                        500_000_000L,
                        500_000_000L,
                        7_000_000_000L,
                        102_000_001_000L);
    }

    @Test
    void simpleAndObsoletePacketBlocksAreRead() {
        section(ByteOrder.LITTLE_ENDIAN);
        description(101);
        block(3, ByteBuffer.allocate(100).order(file.order()).putInt(RAW.length).put(RAW));
        block(
                2,
                ByteBuffer.allocate(100)
                        .order(file.order())
                        .putShort((short) 0)
                        .putShort((short) 9)
                        .putInt(0)
                        .putInt(3)
                        .putInt(RAW.length)
                        .putInt(RAW.length)
                        .put(RAW));

        assertThat(times()).containsExactly(0L, 3000L);
    }

    @Test
    void aDescriptionThatSaysNothingCountsAsAnInterface() {
        section(ByteOrder.LITTLE_ENDIAN);
        block(1, ByteBuffer.allocate(4).putInt(0));
        description(101);
        packet(0, 1, RAW);
        packet(1, 2, RAW);
        packet(7, 3, RAW);

        assertThat(times()).containsExactly(2000L);
    }

    private void section(ByteOrder order) {
        file.order(order);
        block(
                0x0a0d0d0a,
                ByteBuffer.allocate(16)
                        .order(order)
                        .putInt(0x1a2b3c4d)
                        .putShort((short) 1)
                        .putShort((short) 0)
                        .putLong(-1));
    }

    private void description(int linkType) {
        description(linkType, 0);
    }

    /** With an option; code 0 for none. A value of 8 bytes is a number in the section's byte order. */
    private void description(int linkType, int option, int... value) {
        ByteBuffer body = ByteBuffer.allocate(100).order(file.order());
        body.putShort((short) linkType).putShort((short) 0).putInt(0);
        if (option != 0) {
            body.putShort((short) option).putShort((short) value.length);
            if (value.length == 8) {
                body.putLong(value[7]);
            } else {
                body.put((byte) value[0]).put(new byte[3]);
            }
            body.putInt(0);
        }
        block(1, body);
    }

    private void packet(int index, long time, byte[] frame) {
        block(
                6,
                ByteBuffer.allocate(200)
                        .order(file.order())
                        .putInt(index)
                        .putInt((int) (time >>> 32))
                        .putInt((int) time)
                        .putInt(frame.length)
                        .putInt(frame.length)
                        .put(frame));
    }

    @SuppressWarnings("ByteBufferBackingArray") // allocated by the test
    private void block(int type, ByteBuffer body) {
        int padded = (body.position() + 3) & ~3;
        file.putInt(type)
                .putInt(12 + padded)
                .put(Arrays.copyOf(body.array(), padded))
                .putInt(12 + padded);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
