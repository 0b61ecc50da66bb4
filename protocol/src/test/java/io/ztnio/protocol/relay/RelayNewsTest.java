package io.ztnio.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of the relay over TCP. */
class RelayNewsTest {
    private static final String WARNING =
            "WARNING UDP seems to be blocked, and the TCP relay relay.example:443 cannot be"
                    + " used: Connection refused. Check ztnio.tcp.relay";

    private final List<String> lines = new ArrayList<>();

    private RelayNews news(boolean forced) {
        return new RelayNews("relay.example:443", forced, (level, line) -> lines.add(level + " " + line));
    }

    @Test
    void eachChangeIsALine() {
        RelayNews news = news(false);
        news.failed(new IOException("Connection refused"), 0);
        news.failed(new IOException("Connection refused"), 10_000);
        news.connected(20_000);
        news.connected(30_000);
        news.unneeded(90_000);

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith(WARNING);
        assertThat(lines)
                .contains(
                        "INFO UDP seems to be blocked: datagrams go by the TCP relay relay.example:443",
                        "INFO UDP works again: the TCP relay relay.example:443 is not used any more");
    }

    @Test
    void aConnectionThatComesAndGoesIsNotALineEachTime() {
        RelayNews news = news(false);
        for (long now = 0; now < 10 * RelayNews.QUIET_MILLIS; now += 10_000) {
            news.failed(new IOException("Connection refused"), now);
            news.connected(now + 1);
        }

        assertThat(lines).hasSize(20);
        assertThat(lines.get(18)).startsWith(WARNING);
    }

    @Test
    void oneThatIsForcedIsNotBlamedOnUdp() {
        RelayNews news = news(true);
        news.failed(new UnknownHostException("relay.example"), 0);
        news.connected(10_000);

        assertThat(lines)
                .hasSize(2)
                .noneMatch(line -> line.contains("blocked"))
                .anyMatch(line -> line.startsWith("WARNING ") && line.contains("cannot be used: unknown host. Check"))
                .anyMatch(line -> line.startsWith("INFO ") && line.contains("is forced: IPv4 datagrams go by it"));
    }
}
