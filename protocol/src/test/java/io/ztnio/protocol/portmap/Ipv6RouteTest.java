package io.ztnio.protocol.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("any-jdk")
class Ipv6RouteTest {
    private static final String ZERO = "00000000000000000000000000000000";
    private static final String ROUTER = "fe8000000000000000000000000000";

    private static String line(String to, String bits, String gateway, int metric, String flags, String device) {
        return to + " " + bits + " " + ZERO + " 00 " + gateway + String.format(" %08x", metric) + " 00000001 00000000 "
                + flags + "     " + device + "\n";
    }

    @Test
    void theDefaultRouteOfLeastMetricSaysIt() {
        String routes = line("fe800000000000000000000000000000", "40", ZERO, 256, "00000001", "eth0")
                + line(ZERO, "00", ROUTER + "09", 1024, "00000003", "wlan0")
                + line(ZERO, "00", ROUTER + "01", 100, "00450003", "eth0")
                + line(ZERO, "00", ZERO, -1, "00200200", "lo");

        Ipv6Route.Line found = Ipv6Route.of(routes).orElseThrow();

        assertThat(found.device()).isEqualTo("eth0");
        assertThat(found.gateway().toByteArray()).startsWith(0xfe, 0x80).endsWith(0, 1);
    }

    @Test
    void aRouteWithoutARouterOrThatIsDownOrOfALongerPrefixIsNone() {
        assertThat(Ipv6Route.of("")).isEmpty();
        assertThat(Ipv6Route.of(line(ZERO, "00", ZERO, 1, "00000001", "ppp0"))).isEmpty();
        assertThat(Ipv6Route.of(line(ZERO, "00", ROUTER + "01", 1, "00000002", "eth0")))
                .isEmpty();
        assertThat(Ipv6Route.of(line(ZERO, "03", ROUTER + "01", 1, "00000003", "eth0")))
                .isEmpty();
        assertThat(Ipv6Route.of(line(ZERO, "00", ROUTER + "zz", 1, "00000003", "eth0") + "x y\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::1, true",
        "2a00::1, true",
        "fe80::1, false",
        "fd00::1, false",
        "::1, false",
        "192.0.2.1, false"
    })
    void onlyAddressesThatAreReachedFromEverywhereAreAskedFor(String text, boolean global) throws Exception {
        assertThat(Ipv6Route.isGlobal(InetAddress.getByName(text))).isEqualTo(global);
    }

    @Test
    void thisMachineHasARouteOrNot() {
        Ipv6Route.find().ifPresent(route -> assertThat(route.own()).allMatch(Ipv6Route::isGlobal));
    }
}
