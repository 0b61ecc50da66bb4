package io.ztnio.overlay.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HandshakeRatesTest {
    private static final long SECOND = 1_000_000_000L;

    private final HandshakeRates rates = new HandshakeRates(7, 0);

    private static InetAddress ipv6(int network, int host) throws UnknownHostException {
        byte[] bytes = new byte[16];
        bytes[0] = 0x20;
        bytes[6] = (byte) network;
        bytes[15] = (byte) host;
        return InetAddress.getByAddress(bytes);
    }

    private int free(int tries, long now) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += rates.takeFree(now) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void soManyASecondAreFreeAndNoneAreSavedUp() {
        assertThat(free(1000, 0)).isEqualTo(HandshakeRates.FREE_PER_SECOND);
        assertThat(free(1000, SECOND / 2)).isEqualTo(HandshakeRates.FREE_PER_SECOND / 2);
        assertThat(free(1000, 100 * SECOND)).isEqualTo(HandshakeRates.FREE_PER_SECOND);
    }

    @Test
    void theHostsOfOneIpv6NetworkShareABucket() throws UnknownHostException {
        int one = 0;
        int other = 0;
        for (int i = 0; i < 200; i++) {
            one += rates.takeProved(ipv6(1, i), 0) ? 1 : 0;
        }
        for (int i = 0; i < 200; i++) {
            other += rates.takeProved(ipv6(2, i), 0) ? 1 : 0;
        }

        assertThat(one).isEqualTo(HandshakeRates.ADDRESS_PER_SECOND);
        assertThat(other).isEqualTo(HandshakeRates.ADDRESS_PER_SECOND);
    }

    @Test
    void aCookieIsForOneAddressAndPortAndForFourMinutesAtMost() throws UnknownHostException {
        Cookies cookies = new Cookies(new Random(1), 0);
        InetSocketAddress address = new InetSocketAddress(ipv6(1, 1), 5);
        byte[] cookie = new byte[Datagrams.COOKIE_LENGTH];
        cookies.write(address, cookie, 0, SECOND);

        assertThat(cookies.matches(address, cookie, 0, 2 * SECOND)).isTrue();
        assertThat(cookies.matches(new InetSocketAddress(ipv6(1, 2), 5), cookie, 0, 2 * SECOND))
                .isFalse();
        assertThat(cookies.matches(new InetSocketAddress(ipv6(1, 1), 6), cookie, 0, 2 * SECOND))
                .isFalse();
        assertThat(cookies.matches(address, cookie, 0, 125 * SECOND)).isTrue();
        assertThat(cookies.matches(address, cookie, 0, 250 * SECOND)).isFalse();
        assertThat(cookies.matches(address, new byte[Datagrams.COOKIE_LENGTH], 0, 2 * SECOND))
                .isFalse();
    }
}
