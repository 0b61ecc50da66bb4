package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody who asks for groups without end. */
class GroupFloodTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    private final Lan lan = new Lan(52);
    private final Lan.Host host = lan.host(0x0200_0000_000aL, "10.1.0.1/24", "fd00::1/64", "fe80::1/64");
    private final GroupRouter router = new GroupRouter(lan, host);

    @BeforeEach
    void listen() throws IOException {
        host.stack.openDatagram().join(ip("224.0.0.1"), null);
        host.stack.openDatagram().join(ip("239.1.2.3"), null);
        host.stack.openDatagram().join(ip("ff05::1:3"), null);
        lan.run(5 * SECOND);
        router.heard();
    }

    @ParameterizedTest
    @CsvSource({"false, ", "false, 239.1.2.3", "true, ", "true, ff05::1:3"})
    void aThousandQuestionsAreAnsweredAFewTimesASecond(boolean v6, String group) {
        int answers = 0;
        for (int i = 0; i < 1000; i++) {
            router.ask(v6, group, 0);
            lan.run(MILLI);
            answers += router.heard().size();
        }
        lan.run(SECOND);

        assertThat(answers + router.heard().size()).isBetween(2, 6);
    }

    @ParameterizedTest
    @CsvSource({"false, 239.1.2.3", "true, ff05::1:3"})
    void aThousandOlderQuestionsAreAnsweredAFewTimesASecond(boolean v6, String group) {
        int answers = 0;
        for (int i = 0; i < 1000; i++) {
            router.askOlder(v6, group, 1);
            lan.run(MILLI);
            answers += router.heard().size();
        }
        lan.run(SECOND);

        assertThat(answers + router.heard().size()).isBetween(2, 6);
    }

    @Test
    void questionsForGroupsThatNobodyListensToLeaveNothing() {
        for (int i = 0; i < 3000; i++) {
            router.ask(false, "239.7." + i / 250 + "." + (1 + i % 250), 100);
            router.ask(true, "ff05::7:" + Integer.toHexString(i + 1), 10_000);
        }
        lan.run(20 * SECOND);

        assertThat(router.heard()).isEmpty();
    }
}
