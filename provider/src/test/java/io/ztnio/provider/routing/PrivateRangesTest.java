package io.ztnio.provider.routing;

import static io.ztnio.provider.routing.Addresses.ip;
import static io.ztnio.provider.routing.Addresses.prefix;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.wire.IpScope;
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
            assertThat(PrivateRanges.contain(IpKey.of(range.address())))
                    .as("%s", range)
                    .isTrue();
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
        boolean scoped = switch (IpScope.of(address)) {
            case PRIVATE, SHARED, PSEUDOPRIVATE -> true;
            default -> false;
        };

        assertThat(PrivateRanges.contain(IpKey.of(address)))
                .as("%s, seed %d", address, SEED)
                .isEqualTo(scoped);
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
        assertThat(PrivateRanges.contain(IpKey.of(ip("169.254.1.1")))).isFalse();
    }

    @Test
    void theKindsOfAddressesAreThoseOfTheJdk() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            if (round % 3 == 0) {
                // Where all the special ones are.
                bytes[0] = (byte) new int[] {0, 127, 169, 224, 239, 254, 255}[random.nextInt(7)];
                bytes[1] = (byte) new int[] {0, 254, 128, 191, 192}[random.nextInt(5)];
                for (int i = 2; i < bytes.length - 1 && random.nextBoolean(); i++) {
                    bytes[i] = 0;
                }
            }
            InetAddress address = InetAddress.getByAddress(bytes);
            IpKey key = IpKey.of(address);

            assertThat(key.isGroup()).as("%s, seed %d", address, SEED).isEqualTo(address.isMulticastAddress());
            assertThat(key.isLinkLocal()).as("%s, seed %d", address, SEED).isEqualTo(address.isLinkLocalAddress());
            assertThat(key.isLoopback()).as("%s, seed %d", address, SEED).isEqualTo(address.isLoopbackAddress());
            assertThat(key.isWildcard()).as("%s, seed %d", address, SEED).isEqualTo(address.isAnyLocalAddress());
        }
        assertThat(IpKey.of(ip("::1")).isLoopback()).isTrue();
        assertThat(IpKey.of(ip("::")).isWildcard()).isTrue();
        assertThat(IpKey.of(ip("0.0.0.0")).isWildcard()).isTrue();
    }
}
