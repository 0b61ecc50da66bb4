package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.NodeKind;
import io.ztnio.it.lab.OwnNode;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.TwoMembers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * On a LAN with jumbo frames a stock member of Linux, which cuts datagrams after 1,500 bytes, is sent none that is longer: it is found
 * out what it takes, not only what the LAN does.
 */
@RealDaemon
@Tag("any-jdk")
class LongDatagramsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int NETWORK_MTU = 8800;
    private static final int IPV4_HEADERS = 28;

    /** What a packet of such a frame goes by in six datagrams instead of seven. */
    private static final int FOUND = 1487;

    @Test
    void aDaemonIsSentNoLongerDatagramsThanItTakes() {
        try (TwoMembers net = new TwoMembers(NodeKind.OURS, false)) {
            net.lab().mtu(9000);
            net.configure("{\"mtu\": " + NETWORK_MTU + "}");
            Path status = net.lab().newDirectory("status").resolve("status.json");
            OwnNode node = OwnNode.member(net.lab().java2(), net.planet(), "--status-file", status.toString());
            net.admit(node);
            String[] ping = {
                "ping", "-M", "do", "-c", "400", "-i", "0.2", "-s", "" + (NETWORK_MTU - IPV4_HEADERS), net.ipv4(node)
            };

            // The answers to these have it look for longer datagrams.
            RunningProcess pings = net.daemon().host().start(List.of(ping), "");
            try {
                Await.until("datagrams of " + FOUND, TIMEOUT, () -> read(status).contains("\"pathMtu\":" + FOUND));
            } finally {
                pings.close();
            }
            assertThat(net.daemon()
                            .host()
                            .ping(net.ipv4(node), 10, NETWORK_MTU - IPV4_HEADERS)
                            .received())
                    .isEqualTo(10);
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).replace(" ", "") : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
