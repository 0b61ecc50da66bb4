package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.ip;
import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.DatagramOptions;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UdpTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;

    private final Lan lan = new Lan(11);
    private Lan.Host a;
    private Lan.Host b;

    @BeforeEach
    void connect() {
        a = lan.host(A, "10.1.0.1/24", "fd00::1/64");
        b = lan.host(B, "10.1.0.2/24", "fd00::2/64");
    }

    @ParameterizedTest
    @CsvSource({"10.1.0.2,10.1.0.1", "fd00::2,fd00::1"})
    void aWildcardEndpointTalksBothVersions(String there, String here) throws IOException {
        DatagramEndpoint server = bound(b, "0.0.0.0", 5000);
        DatagramEndpoint client = a.stack.openDatagram();

        client.send(text("ping"), socket(there, 5000));
        lan.run(SECOND);

        ByteBuffer received = ByteBuffer.allocate(100);
        InetSocketAddress from = server.receive(received);
        assertThat(from).isEqualTo(socket(here, client.localAddress().getPort()));
        assertThat(string(received)).isEqualTo("ping");
        assertThat(server.receive(received)).isNull();

        server.send(text("pong"), from);
        lan.run(SECOND);

        received.clear();
        assertThat(client.receive(received)).isEqualTo(socket(there, 5000));
        assertThat(string(received)).isEqualTo("pong");
    }

    @Test
    void aDatagramIsByteExact() throws IOException {
        DatagramEndpoint client = bound(a, "10.1.0.1", 0x1000);
        client.option(StandardSocketOptions.IP_TOS, 0x10);
        client.send(text("hello"), socket("10.1.0.2", 0x2000));
        lan.run(SECOND);

        String packet = a.link.sent.get(1).hex();

        assertThat(packet.substring(0, 8)).isEqualTo("45100021");
        assertThat(packet.substring(12, 20)).isEqualTo("00004011");
        assertThat(packet.substring(24)).isEqualTo("0a0100010a010002" + "10002000000d" + "77fd" + "68656c6c6f");
    }

    @ParameterizedTest
    @CsvSource({"10.1.0.2,60000", "10.1.0.2,65507", "fd00::2,60000", "fd00::2,65527", "10.1.0.1,65507", "fd00::1,65527"
    })
    void largeDatagramsAreFragmentedAndReassembled(String target, int length) throws IOException {
        DatagramEndpoint server = bound(target.endsWith("1") ? a : b, "::", 5000);
        byte[] payload = new byte[length];
        new Random(3).nextBytes(payload);

        a.stack.openDatagram().send(ByteBuffer.wrap(payload), socket(target, 5000));
        lan.run(SECOND);

        ByteBuffer received = ByteBuffer.allocate(70_000);
        assertThat(server.receive(received)).isNotNull();
        assertThat(received.flip()).isEqualTo(ByteBuffer.wrap(payload));
        assertThat(a.link.sent).allMatch(frame -> frame.payload().length <= 2800);
    }

    @Test
    void aCongestedLinkHoldsDatagramsBackUntilItTakesMore() throws IOException {
        DatagramEndpoint server = bound(b, "10.1.0.2", 5000);
        DatagramEndpoint client = a.stack.openDatagram();
        client.send(text("first"), socket("10.1.0.2", 5000));
        lan.run(SECOND);
        a.link.congested = true;

        client.send(text("second"), socket("10.1.0.2", 5000));
        int full = 0;
        while (client.send(ByteBuffer.allocate(1000), socket("10.1.0.2", 5000)) > 0) {
            full++;
        }
        lan.run(SECOND);
        ByteBuffer received = ByteBuffer.allocate(2000);
        assertThat(server.receive(received)).isNotNull();
        assertThat(server.receive(received)).isNull();
        assertThat(client.readiness() & Endpoint.WRITABLE).isZero();

        a.link.congested = false;
        a.gate.run(a.stack::resume);
        lan.run(SECOND);

        assertThat(client.readiness() & Endpoint.WRITABLE).isNotZero();
        assertThat(server.receive(received.clear())).isNotNull();
        assertThat(string(received)).isEqualTo("second");
        int later = 0;
        while (server.receive(received.clear()) != null) {
            later++;
        }
        assertThat(later).isEqualTo(full).isPositive();
    }

    @Test
    void whatAnEndpointLeavesBehindIsSentAllTheSame() throws IOException {
        DatagramEndpoint server = bound(b, "10.1.0.2", 5000);
        DatagramEndpoint client = a.stack.openDatagram();
        client.send(text("first"), socket("10.1.0.2", 5000));
        lan.run(SECOND);
        server.receive(ByteBuffer.allocate(10));
        a.link.congested = true;

        client.send(text("last"), socket("10.1.0.2", 5000));
        client.close();
        lan.run(SECOND);

        ByteBuffer received = ByteBuffer.allocate(10);
        assertThat(server.receive(received)).isNotNull();
        assertThat(string(received)).isEqualTo("last");
        a.gate.run(a.stack::resume);
    }

    @Test
    void whatIsTooLongIsRefused() throws IOException {
        DatagramEndpoint endpoint = a.stack.openDatagram();

        assertThatThrownBy(() -> endpoint.send(ByteBuffer.allocate(65_508), socket("10.1.0.2", 1)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Message too long");
        assertThatThrownBy(() -> endpoint.send(ByteBuffer.allocate(1), socket("10.1.0.2", 0)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Can't send to port 0");
        assertThatThrownBy(() -> endpoint.send(ByteBuffer.allocate(1), socket("172.16.0.1", 1)))
                .isInstanceOf(NoRouteToHostException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.2", "fd00::2", "10.1.0.1", "fd00::1"})
    void aClosedPortIsToldToAConnectedEndpoint(String target) throws IOException {
        DatagramEndpoint client = a.stack.openDatagram();
        List<Integer> edges = new ArrayList<>();
        client.readinessListener(edges::add);
        client.connect(socket(target, 9));

        client.send(text("x"), null);
        lan.run(SECOND);

        assertThat(edges).containsExactly(Endpoint.READABLE);
        assertThatThrownBy(() -> client.receive(ByteBuffer.allocate(10))).isInstanceOf(PortUnreachableException.class);
        assertThat(client.receive(ByteBuffer.allocate(10))).isNull();
        assertThat(client.readiness()).isEqualTo(Endpoint.WRITABLE);
    }

    @Test
    void aClosedPortIsNotToldToAnUnconnectedEndpoint() throws IOException {
        DatagramEndpoint client = a.stack.openDatagram();

        client.send(text("x"), socket("10.1.0.2", 9));
        lan.run(SECOND);

        assertThat(client.receive(ByteBuffer.allocate(10))).isNull();
        assertThat(b.drops(DropReason.UDP_NO_PORT)).isEqualTo(1);
    }

    @Test
    void aConnectedEndpointHearsOnlyItsPeerAndForgetsWhatCameBefore() throws IOException {
        DatagramEndpoint client = bound(a, "0.0.0.0", 6000);
        DatagramEndpoint peer = bound(b, "0.0.0.0", 7000);
        DatagramEndpoint other = bound(b, "0.0.0.0", 7001);
        peer.send(text("early"), socket("10.1.0.1", 6000));
        lan.run(SECOND);

        client.connect(socket("10.1.0.2", 7000));
        assertThat(client.localAddress()).isEqualTo(socket("10.1.0.1", 6000));
        assertThat(client.readiness() & Endpoint.READABLE).isZero();
        peer.send(text("late"), socket("10.1.0.1", 6000));
        other.send(text("alien"), socket("10.1.0.1", 6000));
        lan.run(SECOND);

        ByteBuffer received = ByteBuffer.allocate(100);
        assertThat(client.receive(received)).isEqualTo(socket("10.1.0.2", 7000));
        assertThat(string(received)).isEqualTo("late");
        assertThat(client.receive(received)).isNull();

        client.disconnect();

        assertThat(client.localAddress()).isEqualTo(socket("0.0.0.0", 6000));
        assertThat(client.remoteAddress()).isNull();
    }

    @Test
    void theMostSpecificEndpointGetsTheDatagram() throws IOException {
        DatagramEndpoint wildcard = b.stack.openDatagram();
        DatagramEndpoint specific = b.stack.openDatagram();
        for (DatagramEndpoint each : List.of(wildcard, specific)) {
            each.option(StandardSocketOptions.SO_REUSEADDR, true);
        }
        specific.bind(socket("10.1.0.2", 5000));
        wildcard.bind(socket("0.0.0.0", 5000));

        a.stack.openDatagram().send(text("x"), socket("10.1.0.2", 5000));
        a.stack.openDatagram().send(text("y"), socket("fd00::2", 5000));
        lan.run(SECOND);

        assertThat(specific.receive(ByteBuffer.allocate(9))).isNotNull();
        assertThat(specific.receive(ByteBuffer.allocate(9))).isNull();
        assertThat(wildcard.receive(ByteBuffer.allocate(9))).isNotNull();
        assertThat(wildcard.receive(ByteBuffer.allocate(9))).isNull();
    }

    @Test
    void takenPortsAndForeignAddressesAreRefused() throws IOException {
        bound(a, "0.0.0.0", 5000);
        bound(a, "10.1.0.1", 5001);

        assertThatThrownBy(() -> bound(a, "10.1.0.1", 5000))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        assertThatThrownBy(() -> bound(a, "::", 5001)).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> bound(a, "10.1.0.99", 5002))
                .isInstanceOf(BindException.class)
                .hasMessage("Cannot assign requested address");
        assertThat(bound(a, "fd00::1", 5001).localAddress().getPort()).isEqualTo(5001);
        assertThat(bound(a, "0.0.0.0", 0).localAddress().getPort()).isBetween(32_768, 60_999);
    }

    @Test
    void aPortIsFreeAgainAfterClose() throws IOException {
        DatagramEndpoint first = bound(a, "0.0.0.0", 5000);
        List<Integer> edges = new ArrayList<>();
        first.readinessListener(edges::add);

        first.close();
        first.close();

        assertThat(edges).hasSize(1);
        assertThat(first.readiness()).isEqualTo(0b1111101);
        assertThatThrownBy(() -> first.receive(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThat(bound(a, "0.0.0.0", 5000).isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.255", "255.255.255.255"})
    void broadcastsNeedTheirOptionAndReachEveryone(String target) throws IOException {
        DatagramEndpoint there = bound(b, "0.0.0.0", 5000);
        DatagramEndpoint here = bound(a, "0.0.0.0", 5000);
        DatagramEndpoint sender = a.stack.openDatagram();
        assertThatThrownBy(() -> sender.send(text("x"), socket(target, 5000)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Permission denied");

        sender.option(StandardSocketOptions.SO_BROADCAST, true);
        sender.send(text("x"), socket(target, 5000));
        lan.run(SECOND);

        assertThat(there.receive(ByteBuffer.allocate(9))).isNotNull();
        assertThat(here.receive(ByteBuffer.allocate(9))).isNotNull();
        assertThat(a.link.takeOnly().destination()).isEqualTo(0xffff_ffff_ffffL);
    }

    @ParameterizedTest
    @CsvSource({"239.1.2.3,01005e010203,10.1.0.1", "ff05::1:3,333300010003,fd00::1"})
    void groupsAreHeardWhileJoined(String group, String mac, String link) throws IOException {
        DatagramEndpoint there = bound(b, "0.0.0.0", 5000);
        DatagramEndpoint here = bound(a, "0.0.0.0", 5000);
        DatagramEndpoint sender = a.stack.openDatagram();
        sender.option(DatagramOptions.MULTICAST_LINK_ADDRESS, ip(link));
        there.join(ip(group), null);
        here.join(ip(group), ip(link));
        assertThat(b.link.subscriptions).contains(mac + "/00000000");
        lan.run(2 * SECOND);
        a.link.sent.clear();

        sender.send(text("x"), socket(group, 5000));
        lan.run(SECOND);

        TestLink.Frame frame = a.link.takeOnly();
        assertThat(frame.destination()).isEqualTo(HexFormat.fromHexDigitsToLong(mac));
        assertThat(frame.payload()[link.contains(":") ? 7 : 8]).as("TTL").isEqualTo((byte) 1);
        assertThat(there.receive(ByteBuffer.allocate(9))).isNotNull();
        assertThat(here.receive(ByteBuffer.allocate(9))).isNotNull();

        there.leave(ip(group), null);
        sender.option(StandardSocketOptions.IP_MULTICAST_LOOP, false);
        sender.send(text("y"), socket(group, 5000));
        lan.run(SECOND);

        assertThat(b.link.subscriptions).doesNotContain(mac + "/00000000");
        assertThat(there.receive(ByteBuffer.allocate(9))).isNull();
        assertThat(here.receive(ByteBuffer.allocate(9))).isNull();
    }

    @Test
    void aFullReceiveQueueDropsTheNewest() throws IOException {
        DatagramEndpoint server = b.stack.openDatagram();
        server.option(StandardSocketOptions.SO_RCVBUF, 10_000);
        server.bind(socket("0.0.0.0", 5000));
        DatagramEndpoint client = a.stack.openDatagram();
        for (int i = 0; i < 20; i++) {
            client.send(ByteBuffer.allocate(1000).put(0, (byte) i), socket("10.1.0.2", 5000));
        }
        lan.run(SECOND);

        ByteBuffer received = ByteBuffer.allocate(1000);
        for (int i = 0; i < 8; i++) {
            assertThat(server.receive(received.clear())).isNotNull();
            assertThat(received.get(0)).isEqualTo((byte) i);
        }
        assertThat(server.receive(received.clear())).isNull();
        assertThat(b.drops(DropReason.UDP_QUEUE_FULL)).isEqualTo(12);
    }

    @Test
    void aSmallDestinationTruncatesAndAnEmptyDatagramCounts() throws IOException {
        DatagramEndpoint server = bound(b, "0.0.0.0", 5000);
        DatagramEndpoint client = a.stack.openDatagram();
        client.send(text("hello"), socket("10.1.0.2", 5000));
        client.send(text(""), socket("10.1.0.2", 5000));
        lan.run(SECOND);

        ByteBuffer small = ByteBuffer.allocate(2);
        assertThat(server.receive(small)).isNotNull();
        assertThat(string(small)).isEqualTo("he");
        assertThat(server.receive(ByteBuffer.allocate(2))).isNotNull();
        assertThat(server.receive(ByteBuffer.allocate(2))).isNull();
    }

    @Test
    void readinessIsAnnouncedOncePerTurnAndAgainAfterDraining() throws IOException {
        DatagramEndpoint server = bound(b, "0.0.0.0", 5000);
        List<Integer> edges = new ArrayList<>();
        server.readinessListener(edges::add);
        DatagramEndpoint client = a.stack.openDatagram();

        for (int round = 1; round <= 3; round++) {
            client.send(text("1"), socket("10.1.0.2", 5000));
            client.send(text("2"), socket("10.1.0.2", 5000));
            lan.run(SECOND);
            assertThat(edges).hasSize(round);
            assertThat(server.readiness()).isEqualTo(Endpoint.READABLE | Endpoint.WRITABLE);
            server.receive(ByteBuffer.allocate(9));
            assertThat(server.readiness() & Endpoint.READABLE).isNotZero();
            server.receive(ByteBuffer.allocate(9));
            assertThat(server.readiness() & Endpoint.READABLE).isZero();
        }
    }

    @Test
    void sendingWaitsForRoomAndTheEdgeFollows() throws IOException {
        DatagramEndpoint client = bound(a, "0.0.0.0", 5000);
        List<Integer> edges = new ArrayList<>();
        client.readinessListener(edges::add);
        ByteBuffer datagram = ByteBuffer.allocate(60_000);

        a.gate.run(now -> {
            try {
                for (int i = 0; i < 3; i++) {
                    assertThat(client.send(datagram.clear(), socket("10.1.0.2", 5000)))
                            .isEqualTo(60_000);
                }
                assertThat(client.send(datagram.clear(), socket("10.1.0.2", 5000)))
                        .isZero();
                assertThat(datagram.remaining()).isEqualTo(60_000);
                assertThat(client.readiness()).isZero();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(edges).containsExactly(Endpoint.WRITABLE);
        assertThat(client.send(datagram.clear(), socket("10.1.0.2", 5000))).isEqualTo(60_000);
    }

    @Test
    void checksumsAreCheckedAndZeroIsNoneForIpv4Only() throws IOException {
        DatagramEndpoint server = bound(a, "0.0.0.0", 0x2000);
        String v4 = "4500001c 12340000 4011 5499 0a010002 0a010001 1000 2000 0008 ";
        String v6 = "60000000 0008 11 40 fd000000000000000000000000000002 fd000000000000000000000000000001"
                + "1000 2000 0008 ";

        frame(0x0800, v4 + "0000");
        frame(0x0800, v4 + "1234");
        frame(0x86dd, v6 + "0000");

        assertThat(server.receive(ByteBuffer.allocate(1))).isEqualTo(socket("10.1.0.2", 0x1000));
        assertThat(server.receive(ByteBuffer.allocate(1))).isNull();
        assertThat(a.drops(DropReason.UDP_CHECKSUM)).isEqualTo(2);
    }

    @Test
    void optionsRefuseWhatTheyDoNotTake() {
        DatagramEndpoint endpoint = a.stack.openDatagram();

        assertThatThrownBy(() -> endpoint.option(StandardSocketOptions.IP_TOS, 300))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid IP_TOS value");
        assertThatThrownBy(() -> endpoint.option(StandardSocketOptions.SO_RCVBUF, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> endpoint.option(StandardSocketOptions.SO_RCVBUF, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid value 'null'");
        assertThatThrownBy(() -> endpoint.option(StandardSocketOptions.TCP_NODELAY))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("'TCP_NODELAY' not supported");
        assertThat(endpoint.option(StandardSocketOptions.SO_RCVBUF)).isEqualTo(1 << 20);
    }

    private void frame(int etherType, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        a.port.onFrame(B, A, etherType, bytes, 0, bytes.length, lan.now);
    }

    private static DatagramEndpoint bound(Lan.Host host, String address, int port) throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.bind(socket(address, port));
        return endpoint;
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String string(ByteBuffer received) {
        return StandardCharsets.US_ASCII.decode(received.flip()).toString();
    }
}
