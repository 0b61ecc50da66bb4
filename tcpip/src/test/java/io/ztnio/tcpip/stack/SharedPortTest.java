package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.ip;
import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several endpoints on one address and port (SO_REUSEPORT, SO_REUSEADDR). */
class SharedPortTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int FLOWS = 200;

    private final Lan lan = new Lan(31);
    private final Lan.Host a = lan.host(0x0200_0000_000aL, "10.1.0.1/24", "fd00::1/64");
    private final Lan.Host b = lan.host(0x0200_0000_000bL, "10.1.0.2/24", "fd00::2/64");

    /** Few packets may wait until a neighbour is known. */
    @BeforeEach
    void knowNeighbours() throws IOException {
        a.stack.openDatagram().send(ByteBuffer.allocate(1), socket("10.1.0.2", 9));
        a.stack.openDatagram().send(ByteBuffer.allocate(1), socket("fd00::2", 9));
        lan.run(SECOND);
    }

    private DatagramEndpoint bound(String address, SocketOption<Boolean> option) throws IOException {
        DatagramEndpoint endpoint = b.stack.openDatagram();
        if (option != null) {
            endpoint.option(option, true);
        }
        endpoint.bind(socket(address, 5000));
        return endpoint;
    }

    private List<DatagramEndpoint> shared(int count) throws IOException {
        List<DatagramEndpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            endpoints.add(bound("0.0.0.0", StandardSocketOptions.SO_REUSEPORT));
        }
        return endpoints;
    }

    private static Set<InetSocketAddress> senders(DatagramEndpoint endpoint) throws IOException {
        Set<InetSocketAddress> senders = new HashSet<>();
        InetSocketAddress from = endpoint.receive(ByteBuffer.allocate(9));
        while (from != null) {
            senders.add(from);
            from = endpoint.receive(ByteBuffer.allocate(9));
        }
        return senders;
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.2", "fd00::2"})
    void endpointsShareTheFlows(String target) throws IOException {
        List<DatagramEndpoint> servers = shared(4);
        List<DatagramEndpoint> clients = new ArrayList<>();
        Map<InetSocketAddress, DatagramEndpoint> served = new HashMap<>();
        for (int i = 0; i < FLOWS; i++) {
            clients.add(a.stack.openDatagram());
        }

        for (int round = 0; round < 3; round++) {
            for (DatagramEndpoint client : clients) {
                client.send(ByteBuffer.allocate(1), socket(target, 5000));
            }
            lan.run(SECOND);
            int flows = 0;
            for (DatagramEndpoint server : servers) {
                Set<InetSocketAddress> senders = senders(server);
                assertThat(senders).hasSizeBetween(FLOWS / 8, FLOWS / 2);
                flows += senders.size();
                for (InetSocketAddress sender : senders) {
                    DatagramEndpoint before = served.put(sender, server);
                    assertThat(before == null || before == server).isTrue();
                }
            }
            assertThat(flows).isEqualTo(FLOWS);
        }
        servers.get(2).close();
        clients.forEach(client -> {
            try {
                client.send(ByteBuffer.allocate(1), socket(target, 5000));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        lan.run(SECOND);
        int flows = senders(servers.get(0)).size()
                + senders(servers.get(1)).size()
                + senders(servers.get(3)).size();
        assertThat(flows).isEqualTo(FLOWS);
    }

    @Test
    void aConnectedEndpointHasItsPeerForItself() throws IOException {
        List<DatagramEndpoint> servers = shared(3);
        DatagramEndpoint client = a.stack.openDatagram();
        client.bind(socket("10.1.0.1", 6000));
        servers.get(1).connect(socket("10.1.0.1", 6000));

        for (int i = 0; i < 3; i++) {
            client.send(ByteBuffer.allocate(1), socket("10.1.0.2", 5000));
        }
        DatagramEndpoint other = a.stack.openDatagram();
        other.send(ByteBuffer.allocate(1), socket("10.1.0.2", 5000));
        lan.run(SECOND);

        assertThat(senders(servers.get(1))).containsExactly(socket("10.1.0.1", 6000));
        Set<InetSocketAddress> rest = senders(servers.get(0));
        rest.addAll(senders(servers.get(2)));
        assertThat(rest).containsExactly(socket("10.1.0.1", other.localAddress().getPort()));
    }

    @Test
    void thoseOfTheAddressComeBeforeWildcards() throws IOException {
        DatagramEndpoint wildcard = bound("0.0.0.0", StandardSocketOptions.SO_REUSEPORT);
        DatagramEndpoint first = bound("10.1.0.2", StandardSocketOptions.SO_REUSEPORT);
        DatagramEndpoint second = bound("10.1.0.2", StandardSocketOptions.SO_REUSEPORT);
        for (int i = 0; i < FLOWS; i++) {
            a.stack.openDatagram().send(ByteBuffer.allocate(1), socket("10.1.0.2", 5000));
        }
        lan.run(SECOND);

        assertThat(senders(wildcard)).isEmpty();
        int atFirst = senders(first).size();
        assertThat(atFirst).isBetween(FLOWS / 4, 3 * FLOWS / 4);
        assertThat(senders(second)).hasSize(FLOWS - atFirst);
    }

    @Test
    void groupsAndBroadcastsReachAll() throws IOException {
        List<DatagramEndpoint> servers = shared(3);
        for (DatagramEndpoint server : servers) {
            server.join(ip("239.1.2.3"), null);
        }
        DatagramEndpoint client = a.stack.openDatagram();
        client.option(StandardSocketOptions.SO_BROADCAST, true);

        client.send(ByteBuffer.allocate(1), socket("239.1.2.3", 5000));
        client.send(ByteBuffer.allocate(1), socket("10.1.0.255", 5000));
        lan.run(SECOND);

        for (DatagramEndpoint server : servers) {
            assertThat(server.receive(ByteBuffer.allocate(9))).isNotNull();
            assertThat(server.receive(ByteBuffer.allocate(9))).isNotNull();
            assertThat(server.receive(ByteBuffer.allocate(9))).isNull();
        }
    }

    @Test
    void withReuseAddressTheLatestHasTheUnicasts() throws IOException {
        DatagramEndpoint first = bound("0.0.0.0", StandardSocketOptions.SO_REUSEADDR);
        DatagramEndpoint second = bound("0.0.0.0", StandardSocketOptions.SO_REUSEADDR);
        for (int i = 0; i < 20; i++) {
            a.stack.openDatagram().send(ByteBuffer.allocate(1), socket("10.1.0.2", 5000));
        }
        lan.run(SECOND);

        assertThat(senders(first)).isEmpty();
        assertThat(senders(second)).hasSize(20);
    }

    /** As on Linux: both need the same option. */
    @Test
    void withoutTheOptionOnBothSidesThePortIsTaken() throws IOException {
        bound("0.0.0.0", StandardSocketOptions.SO_REUSEPORT);

        assertThatThrownBy(() -> bound("0.0.0.0", null)).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> bound("10.1.0.2", null)).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> bound("0.0.0.0", StandardSocketOptions.SO_REUSEADDR))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        assertThat(bound("0.0.0.0", StandardSocketOptions.SO_REUSEPORT).isOpen())
                .isTrue();
    }

    @Test
    void anEphemeralPortIsNotSharedByAccident() throws IOException {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            DatagramEndpoint endpoint = b.stack.openDatagram();
            endpoint.option(StandardSocketOptions.SO_REUSEPORT, true);
            endpoint.bind(socket("0.0.0.0", 0));
            ports.add(endpoint.localAddress().getPort());
        }

        assertThat(ports).hasSize(2000);
    }

    @Test
    void listenersShareTheConnections() throws IOException {
        List<ListenerEndpoint> listeners = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ListenerEndpoint listener = b.stack.openListener();
            listener.option(StandardSocketOptions.SO_REUSEPORT, true);
            listener.bind(socket("0.0.0.0", 5000));
            listener.listen(FLOWS);
            listeners.add(listener);
        }
        ListenerEndpoint alone = b.stack.openListener();
        assertThatThrownBy(() -> alone.bind(socket("0.0.0.0", 5000))).isInstanceOf(BindException.class);
        for (int i = 0; i < FLOWS; i++) {
            StreamEndpoint client = a.stack.openStream();
            client.connect(socket("10.1.0.2", 5000));
        }
        lan.run(SECOND);

        int accepted = 0;
        for (ListenerEndpoint listener : listeners) {
            int count = 0;
            while (listener.accept() != null) {
                count++;
            }
            assertThat(count).isBetween(FLOWS / 6, 2 * FLOWS / 3);
            accepted += count;
        }
        assertThat(accepted).isEqualTo(FLOWS);
    }
}
