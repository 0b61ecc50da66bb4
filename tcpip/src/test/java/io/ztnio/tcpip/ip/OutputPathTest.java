package io.ztnio.tcpip.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv4Header;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The header that a burst repeats. */
class OutputPathTest {
    private final TestLink link = new TestLink(0x0200_0000_0001L).deriving();
    private final IpCore core = new IpCore(new DropCounters(), true, new Random(7));

    @Test
    void aRepeatedIpv4HeaderIsTheOneWrittenAnew() {
        OutputPath path = path("10.1.0.255", "10.1.0.1/24");

        assertThat(header(path, 1000, 0)).isEqualTo("450003fc000040004006" + sum(1000, 0) + "0a0100010a0100ff");
        assertThat(header(path, 1000, 0)).isEqualTo(header(path, 1000, 0));
        assertThat(header(path, 999, 0)).startsWith("450003fb").contains(sum(999, 0));
        assertThat(header(path, 999, 2)).startsWith("450203fb").contains(sum(999, 2));
        assertThat(header(path, 1000, 0)).startsWith("450003fc").contains(sum(1000, 0));
    }

    @Test
    void aRepeatedIpv6HeaderIsTheOneWrittenAnew() {
        OutputPath path = path("ff02::1", "fd00::1/64");
        String addresses = "fd000000000000000000000000000001ff020000000000000000000000000001";

        assertThat(header(path, 1000, 0)).isEqualTo("6000000003e80640" + addresses);
        assertThat(header(path, 1000, 0)).isEqualTo("6000000003e80640" + addresses);
        assertThat(header(path, 20, 2)).isEqualTo("6020000000140640" + addresses);
        assertThat(header(path, 1000, 0)).isEqualTo("6000000003e80640" + addresses);
    }

    private OutputPath path(String remote, String own) {
        LinkPort port = core.attach(link);
        port.configure(Lan.config(2800, List.of(), own), 0);
        link.sent.clear();
        return core.route(null, Lan.ip(remote));
    }

    private String header(OutputPath path, int payloadLength, int trafficClass) {
        link.sent.clear();
        path.send(IpProtocol.TCP, payloadLength, trafficClass, false, 0);
        return link.takeOnly().hex().substring(0, 2 * path.headerLength());
    }

    /** The checksum field, computed without a template. */
    private static String sum(int payloadLength, int trafficClass) {
        byte[] header = HexFormat.of().parseHex("0000000000000000000000000a0100010a0100ff");
        Ipv4Header.write(
                header,
                0,
                trafficClass,
                Ipv4Header.LENGTH + payloadLength,
                0,
                Ipv4Header.DONT_FRAGMENT,
                IpCore.DEFAULT_HOP_LIMIT,
                IpProtocol.TCP);
        assertThat(InternetChecksum.sum(header, 0, header.length)).isEqualTo(0xffff);
        return HexFormat.of().formatHex(header, 10, 12);
    }
}
