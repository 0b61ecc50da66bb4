package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who takes all the memory that he can get leaves others enough to go on. */
class SharedMemoryTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int MEMORY = 8 << 20;
    private static final int CONNECTIONS = 400;

    private final Lan lan = new Lan(35);
    private final Lan.Host attacker =
            lan.host(0x0200_0000_000bL, "10.1.0.2/16", "10.1.0.3/16", "10.1.0.4/16", "10.1.0.5/16", "10.1.0.6/16");
    private final Lan.Host honest = lan.host(0x0200_0000_000cL, "10.1.1.1/16");
    private final List<StreamEndpoint> clients = new ArrayList<>();
    private Lan.Host server = lan.host(0x0200_0000_000aL, "10.1.0.1/16");
    private ListenerEndpoint listener;

    @BeforeEach
    void listen() throws IOException {
        StackConfig config =
                new StackConfig(256 << 10, 16 << 20, MEMORY, "cubic", 216, 1, EphemeralPorts.DEFAULT, Optional.empty());
        server = lan.restarted(server, config, "10.1.0.1/16");
        listener = server.stack.openListener();
        listener.bind(socket("10.1.0.1", 80));
        listener.listen(2000);
    }

    /** Returns the server's end. */
    private StreamEndpoint connect(Lan.Host from, String address) throws IOException {
        StreamEndpoint client = from.stack.openStream();
        client.bind(socket(address, 0));
        client.connect(socket("10.1.0.1", 80));
        clients.add(client);
        StreamEndpoint accepted = null;
        for (int i = 0; accepted == null; i++) {
            assertThat(i).isLessThan(1000);
            lan.run(SECOND / 500);
            accepted = listener.accept();
        }
        return accepted;
    }

    /** Bytes that arrive in a second of what is written all the time. */
    private int moved(StreamEndpoint from, StreamEndpoint to) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(1 << 16);
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        int moved = 0;
        for (int i = 0; i < 500; i++) {
            from.write(out.clear());
            lan.run(SECOND / 500);
            for (int count = to.read(in.clear()); count > 0; count = to.read(in.clear())) {
                moved += count;
            }
        }
        return moved;
    }

    private void hold(List<StreamEndpoint> writers) throws IOException {
        for (int i = 0; i < 20; i++) {
            for (StreamEndpoint writer : writers) {
                writer.write(ByteBuffer.allocate(1 << 16));
            }
            lan.run(SECOND / 10);
        }
    }

    private List<StreamEndpoint> attack(boolean servers, int addresses) throws IOException {
        List<StreamEndpoint> all = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            StreamEndpoint accepted = connect(attacker, "10.1.0." + (2 + i % addresses));
            all.add(servers ? accepted : clients.get(clients.size() - 1));
            if (i % 20 == 19) {
                // One after the other, so that each takes what there is.
                hold(all.subList(i - 19, i + 1));
            }
        }
        return all;
    }

    private void expectProgress() throws IOException {
        StreamEndpoint accepted = connect(honest, "10.1.1.1");
        StreamEndpoint client = clients.get(clients.size() - 1);
        int up = moved(client, accepted);
        int down = moved(accepted, client);
        assertThat(up).as("to the server").isGreaterThan(1 << 20);
        assertThat(down).as("from the server").isGreaterThan(1 << 20);
        accepted.close();

        StreamEndpoint other = connect(attacker, "10.1.0.2");
        assertThat(moved(clients.get(clients.size() - 1), other))
                .as("of the same address")
                .isGreaterThan(100_000);
    }

    @Test
    void readersThatDoNotReadLeaveOthersMemory() throws IOException {
        attack(false, 1);
        expectProgress();
    }

    @Test
    void peersThatDoNotReadLeaveOthersMemory() throws IOException {
        attack(true, 1);
        expectProgress();
    }

    @Test
    void soDoesOneWithManyAddresses() throws IOException {
        attack(false, 5);
        expectProgress();
    }

    @Test
    void orphansEndBeforeAnybodyIsRefusedForLong() throws IOException {
        List<StreamEndpoint> writers = attack(true, 5);
        writers.forEach(StreamEndpoint::close);
        expectProgress();
    }

    @Test
    void whatAnAttackerHeldIsFreeOnceItsConnectionsAreOver() throws IOException {
        List<StreamEndpoint> writers = attack(true, 5);
        writers.forEach(StreamEndpoint::close);
        lan.filter = frame -> frame.source() != 0x0200_0000_000bL;

        lan.run(300 * SECOND);

        assertThat(server.stack.connections()).isZero();
        expectFull();
    }

    private void expectFull() throws IOException {
        StreamEndpoint accepted = connect(honest, "10.1.1.1");
        assertThat(moved(clients.get(clients.size() - 1), accepted)).isGreaterThan(8 << 20);
    }
}
