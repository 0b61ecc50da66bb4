package io.ztnio.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that look like TLS. */
class RelayRecordsTest {
    private static final InetSocketAddress ROOT = new InetSocketAddress("81.1.2.3", 9993);

    private final List<String> read = new ArrayList<>();
    private final RelayRecords records = new RelayRecords();
    private final RelayRecords.Receiver receiver = new RelayRecords.Receiver() {
        @Override
        public void onVersion() {
            read.add("version");
        }

        @Override
        public void onDatagram(InetSocketAddress endpoint, byte[] buffer, int offset, int length) {
            read.add(endpoint + " " + HexFormat.of().formatHex(buffer, offset, offset + length));
        }
    };

    @Test
    void aDatagramIsWrittenAsTheReferenceDoes() {
        byte[] datagram = {9, 9, 1, 2, 3};

        assertThat(HexFormat.of().formatHex(RelayRecords.datagram(ROOT, datagram, 2, 3)))
                .isEqualTo("170303" + "000a" + "04" + "51010203" + "2709" + "010203");
        assertThat(HexFormat.of().formatHex(RelayRecords.version())).isEqualTo("1703030004" + "01000000");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1000})
    void recordsAreReadHoweverTheStreamIsCut(int pieceLength) {
        byte[] stream = concat(
                RelayRecords.version(),
                RelayRecords.datagram(ROOT, new byte[20], 0, 20),
                hex("1703030000"),
                hex("170303000100"),
                hex("1703030026" + "06" + "fd000000000000000000000000000001" + "0007" + "11".repeat(19)));

        for (int at = 0; at < stream.length; at += pieceLength) {
            assertThat(records.feed(stream, at, Math.min(pieceLength, stream.length - at), receiver))
                    .isTrue();
        }

        assertThat(read)
                .containsExactly(
                        "version", "/81.1.2.3:9993 " + "00".repeat(20), "/[fd00:0:0:0:0:0:0:1]:7 " + "11".repeat(19));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1603030004",
                "1703010004",
                "170303ffff",
                "170303000105",
                "17030300080851010203270901",
                "1703030006045101020327"
            })
    void whatIsNoRecordEndsTheConnection(String stream) {
        assertThat(records.feed(hex(stream), 0, stream.length() / 2, receiver)).isFalse();
        assertThat(read).isEmpty();
    }

    @Test
    void datagramsThatAreTooShortAreNothing() {
        byte[] record = RelayRecords.datagram(ROOT, new byte[15], 0, 15);

        assertThat(records.feed(record, 0, record.length, receiver)).isTrue();

        assertThat(read).isEmpty();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] concat(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            int length = all.length;
            all = Arrays.copyOf(all, length + part.length);
            System.arraycopy(part, 0, all, length, part.length);
        }
        return all;
    }
}
