package io.ztnio.protocol.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.wire.SocketAddressField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PcapReaderTest {
    private static final byte[] ETHERNET_IPV4 = Vectors.hex("ffffffffffff 020000000001 0800"
            + "4500 0020 0000 0000 40 11 0000 0a000001 0a000002"
            + "2709 270a 000c 0000 01020304");
    private static final byte[] ETHERNET_VLAN_IPV6 = Vectors.hex("ffffffffffff 020000000001 8100 0005 86dd"
            + "60000000 000a 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
            + "2709 270a 000a 0000 0506");
    private static final byte[] TCP = Vectors.hex(
            "ffffffffffff 020000000001 0800 4500 0020 0000 0000 40 06 0000 0a000001 0a000002 00000000 00000000 00000000");

    private static final byte[] CAPTURE = Vectors.resource("captures/join-ping-http.pcap");

    @Test
    void readsPcapOfBothByteOrdersAndResolutions() {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            assertThat(times(pcap(order, 0xa1b2c3d4))).containsExactly(5_000_007_000L, 5_000_007_000L);
            assertThat(times(pcap(order, 0xa1b23c4d))).containsExactly(5_000_000_007L, 5_000_000_007L);
        }
    }

    @Test
    void findsAddressesAndPayloads() {
        List<UdpDatagram> datagrams = datagrams(pcap(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4));

        assertThat(SocketAddressField.format(datagrams.get(0).source())).isEqualTo("10.0.0.1/9993");
        assertThat(SocketAddressField.format(datagrams.get(0).destination())).isEqualTo("10.0.0.2/9994");
        assertThat(datagrams.get(0).payload()).hasToString("01020304");
        assertThat(SocketAddressField.format(datagrams.get(1).source())).isEqualTo("2001:db8::1/9993");
        assertThat(datagrams.get(1).payload()).hasToString("0506");
    }

    @Test
    void readsPcapng() {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            assertThat(times(pcapng(order, 9))).containsExactly(7_123_456_789L, 7_123_456_789L);
            assertThat(times(pcapng(order, 6))).containsExactly(7_123_456_789_000L, 7_123_456_789_000L);
        }
    }

    @Test
    void readsACaptureUpToWhereItIsCutOff() {
        Capture complete = PcapReader.read(CAPTURE).orElseThrow();
        Capture cut =
                PcapReader.read(Arrays.copyOf(CAPTURE, CAPTURE.length - 1)).orElseThrow();

        assertThat(complete.damaged()).isFalse();
        assertThat(complete.datagrams()).hasSizeGreaterThan(50);
        assertThat(cut.damaged()).isTrue();
        assertThat(cut.datagrams()).hasSize(complete.datagrams().size() - 1);
    }

    @Test
    void refusesOtherFiles() {
        assertThat(PcapReader.read(new byte[0])).isEmpty();
        assertThat(PcapReader.read(new byte[100])).isEmpty();
        assertThat(PcapReader.read(Arrays.copyOf(CAPTURE, 23))).isEmpty();
    }

    @Test
    void survivesMalformedFiles() {
        long seed = new Random().nextLong();
        System.out.println("PcapReaderTest seed " + seed);
        Random random = new Random(seed);
        for (byte[] valid : List.of(pcap(ByteOrder.BIG_ENDIAN, 0xa1b2c3d4), pcapng(ByteOrder.LITTLE_ENDIAN, 9))) {
            for (int length = 0; length < valid.length; length++) {
                assertThat(datagrams(Arrays.copyOf(valid, length))).hasSizeLessThan(3);
            }
            for (int i = 0; i < 3000; i++) {
                byte[] changed = valid.clone();
                for (int flips = random.nextInt(6); flips >= 0; flips--) {
                    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                }
                assertThat(datagrams(changed)).hasSizeLessThan(4);
            }
        }
    }

    private static List<UdpDatagram> datagrams(byte[] file) {
        return PcapReader.read(file).map(Capture::datagrams).orElse(List.of());
    }

    private static List<Long> times(byte[] file) {
        return PcapReader.read(file).orElseThrow().datagrams().stream()
                .map(UdpDatagram::timeNanos)
                .toList();
    }

    private static byte[] pcap(ByteOrder order, int magic) {
        ByteBuffer file = ByteBuffer.allocate(1000).order(order);
        file.putInt(magic)
                .putShort((short) 2)
                .putShort((short) 4)
                .putInt(0)
                .putInt(0)
                .putInt(65535)
                .putInt(1);
        for (byte[] frame : List.of(ETHERNET_IPV4, TCP, ETHERNET_VLAN_IPV6)) {
            file.putInt(5).putInt(7).putInt(frame.length).putInt(frame.length).put(frame);
        }
        return Arrays.copyOf(file.array(), file.position());
    }

    private static byte[] pcapng(ByteOrder order, int resolution) {
        ByteBuffer file = ByteBuffer.allocate(1000).order(order);
        file.putInt(0x0a0d0d0a)
                .putInt(28)
                .putInt(0x1a2b3c4d)
                .putShort((short) 1)
                .putShort((short) 0);
        file.putLong(-1).putInt(28);
        file.putInt(1).putInt(32).putShort((short) 1).putShort((short) 0).putInt(0);
        file.putShort((short) 9).putShort((short) 1).put((byte) resolution).put(new byte[3]);
        file.putInt(0).putInt(32);
        file.putInt(5).putInt(12).putInt(12); // a block of another kind
        for (byte[] frame : List.of(ETHERNET_IPV4, TCP, ETHERNET_VLAN_IPV6)) {
            int padded = (frame.length + 3) & ~3;
            file.putInt(6).putInt(32 + padded).putInt(0);
            file.putInt((int) (7_123_456_789L >>> 32)).putInt((int) 7_123_456_789L);
            file.putInt(frame.length).putInt(frame.length).put(frame).put(new byte[padded - frame.length]);
            file.putInt(32 + padded);
        }
        return Arrays.copyOf(file.array(), file.position());
    }
}
