package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much one turn of the stack sends, when many connections could send more. */
class TurnOutputTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CONNECTIONS = 100;
    private static final int BOUND = 256 << 10;
    private static final int LARGEST_BURST = 64 << 10;

    private final Lan lan = new Lan(51);
    private final Lan.Host client = lan.host(0x0200_0000_000aL, "10.1.0.1/24");
    private final Lan.Host server = lan.host(0x0200_0000_000bL, "10.1.0.2/24");
    private final List<StreamEndpoint> streams = new ArrayList<>();
    private ListenerEndpoint listener;

    @BeforeEach
    void connect() throws IOException {
        listener = server.stack.openListener();
        listener.bind(socket("10.1.0.2", 80));
        listener.listen(CONNECTIONS);
        connectOne();
        lan.run(SECOND);
        for (int i = 1; i < CONNECTIONS; i++) {
            connectOne();
        }
        lan.run(SECOND);
        client.link.sent.clear();
    }

    private void connectOne() throws IOException {
        StreamEndpoint stream = client.stack.openStream();
        stream.connect(socket("10.1.0.2", 80));
        streams.add(stream);
    }

    private int sentBytes() {
        return client.link.sent.stream()
                .mapToInt(frame -> frame.payload().length)
                .sum();
    }

    @Test
    void itEndsAfterItsBytesAndTheNextGoesOn() throws IOException {
        for (StreamEndpoint stream : streams) {
            assertThat(stream.write(ByteBuffer.allocate(25_000))).isEqualTo(25_000);
        }
        Map<Integer, Integer> turnOfPort = new HashMap<>();
        int turns = 0;
        int total = 0;
        long next;
        do {
            next = client.stack.turn(lan.now);
            int bytes = sentBytes();
            assertThat(bytes).isBetween(1, BOUND + LARGEST_BURST);
            Set<Integer> ports = new HashSet<>();
            for (TestLink.Frame frame : client.link.sent) {
                ports.add((frame.payload()[20] & 0xff) << 8 | (frame.payload()[21] & 0xff));
            }
            for (int port : ports) {
                assertThat(turnOfPort.put(port, turns))
                        .as("each has had its part once")
                        .isNull();
            }
            client.link.sent.clear();
            total += bytes;
            turns++;
        } while (next <= lan.now);

        assertThat(turns).isGreaterThanOrEqualTo(CONNECTIONS * 25_000 / (BOUND + LARGEST_BURST));
        assertThat(turnOfPort).hasSize(CONNECTIONS);
        assertThat(total).isGreaterThan(CONNECTIONS * 25_000);
    }

    @Test
    void everyByteArrives() throws IOException {
        for (StreamEndpoint stream : streams) {
            stream.write(ByteBuffer.allocate(25_000));
        }
        lan.run(2 * SECOND);

        ByteBuffer received = ByteBuffer.allocate(30_000);
        for (int i = 0; i < CONNECTIONS; i++) {
            assertThat(listener.accept().read(received.clear())).isEqualTo(25_000);
        }
    }
}
