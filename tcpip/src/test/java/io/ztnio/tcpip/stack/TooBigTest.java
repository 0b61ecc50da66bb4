package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.ip;
import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever says that packets do not arrive must show that he has seen one. */
class TooBigTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;
    private static final long C = 0x0200_0000_000cL;
    private static final String PAIRS_IPV4 = "10.1.0.1, 10.1.0.2, 10.1.0.3, 576";
    private static final String PAIRS_IPV6 = "fd00::1, fd00::2, fd00::3, 1280";

    private final Lan lan = new Lan(40);
    private final Lan.Host host = lan.host(A, "10.1.0.1/24", "fd00::1/64");
    private final Lan.Host peer = lan.host(B, "10.1.0.2/24", "fd00::2/64");

    private void frame(byte[] packet) {
        frame(B, packet);
    }

    private void frame(long mac, byte[] packet) {
        host.port.onFrame(mac, A, WirePackets.etherType(packet), packet, 0, packet.length, lan.now);
    }

    /** How large the packets are in which a datagram goes to {@code remote}. */
    private int largest(String remote) throws IOException {
        DatagramEndpoint fresh = host.stack.openDatagram();
        host.link.sent.clear();
        fresh.send(ByteBuffer.allocate(2600), socket(remote, 9));
        lan.run(SECOND / 10);
        fresh.close();
        return ip(0).mapToInt(packet -> packet.length).max().orElseThrow();
    }

    private java.util.stream.Stream<byte[]> ip(int leastBytes) {
        return host.link.sent.stream()
                .filter(frame -> frame.etherType() != EtherType.ARP)
                .map(TestLink.Frame::payload)
                .filter(packet -> packet.length >= leastBytes);
    }

    private DatagramEndpoint bound(String own) throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.bind(socket(own, 5000));
        return endpoint;
    }

    /** The last large packet that was sent. */
    private byte[] lastLarge() {
        return ip(1300).reduce((before, after) -> after).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({PAIRS_IPV4, PAIRS_IPV6})
    void aTooBigAboutADatagramThatNobodySentIsNotBelieved(String own, String remote, String third, int least)
            throws IOException {
        DatagramEndpoint endpoint = bound(own);
        endpoint.send(ByteBuffer.allocate(10), socket(remote, 7000));
        endpoint.send(ByteBuffer.allocate(10), socket(third, 7000));
        lan.run(SECOND);
        int before = largest(remote);
        long unrelated = host.drops(DropReason.ICMP_UNRELATED);

        // Nobody has the port; it never sent to that port; it never sent from that address.
        frame(WirePackets.tooBig(remote, own, WirePackets.udp(own, 5001, remote, 7000, 2000), 1300));
        frame(WirePackets.tooBig(remote, own, WirePackets.udp(own, 5000, remote, 7001, 2000), 1300));
        frame(WirePackets.tooBig(remote, own, WirePackets.udp(third, 5000, remote, 7000, 2000), 1300));
        // It did, but somebody else says so.
        frame(WirePackets.tooBig(third, own, WirePackets.udp(own, 5000, remote, 7000, 2000), 1300));
        // It did, but what is quoted would have passed.
        frame(WirePackets.tooBig(remote, own, WirePackets.udp(own, 5000, remote, 7000, 100), 1300));
        frame(WirePackets.tooBig(remote, own, WirePackets.echoRequest(own, remote, 2000), 1300));

        assertThat(largest(remote)).isEqualTo(before);
        assertThat(host.drops(DropReason.ICMP_UNRELATED)).isEqualTo(unrelated + 6);
    }

    @ParameterizedTest
    @CsvSource({PAIRS_IPV4, PAIRS_IPV6})
    void aTooBigAboutADatagramThatWasSentLowersThePathMtuToTheFloor(String own, String remote, String third, int least)
            throws IOException {
        DatagramEndpoint endpoint = bound(own);
        endpoint.send(ByteBuffer.allocate(2000), socket(remote, 7000));
        endpoint.send(ByteBuffer.allocate(2000), socket(remote, 7001));
        lan.run(SECOND);
        byte[] sent = WirePackets.udp(own, 5000, remote, 7000, 2000);

        frame(WirePackets.tooBig(remote, own, sent, 1400));
        assertThat(largest(remote)).isBetween(1380, 1400);
        frame(WirePackets.tooBig(remote, own, sent, 60));

        assertThat(largest(remote)).isBetween(least - 20, least);
    }

    @ParameterizedTest
    @CsvSource({PAIRS_IPV4, PAIRS_IPV6})
    void aTooBigInTheNameOfTheDestinationFromAnotherMemberIsNotBelieved(
            String own, String remote, String third, int least) throws IOException {
        DatagramEndpoint endpoint = bound(own);
        endpoint.send(ByteBuffer.allocate(2000), socket(remote, 7000));
        lan.run(SECOND);

        frame(C, WirePackets.tooBig(remote, own, WirePackets.udp(own, 5000, remote, 7000, 2000), 1400));

        assertThat(largest(remote)).isGreaterThan(2000);
        assertThat(host.drops(DropReason.ICMP_UNRELATED)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({PAIRS_IPV4, PAIRS_IPV6})
    void aTooBigLongAfterTheLastDatagramIsNotBelieved(String own, String remote, String third, int least)
            throws IOException {
        DatagramEndpoint endpoint = bound(own);
        endpoint.send(ByteBuffer.allocate(2000), socket(remote, 7000));
        lan.run(31 * SECOND);

        frame(WirePackets.tooBig(remote, own, WirePackets.udp(own, 5000, remote, 7000, 2000), 1300));

        assertThat(largest(remote)).isGreaterThan(2000);
    }

    @ParameterizedTest
    @CsvSource({PAIRS_IPV4, PAIRS_IPV6})
    void onlyTheFirstFragmentOfAQuotedDatagramSaysWhoseItIs(String own, String remote, String third, int least)
            throws IOException {
        DatagramEndpoint endpoint = bound(own);
        endpoint.send(ByteBuffer.allocate(5000), socket(remote, 7000));
        lan.run(SECOND);
        List<byte[]> fragments = ip(1300).toList();
        assertThat(fragments).hasSize(2);

        frame(WirePackets.tooBig(remote, own, fragments.get(1), 1400));
        assertThat(largest(remote)).isGreaterThan(2000);
        frame(WirePackets.tooBig(remote, own, fragments.get(0), 1400));

        assertThat(largest(remote)).isBetween(1380, 1400);
    }

    @ParameterizedTest
    @CsvSource({PAIRS_IPV4, PAIRS_IPV6})
    void aTooBigAboutASegmentThatIsNotInFlightIsNotBelieved(String own, String remote, String third, int least)
            throws IOException {
        ListenerEndpoint listener = peer.stack.openListener();
        listener.bind(socket(remote, 80));
        listener.listen(5);
        StreamEndpoint stream = host.stack.openStream();
        stream.connect(socket(remote, 80));
        lan.run(SECOND);
        assertThat(stream.finishConnect()).isTrue();
        stream.write(ByteBuffer.allocate(20_000));
        lan.run(SECOND);
        byte[] acknowledged = lastLarge();

        frame(WirePackets.tooBig(remote, own, acknowledged, 1300));
        byte[] future = acknowledged.clone();
        int sequence = WirePackets.headerLength(future) + 4;
        BigEndian.i32(future, sequence, BigEndian.i32(future, sequence) + 1_000_000);
        frame(WirePackets.tooBig(remote, own, future, 1300));
        assertThat(largest(remote)).isGreaterThan(2000);

        lan.filter = frame -> false;
        host.link.sent.clear();
        stream.write(ByteBuffer.allocate(20_000));
        lan.run(1_000_000);
        frame(WirePackets.tooBig(remote, own, lastLarge(), 1300));
        lan.filter = frame -> true;

        assertThat(largest(remote)).isBetween(1280, 1300);
    }

    @ParameterizedTest
    @CsvSource({PAIRS_IPV4, PAIRS_IPV6})
    void aTooBigAboutAPingIsBelievedWhileItIsUnderWay(String own, String remote, String third, int least)
            throws IOException {
        lan.filter = frame -> frame.source() != B || frame.payload().length < 1000;
        PingListener ignore = new PingListener() {
            @Override
            public void onReply(InetAddress from, long roundTripNanos) {}

            @Override
            public void onFailure(IOException reason) {}
        };
        host.stack.ping(Lan.ip(remote), 2000, 5 * SECOND, ignore, lan.now);
        lan.run(SECOND);
        byte[] request = lastLarge();
        byte[] other = request.clone();
        other[WirePackets.headerLength(other) + 7]++;

        frame(WirePackets.tooBig(remote, own, other, 1400));
        assertThat(largest(remote)).isGreaterThan(2000);
        frame(WirePackets.tooBig(remote, own, request, 1400));
        assertThat(largest(remote)).isBetween(1380, 1400);

        lan.run(10 * SECOND);
        frame(WirePackets.tooBig(remote, own, request, 1300));
        assertThat(largest(remote)).as("the ping is over").isBetween(1380, 1400);
    }

    @ParameterizedTest
    @CsvSource({PAIRS_IPV4, PAIRS_IPV6})
    void aRefusalIsToldOnlyIfTheReceiverSaysSoAboutADatagramThatWasSent(
            String own, String remote, String third, int least) throws IOException {
        DatagramEndpoint endpoint = bound(own);
        endpoint.connect(socket(remote, 7000));
        byte[] sent = WirePackets.udp(own, 5000, remote, 7000, 10);

        frame(WirePackets.portUnreachable(remote, own, sent));
        assertThatCode(() -> endpoint.receive(ByteBuffer.allocate(1)))
                .as("nothing was sent")
                .doesNotThrowAnyException();
        endpoint.send(ByteBuffer.allocate(10), socket(remote, 7000));
        frame(WirePackets.portUnreachable(third, own, sent));
        assertThatCode(() -> endpoint.receive(ByteBuffer.allocate(1)))
                .as("a bystander")
                .doesNotThrowAnyException();
        frame(WirePackets.portUnreachable(remote, own, sent));

        assertThatThrownBy(() -> endpoint.receive(ByteBuffer.allocate(1))).isInstanceOf(PortUnreachableException.class);
    }

    @ParameterizedTest
    @CsvSource({PAIRS_IPV4, PAIRS_IPV6})
    void whoHasManyAddressesDoesNotForgetOthersPathMtus(String own, String remote, String third, int least)
            throws IOException {
        DatagramEndpoint endpoint = bound(own);
        endpoint.send(ByteBuffer.allocate(2000), socket(remote, 7000));
        lan.run(SECOND);
        frame(WirePackets.tooBig(remote, own, WirePackets.udp(own, 5000, remote, 7000, 2000), 1400));
        long attacker = 0x0200_0000_000cL;
        boolean v4 = Lan.ip(remote).getAddress().length == 4;
        host.port.configure(
                Lan.config(2800, List.of(), v4 ? "10.1.0.1/16" : "fd00::1/64", v4 ? "fd00::1/64" : "10.1.0.1/16"),
                lan.now);

        for (int i = 0; i < 3000; i++) {
            byte[] address = Lan.ip(remote).getAddress();
            BigEndian.u16(address, address.length - 2, 0x1000 + i);
            String claimed = InetAddress.getByAddress(address).getHostAddress();
            byte[] hello = WirePackets.udp(claimed, 7000, own, 5000, 1);
            host.port.onFrame(attacker, A, WirePackets.etherType(hello), hello, 0, hello.length, lan.now);
            endpoint.receive(ByteBuffer.allocate(10));
            endpoint.send(ByteBuffer.allocate(2000), socket(claimed, 7000));
            byte[] error = WirePackets.tooBig(claimed, own, WirePackets.udp(own, 5000, claimed, 7000, 2000), 1300);
            host.port.onFrame(attacker, A, WirePackets.etherType(error), error, 0, error.length, lan.now);
            host.link.sent.clear();
        }

        assertThat(largest(remote)).isBetween(1380, 1400);
        byte[] last = Arrays.copyOf(Lan.ip(remote).getAddress(), Lan.ip(remote).getAddress().length);
        BigEndian.u16(last, last.length - 2, 0x1000 + 2999);
        assertThat(largest(InetAddress.getByAddress(last).getHostAddress())).isLessThanOrEqualTo(1300);
    }
}
