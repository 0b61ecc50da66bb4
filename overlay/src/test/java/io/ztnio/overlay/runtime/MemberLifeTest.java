package io.ztnio.overlay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.runtime.VirtualOverlay.VirtualNode;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.link.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections to members that are killed, and come back or do not. */
@Tag("any-jdk")
class MemberLifeTest {
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final long SECOND = 1_000_000_000L;
    private static final int PORT = 80;

    private final VirtualOverlay hub = new VirtualOverlay(20_261_128);
    private final MemoryStateStore home = new MemoryStateStore();
    private VirtualNode client;
    private VirtualNode server;
    private StreamEndpoint near;
    private StreamEndpoint far;

    @BeforeEach
    void connect() throws IOException {
        client = hub.start(new MemoryStateStore());
        client.join(NETWORK, access("10.7.0.1"));
        server = hub.start(home);
        server.join(NETWORK, access("10.7.0.2"));
        InetSocketAddress address = new InetSocketAddress(DerivedAddresses.ipv6(NETWORK, server.id()), PORT);
        ListenerEndpoint listener = server.stack().openListener();
        listener.bind(address);
        listener.listen(1);
        hub.run(10 * SECOND);
        near = client.stack().openStream();
        near.connect(address);
        hub.run(SECOND);
        assertThat(near.finishConnect()).isTrue();
        far = listener.accept();
    }

    private static NetworkAccess access(String address) throws UnknownHostException {
        return NetworkAccess.builder()
                .addresses(List.of(new IpPrefix(InetAddress.getByName(address), 24)))
                .build();
    }

    private List<InetSocketAddress> serverAddresses() throws UnknownHostException {
        return List.of(
                new InetSocketAddress(DerivedAddresses.ipv6(NETWORK, server.id()), PORT),
                new InetSocketAddress(InetAddress.getByName("10.7.0.2"), PORT));
    }

    private void listen() throws IOException {
        ListenerEndpoint listener = server.stack().openListener();
        listener.bind(new InetSocketAddress("::", PORT));
        listener.listen(10);
    }

    private StreamEndpoint connecting(InetSocketAddress address) throws IOException {
        StreamEndpoint stream = client.stack().openStream();
        stream.connect(address);
        return stream;
    }

    private int read() throws IOException {
        return near.read(ByteBuffer.allocate(10));
    }

    @Test
    void aReaderWhosePeerWasKilledLearnsOfItWhenTheSameHomeComesBack() throws IOException {
        server.kill();
        hub.run(5 * SECOND);
        assertThat(read()).isZero();

        server = hub.start(home);
        server.join(NETWORK, NetworkAccess.OPEN);
        hub.run(10 * SECOND);

        assertThatThrownBy(this::read).hasMessage("Connection reset");
    }

    @Test
    void aReaderWhosePeerWasKilledTimesOutAfterTwoMinutes() throws IOException {
        server.kill();
        hub.run(118 * SECOND);
        assertThat(read()).isZero();
        hub.run(10 * SECOND);

        assertThatThrownBy(this::read).hasMessage("Connection timed out");
    }

    @Test
    void aPeerThatWasOutOfReachForAWhileGoesOn() throws IOException {
        hub.hub().side(1, List.of(server.port().address()));
        hub.run(90 * SECOND);
        hub.hub().heal();
        hub.run(120 * SECOND);

        far.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        hub.run(SECOND);

        assertThat(read()).isEqualTo(3);
    }

    @Test
    void aConnectToAPeerThatSaidGoodbyeFailsWithinSeconds() throws IOException {
        connecting(serverAddresses().get(1));
        hub.run(SECOND);
        server.stop();
        hub.run(SECOND);

        for (InetSocketAddress address : serverAddresses()) {
            StreamEndpoint stream = connecting(address);
            hub.run(4 * SECOND);
            assertThatThrownBy(stream::finishConnect)
                    .as("%s", address)
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage("No route to host");
        }
    }

    @Test
    void aConnectThatWaitsForAPeerWhichSaysGoodbyeFailsWithinSeconds() throws IOException {
        hub.hub().side(1, List.of(client.port().address()));
        List<StreamEndpoint> streams = new ArrayList<>();
        for (InetSocketAddress address : serverAddresses()) {
            streams.add(connecting(address));
        }
        hub.run(SECOND / 10);
        hub.hub().heal();
        server.stop();

        hub.run(10 * SECOND);

        for (StreamEndpoint stream : streams) {
            assertThatThrownBy(stream::finishConnect).isInstanceOf(NoRouteToHostException.class);
        }
    }

    @Test
    void aConnectToAPeerThatIsSilentForMinutesFailsWithinSeconds() throws IOException {
        server.kill();
        hub.run(130 * SECOND);

        for (InetSocketAddress address : serverAddresses()) {
            StreamEndpoint stream = connecting(address);
            hub.run(4 * SECOND);
            assertThatThrownBy(stream::finishConnect).isInstanceOf(NoRouteToHostException.class);
        }
    }

    @Test
    void aPeerThatIsBackIsConnectedTo() throws IOException {
        server.stop();
        hub.run(SECOND);
        connecting(serverAddresses().get(0));
        connecting(serverAddresses().get(1));
        hub.run(10 * SECOND);
        server = hub.start(home);
        server.join(NETWORK, access("10.7.0.2"));
        listen();
        hub.run(3 * SECOND);

        for (InetSocketAddress address : serverAddresses()) {
            StreamEndpoint stream = connecting(address);
            hub.run(2 * SECOND);
            assertThat(stream.finishConnect()).as("%s", address).isTrue();
        }
    }
}
