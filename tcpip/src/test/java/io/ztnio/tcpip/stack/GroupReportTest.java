package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.config;
import static io.ztnio.tcpip.sim.Lan.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** IGMPv3 and MLDv2 reports beside the subscriptions of the link. */
class GroupReportTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_000aL;
    private static final String IGMP_START = "46c0002800004000010 2".replace(" ", "");

    private final Lan lan = new Lan(9);
    private final Lan.Host host = lan.host(A, "10.1.0.1/24", "fd00::1/64");

    private List<String> sent() {
        List<String> hex = host.link.sent.stream().map(TestLink.Frame::hex).toList();
        host.link.sent.clear();
        return hex;
    }

    @Test
    void joinAndLeaveAreReportedTwiceOverIgmp() throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.join(ip("239.1.2.3"), null);
        assertThat(host.link.subscriptions).contains("01005e010203/00000000", "01005e000001/00000000");
        lan.run(3 * SECOND);

        assertThat(host.link.sent).hasSize(2).allMatch(frame -> frame.destination() == 0x0100_5e00_0016L);
        byte[] packet = host.link.sent.get(0).payload();
        assertThat(InternetChecksum.sum(packet, 0, 24)).isEqualTo(0xffff);
        assertThat(InternetChecksum.sum(packet, 24, 16)).isEqualTo(0xffff);
        assertThat(sent()).allSatisfy(hex -> {
            assertThat(hex).startsWith(IGMP_START);
            assertThat(hex.substring(24, 48)).isEqualTo("0a010001" + "e0000016" + "94040000");
            assertThat(hex.substring(48, 52)).isEqualTo("2200");
            assertThat(hex.substring(56)).isEqualTo("00000001" + "04000000" + "ef010203");
        });

        endpoint.leave(ip("239.1.2.3"), null);
        assertThat(host.link.subscriptions).doesNotContain("01005e010203/00000000", "01005e000001/00000000");
        lan.run(3 * SECOND);

        assertThat(sent())
                .hasSize(2)
                .allSatisfy(hex -> assertThat(hex.substring(56)).isEqualTo("00000001" + "03000000" + "ef010203"));
    }

    @Test
    void joinAndLeaveAreReportedTwiceOverMld() throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.join(ip("ff05::1:3"), null);
        lan.run(3 * SECOND);

        assertThat(host.link.subscriptions).contains("333300010003/00000000");
        assertThat(host.link.sent).hasSize(2).allMatch(frame -> frame.destination() == 0x3333_0000_0016L);
        String group = "ff050000000000000000000000010003";
        assertThat(sent()).allSatisfy(hex -> {
            assertThat(hex).startsWith("6000000000240001" + "0".repeat(32) + "ff020000000000000000000000000016");
            assertThat(hex.substring(80, 96)).isEqualTo("3a00050200000100");
            assertThat(hex.substring(96, 100)).isEqualTo("8f00");
            assertThat(hex.substring(104)).isEqualTo("00000001" + "04000000" + group);
            byte[] packet = HexFormat.of().parseHex(hex);
            long pseudo = 58L + 28 + InternetChecksum.sum(packet, 8, 32);
            assertThat(InternetChecksum.fold(pseudo + InternetChecksum.sum(packet, 48, 28)))
                    .isEqualTo(0xffff);
        });

        endpoint.close();
        lan.run(3 * SECOND);

        assertThat(sent())
                .hasSize(2)
                .allSatisfy(hex -> assertThat(hex.substring(104)).isEqualTo("00000001" + "03000000" + group));
        assertThat(host.link.subscriptions).doesNotContain("333300010003/00000000");
    }

    @Test
    void groupsOfManyEndpointsAreReportedOnce() throws IOException {
        DatagramEndpoint first = host.stack.openDatagram();
        DatagramEndpoint second = host.stack.openDatagram();
        first.join(ip("239.1.2.3"), null);
        second.join(ip("239.1.2.3"), ip("10.1.0.1"));
        lan.run(3 * SECOND);
        assertThat(sent()).hasSize(2);

        first.leave(ip("239.1.2.3"), null);
        lan.run(3 * SECOND);

        assertThat(sent()).isEmpty();
    }

    @Test
    void addressesOfTheHostAreNotReported() {
        lan.run(3 * SECOND);
        host.port.configure(config(2800, List.of(), "10.1.0.5/24", "fd00::5/64"), lan.now);
        lan.run(3 * SECOND);

        assertThat(sent()).isEmpty();
    }

    @Test
    void generalQueryIsAnsweredWithinItsTime() throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.join(ip("239.1.2.3"), null);
        endpoint.join(ip("239.1.2.4"), null);
        lan.run(3 * SECOND);
        sent();

        // From 10.1.0.2 to 224.0.0.1, TTL 1; 1 s.
        frame(0x0100_5e00_0001L, 0x0800, "45c00020 00000000 0102 cf18 0a010002 e0000001 110a ec78 00000000 02 7d 0000");
        lan.run(SECOND);

        assertThat(sent())
                .singleElement()
                .satisfies(hex ->
                        assertThat(hex.substring(56)).isEqualTo("00000002" + "02000000ef010203" + "02000000ef010204"));
        lan.run(5 * SECOND);
        assertThat(sent()).isEmpty();
    }

    @Test
    void damagedQueriesAreCounted() throws IOException {
        host.stack.openDatagram().join(ip("239.1.2.3"), null);
        lan.run(3 * SECOND);
        sent();

        frame(0x0100_5e00_0001L, 0x0800, "45c00018 00000000 0102 cf20 0a010002 e0000001 110aec78");
        frame(0x0100_5e00_0001L, 0x0800, "45c00020 00000000 0102 cf18 0a010002 e0000001 110a eef0 00000000 02 7d 0000");
        lan.run(2 * SECOND);

        assertThat(host.drops(DropReason.MALFORMED_GROUP_MESSAGE)).isEqualTo(1);
        assertThat(host.drops(DropReason.ICMP_CHECKSUM)).isEqualTo(1);
        assertThat(sent()).isEmpty();
    }

    private void frame(long destination, int etherType, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        host.port.onFrame(0x0200_0000_000bL, destination, etherType, bytes, 0, bytes.length, lan.now);
    }
}
