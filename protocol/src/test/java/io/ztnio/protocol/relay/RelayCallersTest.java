package io.ztnio.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whom a relay's client may answer. */
class RelayCallersTest {
    private static final InetSocketAddress PEER = new InetSocketAddress("82.1.1.1", 9993);

    private final RelayCallers callers = new RelayCallers();

    @Test
    void whoHasSentMayBeAnsweredForFiveMinutes() {
        assertThat(callers.mayBeAnswered(PEER, 0)).isFalse();

        callers.heard(PEER, 0);

        assertThat(callers.mayBeAnswered(PEER, TimeUnit.SECONDS.toNanos(299))).isTrue();
        assertThat(callers.mayBeAnswered(PEER, TimeUnit.SECONDS.toNanos(300))).isFalse();
    }

    @Test
    void anotherPortOfTheSameAddressIsSomebodyElse() {
        callers.heard(PEER, 0);

        assertThat(callers.mayBeAnswered(new InetSocketAddress("82.1.1.1", 53), 0))
                .isFalse();
    }

    @Test
    void strangersPushOutWhoWasSilentLongestAndNotWhoGoesOn() {
        InetSocketAddress silent = new InetSocketAddress("82.2.2.2", 9993);
        callers.heard(silent, 0);
        for (int i = 0; i < 10 * RelayCallers.MOST; i++) {
            callers.heard(PEER, i);
            callers.heard(new InetSocketAddress("83.1.1.1", 2_000 + i), i);
        }

        assertThat(callers.mayBeAnswered(silent, 10 * RelayCallers.MOST)).isFalse();
        assertThat(callers.mayBeAnswered(PEER, 10 * RelayCallers.MOST)).isTrue();
    }
}
