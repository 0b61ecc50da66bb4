package io.ztnio.protocol.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class TokenBucketsTest {
    private static final long NOW = 1_767_225_600_000L;

    private final TokenBuckets buckets = new TokenBuckets(64, 4, 2, 99);

    private int admitted(long key, int times, long nowMillis) {
        int admitted = 0;
        for (int i = 0; i < times; i++) {
            admitted += buckets.admit(key, nowMillis) ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void aBucketGivesItsBurstAndThenWhatItRegains() {
        assertThat(admitted(7, 10, NOW)).isEqualTo(4);
        assertThat(admitted(7, 10, NOW + 499)).isZero();
        assertThat(admitted(7, 10, NOW + 500)).isEqualTo(1);
        assertThat(admitted(7, 10, NOW + 100_000)).isEqualTo(4);
    }

    @Test
    void severalTokensAreTakenAllOrNone() {
        assertThat(buckets.admit(7, 5, NOW)).isFalse();
        assertThat(buckets.admit(7, 3, NOW)).isTrue();
        assertThat(buckets.admit(7, 2, NOW)).isFalse();
        assertThat(buckets.missing(7, NOW)).isEqualTo(3);
    }

    @Test
    void whoComesNewIsNeverRefusedForOthers() {
        for (int key = 1; key <= 10_000; key++) {
            assertThat(admitted(key, 10, NOW)).isEqualTo(4);
        }
    }

    @Test
    void aSourceIsAnIpv4AddressAnIpv6NetworkOrAPortOfTheLoopbackInterface() throws UnknownHostException {
        assertThat(key("66.6.6.6", 1)).isEqualTo(key("66.6.6.6", 2)).isNotEqualTo(key("66.6.6.7", 1));
        assertThat(key("2001:db8::1", 1)).isEqualTo(key("2001:db8::ffff:1", 1)).isNotEqualTo(key("2001:db8:0:1::1", 1));
        assertThat(key("127.0.0.1", 1)).isNotEqualTo(key("127.0.0.1", 2)).isNotEqualTo(key("0.0.0.1", 1));
    }

    private static long key(String ip, int port) throws UnknownHostException {
        return SourceKey.of(new InetSocketAddress(InetAddress.getByName(ip), port));
    }
}
