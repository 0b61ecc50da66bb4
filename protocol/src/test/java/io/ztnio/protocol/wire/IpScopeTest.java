package io.ztnio.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpScopeTest {
    @ParameterizedTest
    @CsvSource({
        "0.1.2.3, NONE",
        "255.255.255.255, NONE",
        "224.0.0.1, MULTICAST",
        "239.255.255.255, MULTICAST",
        "127.1.2.3, LOOPBACK",
        "240.0.0.1, PSEUDOPRIVATE",
        "254.1.1.1, PSEUDOPRIVATE",
        "6.1.1.1, PSEUDOPRIVATE",
        "56.1.1.1, PSEUDOPRIVATE",
        "8.8.8.8, GLOBAL",
        "100.63.0.1, GLOBAL",
        "100.64.0.1, PRIVATE",
        "100.127.255.255, PRIVATE",
        "100.128.0.1, GLOBAL",
        "169.254.1.1, LINK_LOCAL",
        "169.253.1.1, GLOBAL",
        "10.0.0.1, PRIVATE",
        "172.16.0.1, PRIVATE",
        "172.31.255.255, PRIVATE",
        "172.32.0.1, GLOBAL",
        "192.168.1.1, PRIVATE",
        "192.0.2.1, PRIVATE",
        "192.0.3.1, GLOBAL",
        "198.18.0.1, PRIVATE",
        "198.19.0.1, PRIVATE",
        "198.20.0.1, GLOBAL",
        "198.51.100.1, PRIVATE",
        "203.0.113.1, PRIVATE",
        "'::', NONE",
        "'::1', LOOPBACK",
        "'::2', GLOBAL",
        "'fe80::1', LOOPBACK",
        "'fe80::2', LINK_LOCAL",
        "'febf::1', LINK_LOCAL",
        "'fec0::1', GLOBAL",
        "'ff02::1', MULTICAST",
        "'fc00::1', PRIVATE",
        "'fdff::1', PRIVATE",
        "'2001:db8::1', GLOBAL"
    })
    void classifiesAddresses(String text, IpScope scope) {
        assertThat(IpScope.of(SocketAddressField.parseAddress(text).orElseThrow()))
                .isEqualTo(scope);
    }

    @ParameterizedTest
    @CsvSource({"7f010203, LOOPBACK", "0a000001, GLOBAL"})
    void classifiesMappedAddresses(String ipv4, IpScope scope) {
        byte[] mapped = Vectors.hex("00000000000000000000ffff" + ipv4);

        assertThat(IpScope.of(SocketAddressField.address(mapped))).isEqualTo(scope);
    }
}
