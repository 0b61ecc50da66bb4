package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is checked of a whole packet is checked of one that comes in fragments. */
class FragmentChecksTest {
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;
    private static final long C = 0x0200_0000_000cL;

    /** How a packet comes. */
    enum Form {
        ATOMIC,
        TWO;

        List<byte[]> of(byte[] packet) {
            int header = WirePackets.headerLength(packet);
            byte[] payload = Arrays.copyOfRange(packet, header, packet.length);
            return this == ATOMIC
                    ? List.of(WirePackets.fragment(packet, payload, 0, false, 5))
                    : WirePackets.fragments(packet, 16, 5);
        }
    }

    private final Lan lan = new Lan(51);
    private final Lan.Host host = lan.host(A, "10.1.0.1/24", "fd00::1/64");

    private void frame(long destination, byte[] packet) {
        host.port.onFrame(B, destination, WirePackets.etherType(packet), packet, 0, packet.length, lan.now);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void neighbourDiscoveryInFragmentsIsNotBelievedNorAnswered(Form form) {
        byte[] solicitation = WirePackets.solicitation("fd00::2", "fd00::1", "fd00::1", B);

        form.of(solicitation).forEach(each -> frame(A, each));

        assertThat(host.link.sent).isEmpty();
        assertThat(host.drops(DropReason.MALFORMED_NDP)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void anAdvertisementInFragmentsMovesNoNeighbour(Form form) throws IOException {
        frame(A, WirePackets.solicitation("fd00::2", "fd00::1", "fd00::1", B));
        byte[] claim = WirePackets.advertisement("fd00::2", "fd00::1", "fd00::2", 0x6000_0000, 0x0200_0000_000cL);
        host.link.sent.clear();

        for (byte[] each : form.of(claim)) {
            host.port.onFrame(0x0200_0000_000cL, A, 0x86dd, each, 0, each.length, lan.now);
        }
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.send(ByteBuffer.allocate(1), socket("fd00::2", 9));
        lan.run(1_000_000);

        assertThat(host.link.takeOnly().destination()).isEqualTo(B);
        assertThat(host.drops(DropReason.MALFORMED_NDP)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void whoHasNoAddressSendsNoFragments(Form form) throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.bind(socket("::", 700));
        List<byte[]> packets = List.of(
                WirePackets.udp("::", 7, "fd00::1", 700, 64),
                WirePackets.echoRequest("::", "fd00::1", 64),
                WirePackets.solicitation("::", "ff02::1:ff00:1", "fd00::1", -1));

        int pieces = 0;
        for (byte[] packet : packets) {
            for (byte[] each : form.of(packet)) {
                boolean group = each[Ipv6Header.DESTINATION] == -1;
                frame(group ? 0x3333_ff00_0001L : A, each);
                pieces++;
            }
        }
        lan.run(1_000_000_000);

        assertThat(endpoint.receive(ByteBuffer.allocate(100))).isNull();
        assertThat(host.link.sent).isEmpty();
        assertThat(host.drops(DropReason.BAD_SOURCE)).isEqualTo(pieces);
        assertThat(host.drops(DropReason.REASSEMBLY_TIMEOUT)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 129, 136, 130, 1, 2})
    void withoutASourceOnlyDiscoveryIsTakenIn(int type) {
        frame(A, WirePackets.icmp("::", "fd00::1", type, 0, 0, new byte[64]));

        assertThat(host.link.sent).isEmpty();
        assertThat(host.drops(DropReason.BAD_SOURCE)).isEqualTo(1);
    }

    @Test
    void aDatagramThatIsLargerWithItsHeaderThanIpv4AllowsIsDropped() {
        byte[] packet = WirePackets.udp("10.1.0.2", 7, "10.1.0.1", 700, 8);
        for (int at = 0; at < 65_520; at += 8 * 1024) {
            boolean more = at + 8 * 1024 < 65_520;
            frame(A, WirePackets.fragment(packet, new byte[more ? 8 * 1024 : 65_520 - at], at, more, 5));
        }

        assertThat(host.drops(DropReason.MALFORMED_FRAGMENT)).isEqualTo(1);
        assertThat(host.link.sent).isEmpty();
    }

    /** Who puts in fragments of his own under another's address spoils nothing: frames say who sent them. */
    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void fragmentsOfDifferentNeighboursAreNotPutTogether(String destination) throws IOException {
        String source = destination.startsWith("10") ? "10.1.0.2" : "fd00::2";
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.bind(socket(destination, 700));
        byte[] packet = WirePackets.udp(source, 7, destination, 700, 64);
        byte[] lie = packet.clone();
        lie[lie.length - 1] ^= 1;
        List<byte[]> own = WirePackets.fragments(packet, 48, 6);
        List<byte[]> others = WirePackets.fragments(lie, 48, 6);

        frame(A, own.get(0));
        for (byte[] each : others) {
            host.port.onFrame(C, A, WirePackets.etherType(each), each, 0, each.length, lan.now);
        }
        frame(A, own.get(1));
        lan.run(1_000_000);

        ByteBuffer received = ByteBuffer.allocate(100);
        assertThat(endpoint.receive(received)).isNotNull();
        assertThat(received.position()).isEqualTo(64);
        assertThat(host.drops(DropReason.FRAGMENT_OVERLAP)).isZero();
    }

    /** RFC 1858, RFC 7112: who filters by ports and flags has to find them in the first fragment. */
    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void aFirstFragmentWithoutTheTransportsHeaderIsDropped(String destination) throws IOException {
        String source = destination.startsWith("10") ? "10.1.0.2" : "fd00::2";
        byte[] syn = new byte[24];
        BigEndian.u16(syn, 0, 7);
        BigEndian.u16(syn, 2, 80);
        syn[12] = 0x50;
        syn[13] = 2;
        byte[] packet = WirePackets.ip(source, destination, IpProtocol.TCP, syn);

        WirePackets.fragments(packet, 8, 6).forEach(each -> frame(A, each));
        WirePackets.fragments(packet, 16, 7).forEach(each -> frame(A, each));
        lan.run(1_000_000);

        // IPv4 says in every fragment which transport it is.
        assertThat(host.drops(DropReason.MALFORMED_FRAGMENT)).isEqualTo(destination.startsWith("10") ? 4 : 2);
        assertThat(host.link.sent).isEmpty();
    }

    /** RFC 7112: every extension header too. */
    @Test
    void aFirstFragmentThatEndsWithinTheExtensionHeadersIsDropped() {
        byte[] options = new byte[64];
        options[0] = (byte) IpProtocol.UDP;
        options[1] = 3;
        options[2] = 1;
        options[3] = 28;
        byte[] packet = WirePackets.ip("fd00::2", "fd00::1", IpProtocol.DESTINATION_OPTIONS, options);

        WirePackets.fragments(packet, 24, 6).forEach(each -> frame(A, each));
        WirePackets.fragments(packet, 32, 7).forEach(each -> frame(A, each));

        assertThat(host.drops(DropReason.MALFORMED_IPV6)).as("within a header").isEqualTo(1);
        assertThat(host.drops(DropReason.MALFORMED_FRAGMENT)).as("behind it").isEqualTo(1);
        assertThat(host.drops(DropReason.MALFORMED_UDP)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void otherPacketsInFragmentsAreAnswered(String destination) {
        String source = destination.startsWith("10") ? "10.1.0.2" : "fd00::2";
        byte[] request = WirePackets.echoRequest(source, destination, 100);

        WirePackets.fragments(request, 48, 6).forEach(each -> frame(A, each));
        lan.run(1_000_000);

        assertThat(host.link.takeOnly().payload()).hasSize(request.length);
    }
}
