package io.ztnio.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the relay over TCP is used. */
class RelayNeedTest {
    private static final InetSocketAddress ROOT = new InetSocketAddress("81.1.1.1", 9993);

    @Test
    void itIsUsedAfterAMinuteWithoutUdpWhenSomethingIsSentAgainAndAgain() {
        RelayNeed need = new RelayNeed(false, false, 0);

        need.look(60_000);
        assertThat(need.isBlocked()).isFalse();
        need.look(60_001);
        assertThat(need.isBlocked()).isTrue();
        assertThat(need.sent(61_000)).isFalse();
        assertThat(need.sent(63_000)).isFalse();
        assertThat(need.sent(66_000)).isTrue();
    }

    @Test
    void aRelayOfOnesOwnIsUsedSoonerAndAtOnce() {
        RelayNeed need = new RelayNeed(false, true, 0);
        need.received(ROOT, 16, 5_000);

        need.look(30_000);
        assertThat(need.isBlocked()).isFalse();
        need.look(30_001);
        assertThat(need.isBlocked()).isTrue();
        assertThat(need.isOpenAgain(30_001)).isFalse();
        assertThat(need.sent(30_001)).isTrue();
    }

    @Test
    void whoSendsOnceInALongWhileDoesNotNeedIt() {
        RelayNeed need = new RelayNeed(false, false, 0);
        need.look(60_001);

        for (long now = 100_000; now < 1_000_000; now += 60_000) {
            assertThat(need.sent(now)).isFalse();
        }
    }

    @Test
    void aDatagramByUdpEndsIt() {
        RelayNeed need = new RelayNeed(false, false, 0);
        need.look(60_001);
        assertThat(need.isOpenAgain(60_001)).isFalse();

        need.received(ROOT, 16, 70_000);
        need.look(70_000);

        assertThat(need.isBlocked()).isFalse();
        assertThat(need.isOpenAgain(70_000)).isTrue();
        assertThat(need.isOpenAgain(100_000)).isFalse();
        need.look(130_001);
        assertThat(need.isBlocked()).isTrue();
    }

    @Test
    void whereItIsForcedUdpDoesNotMatter() {
        RelayNeed need = new RelayNeed(true, false, 0);
        need.received(ROOT, 16, 10);
        need.look(10);

        assertThat(need.isBlocked()).isTrue();
        assertThat(need.isOpenAgain(10)).isFalse();
        assertThat(need.sent(10)).isTrue();
        assertThat(need.sent(10)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "81.1.1.1, 16, true, true", "81.1.1.1, 15, false, false", "10.1.1.1, 100, false, true",
        "127.0.0.1, 100, false, true", "224.0.0.1, 100, false, false", "2001:db8::1, 100, false, false"
    })
    void itIsForIpv4OfTheInternetAndIfItIsNamedForPrivateAddresses(
            String ip, int length, boolean byDefault, boolean named) {
        InetSocketAddress remote = new InetSocketAddress(ip, 9993);

        assertThat(new RelayNeed(false, false, 0).concerns(remote, length)).isEqualTo(byDefault);
        assertThat(new RelayNeed(false, true, 0).concerns(remote, length)).isEqualTo(named);
    }
}
