package io.ztnio.tcpip.icmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.wire.IpAddresses;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ErrorRateTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void destinationsAreForgottenWithTheOldestFirst() {
        ErrorRate rate = new ErrorRate(new Random(49));
        long now = SECOND;
        for (int i = 0; i < 6; i++) {
            assertThat(rate.tryTake(IpAddresses.ofIpv4(1), now)).isTrue();
        }
        assertThat(rate.tryTake(IpAddresses.ofIpv4(1), now)).isFalse();

        for (int i = 0; i < 100_000; i++) {
            rate.tryTake(IpAddresses.ofIpv4(10 + i), now);
            if (i == 500) {
                assertThat(rate.tryTake(IpAddresses.ofIpv4(1), now)).isFalse();
            }
            assertThat(rate.destinations()).isLessThanOrEqualTo(ErrorRate.MAX_DESTINATIONS);
        }

        assertThat(rate.tryTake(IpAddresses.ofIpv4(1), now + SECOND)).isTrue();
    }
}
