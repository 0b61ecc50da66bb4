package io.ztnio.provider.routing;

import static io.ztnio.provider.routing.Addresses.ip;
import static io.ztnio.provider.routing.Addresses.prefix;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.link.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrivateRangesTest {
    private static final long SEED = 20261128;

    /** The ranges are written twice, as scopes of addresses and as prefixes: they must be the same. */
    @Test
    void anAddressIsPrivateIfAndOnlyIfARangeContainsIt() throws UnknownHostException {
        for (IpPrefix range : PrivateRanges.ALL) {
            assertThat(PrivateRanges.contain(range.address())).as("%s", range).isTrue();
        }
        SplittableRandom random = new SplittableRandom(SEED);
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                check(new byte[] {(byte) first, (byte) second, (byte) random.nextInt(), (byte) random.nextInt()});
                check(new byte[] {(byte) first, (byte) second, 0, 0});
                check(new byte[] {(byte) first, (byte) second, 113, 1});
                check(new byte[] {(byte) first, (byte) second, 100, 1});
                check(new byte[] {(byte) first, (byte) second, 2, 1});
            }
            byte[] ipv6 = new byte[16];
            random.nextBytes(ipv6);
            ipv6[0] = (byte) first;
            check(ipv6);
        }
    }

    private static void check(byte[] bytes) throws UnknownHostException {
        InetAddress address = InetAddress.getByAddress(bytes);
        boolean within = PrivateRanges.ALL.stream().anyMatch(range -> range.contains(address));

        assertThat(PrivateRanges.contain(address))
                .as("%s, seed %d", address, SEED)
                .isEqualTo(within);
    }

    @Test
    void aPrefixIsPrivateOnlyIfAllOfItIs() {
        assertThat(PrivateRanges.contain(prefix("10.0.0.0/8"))).isTrue();
        assertThat(PrivateRanges.contain(prefix("10.1.2.3/24"))).isTrue();
        assertThat(PrivateRanges.contain(prefix("10.1.2.3/7"))).isFalse();
        assertThat(PrivateRanges.contain(prefix("10.1.2.3/0"))).isFalse();
        assertThat(PrivateRanges.contain(prefix("192.168.0.0/15"))).isFalse();
        assertThat(PrivateRanges.contain(prefix("fc00::/6"))).isFalse();
        assertThat(PrivateRanges.contain(prefix("fd00::/8"))).isTrue();
        assertThat(PrivateRanges.contain(prefix("::/0"))).isFalse();
        assertThat(PrivateRanges.contain(prefix("255.255.255.255/32"))).isFalse();
        assertThat(PrivateRanges.contain(ip("169.254.1.1"))).isFalse();
    }
}
