package io.ztnio.protocol.vl1.bond;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flow of a frame: destination port XOR source port XOR protocol. */
@Tag("any-jdk")
class FlowIdTest {
    private static final String NETWORK = "0123456789000001";
    private static final String MACS = "020000000001" + "020000000002";
    private static final String IPV4 = "45000028" + "abcd" + "%s" + "40%02x0000" + "0a0000010a000002";
    private static final String IPV6 = "600000000014%02x40" + "00".repeat(32);

    private static int flow(Verb verb, String payload) {
        byte[] bytes = HexFormat.of().parseHex("00".repeat(3 + PacketHeader.LENGTH) + payload);
        PacketHeader.write(bytes, 3, 1, 2, 3, verb);
        return FlowId.of(bytes, 3, bytes.length - 3);
    }

    @ParameterizedTest
    @CsvSource({"6", "17", "132", "136"})
    void portsAndProtocolMakeAFlow(int protocol) {
        int flow = 1_000 ^ 80 ^ protocol;
        String ports = "03e80050" + "00".repeat(16);

        assertThat(flow(Verb.FRAME, NETWORK + "0800" + IPV4.formatted("4000", protocol) + ports))
                .isEqualTo(flow);
        assertThat(flow(Verb.FRAME, NETWORK + "86dd" + IPV6.formatted(protocol) + ports))
                .isEqualTo(flow);
        assertThat(flow(Verb.EXT_FRAME, NETWORK + "00" + MACS + "0800" + IPV4.formatted("0000", protocol) + ports))
                .isEqualTo(flow);
    }

    @Test
    void bothDirectionsAreOneFlow() {
        String ip = NETWORK + "0800" + IPV4.formatted("0000", 6);

        assertThat(flow(Verb.FRAME, ip + "03e80050")).isEqualTo(flow(Verb.FRAME, ip + "005003e8"));
    }

    @Test
    void allFragmentsOfADatagramAreOne() {
        int first = flow(Verb.FRAME, NETWORK + "0800" + IPV4.formatted("2000", 17) + "03e80050");
        int second = flow(Verb.FRAME, NETWORK + "0800" + IPV4.formatted("00b9", 17) + "ffffffff");

        assertThat(first).isEqualTo(second).isNotNegative();
    }

    @Test
    void whatHasNoPortsBelongsToNone() {
        assertThat(flow(Verb.FRAME, NETWORK + "0800" + IPV4.formatted("0000", 1) + "00".repeat(20)))
                .isEqualTo(-1);
        assertThat(flow(Verb.FRAME, NETWORK + "0806" + "00".repeat(28))).isEqualTo(-1);
        assertThat(flow(Verb.EXT_FRAME, NETWORK + "01" + "00".repeat(300))).isEqualTo(-1);
        assertThat(flow(Verb.ECHO, "00".repeat(60))).isEqualTo(-1);
        assertThat(flow(Verb.FRAME, NETWORK + "0800" + IPV4.formatted("0000", 6) + "03e8"))
                .isEqualTo(-1);
    }

    @Test
    void whateverTheBytesAndHoweverFewNothingIsReadBehindThem() {
        SplittableRandom random = new SplittableRandom(73);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[PacketHeader.LENGTH + random.nextInt(90)];
            random.nextBytes(bytes);
            PacketHeader.write(bytes, 0, 1, 2, 3, random.nextBoolean() ? Verb.FRAME : Verb.EXT_FRAME);

            assertThat(FlowId.of(bytes, 0, bytes.length)).isBetween(-1, 0xffff);
        }
    }
}
