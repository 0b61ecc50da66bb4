package io.ztnio.tcpip.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that starts again with the addresses that it had. */
class ContinuityTest {
    private static final long MILLI = 1_000_000;
    private static final byte[] SECRET = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final String OWN = "10.1.0.1/24";

    /** The server closed first and so keeps the connection in TIME-WAIT, when the same port connects again. */
    @ParameterizedTest
    @ValueSource(longs = {5, 11, 23, 47})
    void aConnectionFromTheSamePortIsNewToAPeerInTimeWait(long seed) throws IOException {
        Lan lan = new Lan(seed);
        Lan.Host server = lan.host(0x32_0000_000002L, "10.1.0.2/24");
        ListenerEndpoint listener = server.stack.openListener();
        listener.bind(Lan.socket("10.1.0.2", 80));
        listener.listen(10);
        Lan.Host client = lan.host(0x32_0000_000001L);
        client = lan.restarted(client, config(1_700_000_000_000L), OWN);
        StreamEndpoint first = connect(lan, client);
        StreamEndpoint accepted = listener.accept();
        accepted.close();
        lan.run(10 * MILLI);
        assertThat(first.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        first.close();
        lan.run(10 * MILLI);

        // The clock of the new process starts at zero; the wall clock went on by three seconds.
        long restartMillis = 1_700_000_003_000L - lan.now / MILLI;
        client = lan.restarted(client, config(restartMillis), OWN);
        StreamEndpoint second = connect(lan, client);

        assertThat(second.finishConnect()).as("seed %d", seed).isTrue();
        assertThat(listener.accept()).isNotNull();
    }

    @Test
    void theSecretIsNotShown() {
        assertThat(new Continuity(0x1122334455667788L, 42, 7).toString()).isEqualTo("Continuity[originMillis=7]");
    }

    private static StackConfig config(long originMillis) {
        return StackConfig.defaults().withContinuity(Continuity.of(SECRET, originMillis));
    }

    private static StreamEndpoint connect(Lan lan, Lan.Host host) throws IOException {
        StreamEndpoint stream = host.stack.openStream();
        stream.bind(Lan.socket("10.1.0.1", 5000));
        stream.connect(Lan.socket("10.1.0.2", 80));
        lan.run(20 * MILLI);
        return stream;
    }
}
