package io.ztnio.protocol.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class DefaultGatewayTest {
    private static final String HEADING =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

    private static String line(String destination, String gateway, String flags, int metric, String mask) {
        return "eth0\t" + destination + "\t" + gateway + "\t" + flags + "\t0\t0\t" + metric + "\t" + mask
                + "\t0\t0\t0\n";
    }

    /** As this machine's kernel writes 192.168.1.N. */
    private static String router(int last) {
        int value = 0xc0a80100 | last;
        return String.format(
                "%08X", ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(value) : value);
    }

    @Test
    void theDefaultRouteOfLeastMetricSaysIt() throws Exception {
        String routes = HEADING
                + line("00000000", router(9), "0003", 600, "00000000")
                + line("00000000", router(1), "0003", 100, "00000000")
                + line("0001A8C0", "00000000", "0001", 0, "00FFFFFF");

        assertThat(DefaultGateway.of(routes)).contains(InetAddress.getByName("192.168.1.1"));
    }

    @Test
    void aRouteWithoutARouterOrThatIsDownOrOfALongerPrefixIsNone() {
        assertThat(DefaultGateway.of("")).isEmpty();
        assertThat(DefaultGateway.of(HEADING)).isEmpty();
        assertThat(DefaultGateway.of(HEADING + line("00000000", "00000000", "0001", 0, "00000000")))
                .isEmpty();
        assertThat(DefaultGateway.of(HEADING + line("00000000", router(1), "0002", 0, "00000000")))
                .isEmpty();
        // 0.0.0.0/1, as VPNs set it.
        assertThat(DefaultGateway.of(HEADING + line("00000000", router(1), "0003", 0, "00000080")))
                .isEmpty();
        assertThat(DefaultGateway.of("x y z\n" + line("00000000", "nonsense", "0003", 0, "00000000")))
                .isEmpty();
    }
}
