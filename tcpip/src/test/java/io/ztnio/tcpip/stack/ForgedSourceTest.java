package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.config;
import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.IpProtocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets from the wire whose source nobody there can have. */
class ForgedSourceTest {
    private static final long A = 0x0200_0000_000aL;
    private static final long SECOND_LINK = 0x0200_0000_001aL;
    private static final long ATTACKER = 0x0200_0000_000cL;
    private static final String[] OWN = {"10.1.0.1/24", "fd00::1/64", "fe80::1/64"};
    private static final String[] OWN_ON_SECOND = {"10.2.0.1/24", "fd01::1/64", "fe80::2/64"};

    private final Lan lan = new Lan(47);
    private final Lan.Host host = lan.host(A, OWN);
    private final TestLink second = new TestLink(SECOND_LINK);
    private LinkPort secondPort;
    private int echoed;

    @BeforeEach
    void attachASecondLink() {
        secondPort = host.stack.attach(second);
        secondPort.configure(config(2800, List.of(), OWN_ON_SECOND), lan.now);
    }

    private void echo(DatagramEndpoint endpoint) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4000);
        InetSocketAddress from = endpoint.receive(buffer);
        if (from != null) {
            echoed++;
            buffer.flip();
            endpoint.send(buffer, from);
        }
    }

    private void frame(LinkPort port, long destination, byte[] packet) {
        port.onFrame(ATTACKER, destination, WirePackets.etherType(packet), packet, 0, packet.length, lan.now);
    }

    @ParameterizedTest
    @CsvSource({
        "10.2.0.1, 10.1.0.1, false",
        "10.2.0.1, 10.1.0.1, true",
        "fd01::1, fd00::1, false",
        "fd01::1, fd00::1, true"
    })
    void aDatagramFromOurAddressOnAnotherLinkIsNotBouncedBetweenTwoEchoServices(
            String source, String destination, boolean inFragments) throws IOException {
        DatagramEndpoint first = host.stack.openDatagram();
        first.bind(socket(destination, 7));
        DatagramEndpoint other = host.stack.openDatagram();
        other.bind(socket(source, 7));
        byte[] packet = WirePackets.udp(source, 7, destination, 7, 400);

        for (byte[] each : inFragments ? WirePackets.fragments(packet, 200, 9) : List.of(packet)) {
            frame(host.port, A, each);
        }
        for (int i = 0; i < 1000; i++) {
            lan.run(1_000_000);
            echo(first);
            echo(other);
        }

        assertThat(echoed).isZero();
        assertThat(host.drops(DropReason.BAD_SOURCE)).isEqualTo(inFragments ? 2 : 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.0.1",
                "10.2.0.1",
                "10.1.0.255",
                "10.2.0.255",
                "0.0.0.0",
                "0.1.2.3",
                "127.0.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255"
            })
    void ipv4SourcesThatCannotBeGetNoAnswer(String source) throws IOException {
        assertNoAnswer(source, "10.1.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd00::1", "fd01::1", "fe80::1", "::", "::1", "ff02::1", "::10.1.0.2", "::ffff:10.1.0.2"})
    void ipv6SourcesThatCannotBeGetNoAnswer(String source) throws IOException {
        assertNoAnswer(source, "fd00::1");
    }

    /** To a service, to a port that nobody has, to ICMP and to a protocol that nobody takes; whole and in fragments. */
    private void assertNoAnswer(String source, String destination) throws IOException {
        DatagramEndpoint service = host.stack.openDatagram();
        service.bind(socket(destination, 7));
        List<byte[]> packets = List.of(
                WirePackets.udp(source, 7, destination, 7, 100),
                WirePackets.udp(source, 7, destination, 8, 100),
                WirePackets.echoRequest(source, destination, 100),
                WirePackets.ip(source, destination, IpProtocol.TCP, new byte[100]),
                WirePackets.ip(source, destination, 0x63, new byte[100]));

        int expected = 0;
        for (byte[] packet : packets) {
            frame(host.port, A, packet);
            expected++;
            for (byte[] fragment : WirePackets.fragments(packet, 48, 100 + expected)) {
                frame(host.port, A, fragment);
                expected++;
            }
            lan.run(1_000_000);
        }

        assertThat(service.receive(ByteBuffer.allocate(200))).isNull();
        assertThat(host.link.sent).isEmpty();
        assertThat(second.sent).isEmpty();
        assertThat(host.drops(DropReason.BAD_SOURCE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"fe80::2, fe80::1", "169.254.0.2, 169.254.0.1"})
    void addressesOfALinksScopeMayBeOursOnAnotherLink(String source, String destination) throws IOException {
        host.port.configure(config(2800, List.of(), "fe80::1/64", "169.254.0.1/16"), lan.now);
        secondPort.configure(config(2800, List.of(), "fe80::2/64", "10.2.0.1/24"), lan.now);
        DatagramEndpoint service = host.stack.openDatagram();
        service.bind(socket(destination, 7));

        frame(host.port, A, WirePackets.udp(source, 7, destination, 7, 10));

        assertThat(service.receive(ByteBuffer.allocate(200))).isNotNull();
    }
}
