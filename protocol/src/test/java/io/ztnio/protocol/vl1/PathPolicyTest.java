package io.ztnio.protocol.vl1;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.wire.IpScope;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which physical addresses may be used. */
class PathPolicyTest {
    @ParameterizedTest
    @CsvSource({
        "81.1.1.1, true", "10.0.0.1, true", "127.0.0.1, false", "169.254.1.1, false", "224.0.0.1, false",
        "0.0.0.1, false", "2001:470::1, false", "2001:db8::1, true", "fe80::1234, false", "::1, false"
    })
    void standardPolicyTakesPrivateAndGlobalAddresses(String ip, boolean allowed) {
        assertThat(PathPolicy.standard().allows(1, new InetSocketAddress(ip, 9993)))
                .isEqualTo(allowed);
        assertThat(PathPolicy.standard()
                        .except(address -> IpScope.of(address) == IpScope.PRIVATE)
                        .allows(1, new InetSocketAddress("10.0.0.1", 9993)))
                .isFalse();
        assertThat(PathPolicy.standard().allows(1, new InetSocketAddress(ip, 0)))
                .isFalse();
    }
}
