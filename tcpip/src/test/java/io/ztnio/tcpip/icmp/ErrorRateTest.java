package io.ztnio.tcpip.icmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.share.TrafficSource;
import io.ztnio.tcpip.wire.IpAddresses;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ErrorRateTest {
    private static final long SECOND = 1_000_000_000L;

    private static TrafficSource source(int number) {
        return TrafficSource.ofStation(0, number);
    }

    @Test
    void destinationsAreForgottenWithTheOldestFirst() {
        ErrorRate rate = new ErrorRate(new Random(49));
        long now = SECOND;
        for (int i = 0; i < 6; i++) {
            assertThat(rate.tryTake(source(1), IpAddresses.ofIpv4(1), now)).isTrue();
        }
        assertThat(rate.tryTake(source(1), IpAddresses.ofIpv4(1), now)).isFalse();

        for (int i = 0; i < 100_000; i++) {
            rate.tryTake(source(10 + i), IpAddresses.ofIpv4(10 + i), now);
            if (i == 500) {
                assertThat(rate.tryTake(source(1), IpAddresses.ofIpv4(1), now)).isFalse();
            }
            assertThat(rate.destinations()).isLessThanOrEqualTo(ErrorRate.MOST_REMEMBERED);
            assertThat(rate.sources()).isLessThanOrEqualTo(ErrorRate.MOST_REMEMBERED);
        }

        assertThat(rate.tryTake(source(1), IpAddresses.ofIpv4(1), now + SECOND)).isTrue();
    }
}
