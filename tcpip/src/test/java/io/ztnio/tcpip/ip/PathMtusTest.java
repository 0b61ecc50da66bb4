package io.ztnio.tcpip.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.wire.IpAddresses;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class PathMtusTest {
    private final PathMtus mtus = new PathMtus();

    private void lower(InetAddress remote, long reporterMac) {
        mtus.lower(remote, 1300, 2800, reporterMac, 0);
    }

    @Test
    void whoReportedMostMakesRoom() {
        for (int i = 0; i < 100; i++) {
            lower(IpAddresses.ofIpv4(i), i);
        }

        for (int i = 0; i < 10_000; i++) {
            lower(IpAddresses.ofIpv4(1000 + i), 7777);
            assertThat(mtus.size()).isLessThanOrEqualTo(PathMtus.MAX_ENTRIES);
        }

        for (int i = 0; i < 100; i++) {
            assertThat(mtus.mtuBytes(IpAddresses.ofIpv4(i), 2800)).as("%d", i).isEqualTo(1300);
        }
        assertThat(mtus.mtuBytes(IpAddresses.ofIpv4(10_999), 2800)).isEqualTo(1300);
        assertThat(mtus.mtuBytes(IpAddresses.ofIpv4(1000), 2800)).isEqualTo(2800);
    }

    @Test
    void whereAllReportedTheSameTheOldestMakesRoom() {
        for (int i = 0; i <= PathMtus.MAX_ENTRIES; i++) {
            lower(IpAddresses.ofIpv4(i), i);
        }

        assertThat(mtus.mtuBytes(IpAddresses.ofIpv4(0), 2800)).isEqualTo(2800);
        assertThat(mtus.mtuBytes(IpAddresses.ofIpv4(1), 2800)).isEqualTo(1300);
    }

    @Test
    void allAreForgottenAfterTenMinutes() {
        lower(IpAddresses.ofIpv4(1), 1);

        assertThat(mtus.turn(1)).isEqualTo(PathMtus.LIFETIME_NANOS);
        assertThat(mtus.turn(PathMtus.LIFETIME_NANOS)).isEqualTo(Long.MAX_VALUE);

        assertThat(mtus.size()).isZero();
    }
}
