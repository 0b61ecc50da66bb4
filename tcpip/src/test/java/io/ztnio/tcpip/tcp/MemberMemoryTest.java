package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory is shared by members: by their MAC addresses, whatever IP addresses they use. */
class MemberMemoryTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int WRITTEN = 1 << 16;

    private final Lan lan = new Lan(36);
    private final Lan.Host server = lan.host(0x0200_0000_000aL, "10.1.0.1/16", "fd00::1/64");
    private final Lan.Host many =
            lan.host(0x0200_0000_000bL, "10.1.0.2/16", "10.1.0.3/16", "fd00::2/64", "fd00::1:0:3/64");
    private final Lan.Host other = lan.host(0x0200_0000_000cL, "10.1.1.1/16");
    private final List<StreamEndpoint> clients = new ArrayList<>();
    private final List<StreamEndpoint> accepted = new ArrayList<>();

    private void connect(ListenerEndpoint listener, Lan.Host from, String address, String to) throws IOException {
        StreamEndpoint client = from.stack.openStream();
        client.bind(socket(address, 0));
        client.connect(socket(to, 80));
        clients.add(client);
        lan.run(SECOND / 10);
        accepted.add(listener.accept());
    }

    private static long used(StreamEndpoint end) {
        return ((TcpStream) end).memory().usedBySource();
    }

    @Test
    void allAddressesOfAMemberShareItsPartAtBothEndsOfConnections() throws IOException {
        ListenerEndpoint listener = server.stack.openListener();
        listener.bind(socket("::", 80));
        listener.listen(10);
        connect(listener, many, "10.1.0.2", "10.1.0.1");
        connect(listener, many, "10.1.0.3", "10.1.0.1");
        connect(listener, many, "fd00::2", "fd00::1");
        connect(listener, many, "fd00::1:0:3", "fd00::1");
        connect(listener, other, "10.1.1.1", "10.1.0.1");

        accepted.get(0).write(ByteBuffer.allocate(WRITTEN));
        clients.get(0).write(ByteBuffer.allocate(WRITTEN));
        lan.run(SECOND / 10);

        for (List<StreamEndpoint> ends : List.of(accepted, clients)) {
            assertThat(ends.subList(0, 4))
                    .allSatisfy(end ->
                            assertThat(used(end)).isEqualTo(used(ends.get(0))).isGreaterThanOrEqualTo(WRITTEN));
            assertThat(used(ends.get(4))).isZero();
        }
    }
}
