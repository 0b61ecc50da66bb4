package io.ztnio.tcpip.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.EtherType;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each frame is a line, whatever is in it. */
class LinkTracerTest {
    private static final long MAC = 0x32_0000_000001L;
    private static final long PEER = 0x32_0000_000002L;

    private final List<String> lines = new ArrayList<>();
    private final TestLink link = new TestLink(MAC);
    private final LinkTracer tracer = new LinkTracer(link, lines::add);

    private String line(int etherType, String hex) {
        byte[] payload = HexFormat.of().parseHex(hex.replace(" ", ""));
        byte[] buffer = new byte[Link.HEADROOM + payload.length + Link.TAILROOM];
        System.arraycopy(payload, 0, buffer, Link.HEADROOM, payload.length);
        tracer.send(PEER, etherType, buffer, Link.HEADROOM, payload.length, 12_000_345_000L);
        return lines.remove(0);
    }

    @Test
    void segmentIsToldWithItsFlagsAndNumbers() {
        String segment = line(
                EtherType.IPV4,
                "4500002c 00004000 40060000 0a010001 0a010002"
                        + "c000 0050 00000007 00000009 6012 ffff 0000 0000 020405b4");

        assertThat(segment)
                .isEqualTo("12.000345000 out 32:00:00:00:00:01 > 32:00:00:00:00:02"
                        + " IPv4 10.1.0.1.49152 > 10.1.0.2.80 TCP S. seq 7 ack 9 win 65535 len 0");
        assertThat(link.sent).as("passes").hasSize(1);
    }

    @Test
    void otherPacketsAreToldByTheirKind() {
        assertThat(line(
                        EtherType.IPV6,
                        "60000000 000c 11 40 fd000000000000000000000000000001 fd000000000000000000000000000002"
                                + "0035 1000 000c 0000 01020304"))
                .endsWith("IPv6 fd00:0:0:0:0:0:0:1.53 > fd00:0:0:0:0:0:0:2.4096 UDP len 4");
        assertThat(line(EtherType.IPV4, "45000020 00070000 40010000 0a010001 0a010002 0800 0000 0001 0001 00000000"))
                .endsWith("IPv4 10.1.0.1 > 10.1.0.2 ICMP type 8 code 0 len 12");
        assertThat(line(EtherType.IPV4, "4500001c 00072001 40110000 0a010001 0a010002 0000000000000000"))
                .endsWith("IPv4 10.1.0.1 > 10.1.0.2 fragment 7 at 8 len 8 more");
        assertThat(line(EtherType.ARP, "0001 0800 06 04 0001 320000000001 0a010001 000000000000 0a010002"))
                .endsWith("ARP who-has 10.1.0.2 tell 10.1.0.1");
        assertThat(line(0x88cc, "0102")).endsWith("type 0x88cc len 2");
    }

    @Test
    void whatIsNotAsItShouldBeIsSaidToBeSo() {
        assertThat(line(EtherType.IPV4, "45000064 00000000 4006")).endsWith("IPv4 malformed, len 10");
        assertThat(line(EtherType.IPV4, "45000064 00000000 40060000 0a010001 0a010002"))
                .endsWith("IPv4 malformed, len 20");
        assertThat(line(EtherType.ARP, "0001")).endsWith("ARP malformed, len 2");
    }

    @Test
    void anyBytesAreALine() {
        Random random = new Random(1);
        int[] types = {EtherType.ARP, EtherType.IPV4, EtherType.IPV6};
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            int type = types[random.nextInt(3)];
            if (bytes.length > 9 && random.nextInt(4) != 0) {
                bytes[0] = (byte) (type == EtherType.IPV4 ? 0x45 : 0x60);
                bytes[2] = 0;
                bytes[type == EtherType.IPV4 ? 9 : 6] = (byte) new int[] {1, 6, 17, 44, 58}[random.nextInt(5)];
            }
            // Nothing lies behind the frame that could be read by mistake.
            assertThat(FrameText.of(i, "in", PEER, MAC, type, bytes, 0, bytes.length))
                    .startsWith("0.");
        }
    }

    @Test
    void bothDirectionsOfATransferAreSeen() throws Exception {
        Lan lan = new Lan(3);
        lan.wrapping = inner -> new LinkTracer(inner, lines::add);

        Transfer.run(lan, 10_000, 3);

        assertThat(lines)
                .anyMatch(line -> line.matches("\\S+ out .* TCP S seq .*"))
                .anyMatch(line -> line.matches("\\S+ in .* TCP S seq .*"))
                .anyMatch(line -> line.contains(" ARP who-has 10.1.0.2 tell 10.1.0.1"));
    }
}
