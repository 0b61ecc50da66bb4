package io.ztnio.tcpip.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.sim.Lan;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 6724 10.1 that apply, and ours. */
class SourceSelectionTest {
    @ParameterizedTest
    @CsvSource({
        // Destination, candidates, choice.
        "2001:db8:1::1, 2001:db8:3::1/64 fe80::1/64, 2001:db8:3::1",
        "ff05::1, 2001:db8:3::1/64 fe80::1/64, 2001:db8:3::1",
        "2001:db8:1::1, 2001:db8:1::1/64 2001:db8:2::1/64, 2001:db8:1::1",
        "fe80::9, fe80::2/64 2001:db8:1::1/64, fe80::2",
        "2001:db8:1::1, 2001:db8:1::2/64 2001:db8:3::2/64, 2001:db8:1::2",
        "2002:c633:6401::1, 2002:c633:6401::d5e3:7953:13eb:22e8/64 2001:db8:1::2/64, 2002:c633:6401::d5e3:7953:13eb:22e8",
        "fd00::9, 2001:db8:1::2/64 fd80:56c2::1/88, fd80:56c2::1",
        "2001:db8:9::1, fd80:56c2::1/88 2001:db8:1::2/64, 2001:db8:1::2",
        "10.2.0.9, 10.1.0.1/24 10.2.0.1/24, 10.2.0.1",
        "10.2.0.9, 169.254.1.1/16 10.1.0.1/24, 10.1.0.1",
        "169.254.7.7, 10.1.0.1/24 169.254.1.1/16, 169.254.1.1"
    })
    void theRulesChoose(String remote, String candidates, String expected) {
        for (boolean reversed : new boolean[] {false, true}) {
            String[] addresses = candidates.split(" ", -1);
            if (reversed) {
                java.util.Collections.reverse(java.util.Arrays.asList(addresses));
            }

            var chosen = SourceSelection.choose(Lan.config(2800, List.of(), addresses), Lan.ip(remote));

            assertThat(chosen).isEqualTo(Lan.ip(expected));
        }
    }
}
