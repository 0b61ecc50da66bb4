package io.ztnio.protocol.vl1.bond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.path.PeerPaths;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is told and read in QOS_MEASUREMENT, and what a hostile peer gains by lies. */
@Tag("any-jdk")
class QosRecordsTest {
    private static final long NOW = 1_700_000_000_000L;

    private final PeerPaths paths = new PeerPaths();
    private final PeerPath path =
            paths.learn(new Path(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9993)), other -> {}, NOW);
    private final Bond bond = new Bond(Bonding.Terms.of(Bonding.Policy.BALANCE_AWARE), paths, new LocalLinks());

    private double latency() {
        return bond.status(NOW + 60_000).links().get(0).latencyMillis();
    }

    private boolean measured(String hex, long nowMillis) {
        return bond.measured(path, new ByteReader(HexFormat.of().parseHex(hex)), nowMillis);
    }

    @Test
    void recordsAreLittleEndianAndForgottenWhenTheyAreWritten() {
        ReceivedRecords records = new ReceivedRecords();
        records.add(0x0102030405060709L, NOW);
        records.add(0x1112131415161719L, NOW - 100_000);
        ByteWriter writer = new ByteWriter(100);

        records.drain(writer, NOW + 0x0201);

        assertThat(HexFormat.of().formatHex(writer.toByteArray()))
                .isEqualTo("0907060504030201" + "0102" + "1917161514131211" + "ffff");
        assertThat(records.isEmpty()).isTrue();
    }

    @Test
    void noMoreIsKeptThanFitsIntoOneReport() {
        ReceivedRecords records = new ReceivedRecords();
        for (int i = 0; i < 10_000; i++) {
            records.add(i, NOW);
        }
        ByteWriter writer = new ByteWriter(2_000);

        assertThat(records.isFull()).isTrue();
        records.drain(writer, NOW);

        assertThat(writer.position()).isEqualTo(1_400);
    }

    @Test
    void latencyIsHalfOfWhatIsLeftOfTheRoundWithoutTheTimeOfHolding() {
        bond.received(path, 2, Verb.NOP, NOW);
        for (int i = 0; i < 8; i++) {
            long sentAt = NOW + i * 1_000L;
            bond.sent(path, 0x0102030405060709L, sentAt);

            // Held for 500 of 560 ms.
            assertThat(measured("0907060504030201" + "f401", sentAt + 560)).isTrue();
        }

        assertThat(latency()).isCloseTo(30, within(0.01));
    }

    @Test
    void whatWasNotSentOrCannotHaveBeenHeldForSoLongSaysNothing() {
        bond.received(path, 2, Verb.NOP, NOW);
        for (int i = 0; i < 8; i++) {
            long sentAt = NOW + i * 1_000L;
            bond.sent(path, 0x0102030405060709L, sentAt);
            // Even IDs are not measured.
            bond.sent(path, 0x0102030405060708L, sentAt);

            measured(
                    "0907060504030201" + "ffff" + "0807060504030201" + "0000" + "ff07060504030201" + "0000",
                    sentAt + 560);
        }

        assertThat(latency()).isZero();
    }

    @Test
    void aReportOfTheIdThatNoPacketHasSaysNothing() {
        bond.received(path, 2, Verb.NOP, NOW);
        for (int i = 0; i < 8; i++) {
            measured("00".repeat(10), NOW + i * 1_000L);
        }

        assertThat(latency()).isZero();
    }

    @Test
    void aReportIsNotReadTwiceInAMomentNorIfItsLengthIsWrong() {
        bond.received(path, 2, Verb.NOP, NOW);
        String record = "00".repeat(10);

        assertThat(measured(record, NOW)).isTrue();
        assertThat(measured(record, NOW + 49)).isFalse();
        assertThat(measured(record, NOW + 50)).isTrue();
        assertThat(measured("00".repeat(8), NOW + 200)).isFalse();
        assertThat(measured("00".repeat(1_401), NOW + 300)).isFalse();
        assertThat(measured("00".repeat(1_395), NOW + 400)).isTrue();
    }
}
