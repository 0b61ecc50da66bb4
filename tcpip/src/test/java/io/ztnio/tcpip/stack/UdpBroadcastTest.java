package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a kernel (Linux 6.18) does with datagrams to everybody. */
class UdpBroadcastTest {
    private static final long SECOND = 1_000_000_000L;

    private final Lan lan = new Lan(52);
    private final Lan.Host host = lan.host(0x0200_0000_000aL, "10.1.0.1/24");
    private final Lan.Host other = lan.host(0x0200_0000_000bL, "10.1.0.2/24");
    private final DatagramEndpoint endpoint = host.stack.openDatagram();
    private final DatagramEndpoint far = other.stack.openDatagram();

    @BeforeEach
    void bind() throws IOException {
        far.bind(socket("0.0.0.0", 5000));
    }

    private int send(InetSocketAddress to) throws IOException {
        return endpoint.send(ByteBuffer.wrap(new byte[] {1, 2}), to);
    }

    private InetSocketAddress received(DatagramEndpoint at) throws IOException {
        lan.run(SECOND / 10);
        return at.receive(ByteBuffer.allocate(10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.255", "255.255.255.255"})
    void neitherSendNorConnectToEverybodyIsAllowedWithoutTheOption(String everybody) throws IOException {
        assertThatThrownBy(() -> send(socket(everybody, 5000)))
                .isInstanceOf(BindException.class)
                .hasMessage("Permission denied");
        assertThatThrownBy(() -> endpoint.connect(socket(everybody, 5000)))
                .isInstanceOf(BindException.class)
                .hasMessage("Permission denied");

        assertThat(endpoint.remoteAddress()).isNull();
        assertThat(received(far)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.255", "255.255.255.255"})
    void whoIsConnectedToEverybodyGoesOnWithoutTheOption(String everybody) throws IOException {
        endpoint.option(StandardSocketOptions.SO_BROADCAST, true);
        endpoint.connect(socket(everybody, 5000));
        assertThat(endpoint.localAddress().getAddress()).isEqualTo(Lan.ip("10.1.0.1"));
        endpoint.option(StandardSocketOptions.SO_BROADCAST, false);

        assertThat(send(null)).isEqualTo(2);
        assertThat(send(socket(everybody, 5000))).isEqualTo(2);
        assertThat(received(far)).isEqualTo(endpoint.localAddress());
        assertThat(received(far)).isEqualTo(endpoint.localAddress());

        assertThatThrownBy(() -> send(socket(everybody, 5001))).isInstanceOf(BindException.class);
    }

    @Test
    void whoIsConnectedToEverybodyHearsNobodysAnswer() throws IOException {
        endpoint.option(StandardSocketOptions.SO_BROADCAST, true);
        endpoint.connect(socket("10.1.0.255", 5000));
        send(null);
        InetSocketAddress from = received(far);
        far.send(ByteBuffer.wrap(new byte[] {3}), from);

        assertThat(received(endpoint)).isNull();
    }

    @Test
    void whoIsBoundToEverybodysAddressReceivesWhatIsSentThereAndSendsFromItsOwn() throws IOException {
        endpoint.bind(socket("10.1.0.255", 5000));
        far.option(StandardSocketOptions.SO_BROADCAST, true);

        far.send(ByteBuffer.wrap(new byte[] {1}), socket("10.1.0.255", 5000));
        assertThat(received(endpoint)).isEqualTo(socket("10.1.0.2", 5000));
        far.send(ByteBuffer.wrap(new byte[] {1}), socket("10.1.0.1", 5000));
        assertThat(received(endpoint)).as("not to everybody").isNull();
        assertThat(received(far)).as("its own broadcast").isNotNull();
        assertThat(send(socket("10.1.0.2", 5000))).isEqualTo(2);
        assertThat(received(far)).isEqualTo(socket("10.1.0.1", 5000));

        endpoint.connect(socket("10.1.0.2", 5000));
        assertThat(endpoint.localAddress()).isEqualTo(socket("10.1.0.255", 5000));
        send(null);
        assertThat(received(far)).isEqualTo(socket("10.1.0.1", 5000));
    }

    @Test
    void theAddressOfAllLinksIsNoneToBindTo() {
        assertThatThrownBy(() -> endpoint.bind(socket("255.255.255.255", 5000)))
                .isInstanceOf(BindException.class)
                .hasMessage("Cannot assign requested address");
    }

    @Test
    void theFirstAddressOfASubnetIsAHosts() throws IOException {
        assertThat(send(socket("10.1.0.0", 5000))).isEqualTo(2);
        endpoint.connect(socket("10.1.0.0", 5000));

        assertThat(received(far)).isNull();
    }

    @Test
    void whoIsBoundToAnOwnAddressHearsNoBroadcast() throws IOException {
        endpoint.bind(socket("10.1.0.1", 5000));
        far.option(StandardSocketOptions.SO_BROADCAST, true);

        far.send(ByteBuffer.wrap(new byte[] {1}), socket("10.1.0.255", 5000));

        assertThat(received(endpoint)).isNull();
    }
}
