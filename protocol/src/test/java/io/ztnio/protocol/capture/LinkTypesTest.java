package io.ztnio.protocol.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.wire.SocketAddressField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tcpdump and Wireshark write in front of an IP packet. */
class LinkTypesTest {
    private static final String IPV4 = "4500 0020 0000 0000 40 11 0000 0a000001 0a000002 2709 270a 000c 0000 01020304";
    private static final String IPV6 = "60000000 000c 11 40 20010db8000000000000000000000001"
            + "20010db8000000000000000000000002 2709 270a 000c 0000 01020304";
    private static final String MACS = "ffffffffffff 020000000001";
    private static final String COOKED = "0000 0001 0006 020000000001 0000";
    private static final String COOKED_2 = "0000 00000002 0001 00 06 0200000000010000";

    /** A link layer header; {@code @} stands for the EtherType, {@code %} for PPP's protocol. */
    @ParameterizedTest
    @CsvSource({
        "12,''",
        "14,''",
        "101,''",
        "1," + MACS + " @",
        "1," + MACS + " 8100 000a @",
        "1," + MACS + " 88a8 000a 8100 000b @",
        "1," + MACS + " 9100 000a 8100 000b @",
        "1," + MACS + " 9200 000a 88a8 000b 8100 000c @",
        "1," + MACS + " 8864 1100 0001 0022 %",
        "1," + MACS + " 8100 000a 8864 1100 0001 0022 %",
        "113," + COOKED + " @",
        "113," + COOKED + " 8100 000a @",
        "113," + COOKED + " 88a8 000a 8100 000b @",
        "276,@ " + COOKED_2,
        "276,8100 " + COOKED_2 + " 000a @",
        "276,9100 " + COOKED_2 + " 000a 8100 000b @",
        "9,%",
        "9,ff03 %"
    })
    void bothVersionsOfIpAreFoundBehind(int linkType, String header) {
        assertThat(found(linkType, header.replace("@", "0800").replace("%", "0021") + IPV4))
                .containsExactly("10.0.0.1/9993 10.0.0.2/9994 01020304");
        assertThat(found(linkType, header.replace("@", "86dd").replace("%", "0057") + IPV6))
                .containsExactly("2001:db8::1/9993 2001:db8::2/9994 01020304");
    }

    @Test
    void typesOfOneVersionHoldNoOther() {
        assertThat(found(228, IPV4)).hasSize(1);
        assertThat(found(229, IPV6)).hasSize(1);
        assertThat(found(228, IPV6)).isEmpty();
        assertThat(found(229, IPV4)).isEmpty();
    }

    /** 0 has the byte order of the host that captured, 108 the network's; OpenBSD's 12 is everybody else's 108. */
    @ParameterizedTest
    @CsvSource({"0", "108", "12", "14"})
    void addressFamiliesOfEverySystemAreKnownInEitherByteOrder(int linkType) {
        assertThat(found(linkType, "02000000" + IPV4)).hasSize(1);
        assertThat(found(linkType, "00000002" + IPV4)).hasSize(1);
        for (int family : List.of(10, 23, 24, 28, 30)) {
            assertThat(found(linkType, String.format("%08x", family) + IPV6)).hasSize(1);
            assertThat(found(linkType, String.format("%08x", Integer.reverseBytes(family)) + IPV6))
                    .hasSize(1);
        }
        assertThat(found(linkType, "00000007" + IPV4)).isEmpty();
    }

    @Test
    void aLinkTypeThatIsNotUnderstoodIsCounted() {
        Capture capture = PcapReader.read(pcap(127, Vectors.hex(IPV4))).orElseThrow();

        assertThat(capture.datagrams()).isEmpty();
        assertThat(capture.packets()).isEqualTo(1);
        assertThat(capture.skipped()).isEqualTo(Map.of(127, 1));
        assertThat(LinkTypes.describe(127)).isEqualTo("127 (IEEE802_11_RADIOTAP)");
        assertThat(LinkTypes.describe(65_000)).isEqualTo("65000");
    }

    @Test
    void theFrameCheckSequenceInTheLinkTypeFieldIsNotPartOfIt() {
        assertThat(found(0x14000001, MACS + "0800" + IPV4 + "aabbccdd")).hasSize(1);
    }

    @Test
    void datagramsThatTheCaptureCutShortAreCounted() {
        byte[] frame = Vectors.hex(IPV4);
        byte[] file = pcap(101, frame, frame.length + 100);
        file[24 + 16 + 25] = (byte) (file[24 + 16 + 25] + 100);

        Capture capture = PcapReader.read(file).orElseThrow();

        assertThat(capture.datagrams()).isEmpty();
        assertThat(capture.cutShort()).isEqualTo(1);
    }

    @Test
    void everyByteLessIsNoDatagramAndNoException() {
        for (int linkType : List.of(0, 1, 9, 12, 14, 101, 108, 113, 228, 229, 276)) {
            byte[] frame = Vectors.hex(MACS + "8100 000a 8100 000a 0800" + IPV4);
            for (int length = 0; length < frame.length; length++) {
                byte[] cut = Arrays.copyOf(frame, length);
                assertThat(PcapReader.read(pcap(linkType, cut)).orElseThrow().datagrams())
                        .isEmpty();
            }
        }
    }

    private static List<String> found(int linkType, String frame) {
        return PcapReader.read(pcap(linkType, Vectors.hex(frame))).orElseThrow().datagrams().stream()
                .map(datagram -> SocketAddressField.format(datagram.source()) + " "
                        + SocketAddressField.format(datagram.destination()) + " " + datagram.payload())
                .toList();
    }

    private static byte[] pcap(int linkType, byte[] frame) {
        return pcap(linkType, frame, frame.length);
    }

    private static byte[] pcap(int linkType, byte[] frame, int originalLength) {
        return ByteBuffer.allocate(40 + frame.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xa1b2c3d4)
                .putInt(0x00040002)
                .putLong(0)
                .putInt(65_535)
                .putInt(linkType)
                .putInt(5)
                .putInt(7)
                .putInt(frame.length)
                .putInt(originalLength)
                .put(frame)
                .array();
    }
}
