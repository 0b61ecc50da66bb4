package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many round trips connecting takes. */
class ConnectLatencyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long CLIENT_MAC = 0x0200_0000_000aL;
    private static final long SERVER_MAC = 0x0200_0000_000bL;

    private final Lan lan = new Lan(41);
    private final long roundTripNanos = 2 * lan.delayNanos;
    private ListenerEndpoint listener;
    private Lan.Host client;
    private Lan.Host server;

    private void start(String clientAddress, String serverAddress) throws IOException {
        client = lan.host(CLIENT_MAC, clientAddress);
        server = lan.host(SERVER_MAC, serverAddress);
        listener = server.stack.openListener();
        listener.bind(socket("::", 80));
        listener.listen(10);
    }

    /** From the call of connect to the news of its success, and on to the news at the listener. */
    private long[] connect(String address) throws IOException {
        long start = lan.now;
        long[] known = new long[2];
        StreamEndpoint stream = client.stack.openStream();
        stream.readinessListener(newlySet -> {
            if ((newlySet & Endpoint.CONNECTABLE) != 0) {
                known[0] = lan.now - start;
            }
        });
        listener.readinessListener(newlySet -> known[1] = lan.now - start);
        stream.connect(socket(address, 80));
        lan.run(SECOND);
        assertThat(stream.finishConnect()).isTrue();
        assertThat(listener.accept()).isNotNull();
        return known;
    }

    /** The server need not ask for the client: the request for its own address has told it. */
    @ParameterizedTest
    @CsvSource({"10.1.0.1/24,10.1.0.2/24,10.1.0.2", "fd00::1/64,fd00::2/64,fd00::2"})
    void theFirstTakesTwoRoundTripsAndEachLaterOneTakesOne(String from, String to, String target) throws IOException {
        start(from, to);

        assertThat(connect(target)).containsExactly(2 * roundTripNanos, 2 * roundTripNanos + lan.delayNanos);
        for (int i = 0; i < 5; i++) {
            assertThat(connect(target)).containsExactly(roundTripNanos, roundTripNanos + lan.delayNanos);
        }
    }

    /** Where an address states its MAC, as in the IPv6 schemes of ZeroTier networks, nobody is asked at all. */
    @Test
    void withDerivedNeighboursTheFirstTakesOneToo() throws IOException {
        start("fc00::200:0:a/40", "fc00::200:0:b/40");
        client.link.deriving();
        server.link.deriving();

        assertThat(connect("fc00::200:0:b")).containsExactly(roundTripNanos, roundTripNanos + lan.delayNanos);
        assertThat(client.link.sent).allMatch(frame -> frame.destination() == SERVER_MAC);
    }

    /** Who has heard of the other before, even by another protocol, need not ask either. */
    @Test
    void aNeighbourThatWasHeardIsKnown() throws IOException {
        start("10.1.0.1/24", "10.1.0.2/24");
        server.stack.openDatagram().send(ByteBuffer.allocate(1), socket("10.1.0.1", 9));
        lan.run(SECOND);

        assertThat(connect("10.1.0.2")[0]).isEqualTo(roundTripNanos);
    }

    @Test
    void theOwnAddressTakesNoTime() throws IOException {
        start("10.1.0.1/24", "10.1.0.2/24");
        client = server;

        assertThat(connect("10.1.0.2")).containsExactly(0, 0);
    }
}
