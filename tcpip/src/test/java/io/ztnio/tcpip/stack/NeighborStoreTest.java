package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of neighbours, and what waits for them, has bounds, and nobody fills it at others' cost. */
class NeighborStoreTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;
    private static final long ATTACKER = 0x0200_0000_000cL;

    private final Lan lan = new Lan(52);
    private final Lan.Host host = lan.host(A, "10.1.0.1/16", "fd00::1/64");

    private static String address(String own, int index) throws UnknownHostException {
        byte[] address = Lan.ip(own).getAddress();
        BigEndian.u16(address, address.length - 2, index);
        return InetAddress.getByAddress(address).getHostAddress();
    }

    private void receive(long from, byte[] packet) {
        host.port.onFrame(from, A, WirePackets.etherType(packet), packet, 0, packet.length, lan.now);
    }

    private long datagrams() {
        return host.link.sent.stream().filter(NeighborStoreTest::isDatagram).count();
    }

    private static boolean isDatagram(TestLink.Frame frame) {
        byte[] packet = frame.payload();
        return frame.etherType() == EtherType.IPV4 || (frame.etherType() == EtherType.IPV6 && packet[6] == 17);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void aFloodOfClaimsDisplacesNobodyElse(String own) throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.bind(socket("::", 500));
        for (int i = 0; i < 200; i++) {
            receive(B + 0x100 + i, WirePackets.udp(address(own, 0x100 + i), 7, own, 500, 1));
        }
        lan.run(SECOND);

        for (int i = 0; i < 20_000; i++) {
            byte[] request = WirePackets.echoRequest(address(own, 0x4000 + i), own, 1);
            receive(ATTACKER, request);
            if (i % 100 == 0) {
                lan.run(1_000_000);
            }
        }
        lan.run(SECOND);
        host.link.sent.clear();
        for (int i = 0; i < 200; i++) {
            endpoint.send(ByteBuffer.allocate(1), socket(address(own, 0x100 + i), 7));
            lan.run(1_000_000);
        }

        assertThat(datagrams()).isEqualTo(200);
        assertThat(host.link.sent).as("nobody was asked for").hasSize(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void whereEverybodyHasOneAddressAClaimPushesNobodyOut(String own) throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.bind(socket("::", 500));
        for (int i = 0; i < 1024; i++) {
            receive(B + 0x100 + i, WirePackets.udp(address(own, 0x1000 + i), 7, own, 500, 1));
        }
        for (int i = 0; i < 100; i++) {
            receive(ATTACKER, WirePackets.udp(address(own, 0x4000 + i), 7, own, 500, 1));
        }
        while (endpoint.receive(ByteBuffer.allocate(1)) != null) {
            // makes room
        }
        lan.run(SECOND);
        host.link.sent.clear();

        for (int i = 0; i < 1024; i++) {
            endpoint.send(ByteBuffer.allocate(1), socket(address(own, 0x1000 + i), 7));
        }

        assertThat(host.link.sent).hasSize(1024).allMatch(NeighborStoreTest::isDatagram);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void whatWaitsForAllNeighboursIsBoundedAndTheOldestOfTheLargestGoesFirst(String own) throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.bind(socket("::", 500));
        String patient = address(own, 0x100);
        for (int i = 0; i < 3; i++) {
            endpoint.send(ByteBuffer.allocate(100), socket(patient, 7));
        }

        for (int i = 0; i < 64; i++) {
            for (int neighbor = 0; neighbor < 200; neighbor++) {
                endpoint.send(ByteBuffer.allocate(2600), socket(address(own, 0x4000 + neighbor), 7));
            }
        }
        assertThat(host.drops(DropReason.NEIGHBOUR_QUEUE_FULL)).isGreaterThan(64 * 200 - (2 << 20) / 2600);
        host.link.sent.clear();
        receive(B, WirePackets.udp(patient, 7, own, 500, 1));

        assertThat(datagrams()).as("what waited for the one with little").isEqualTo(3);
        host.link.sent.clear();
        receive(ATTACKER, WirePackets.udp(address(own, 0x4000 + 199), 7, own, 500, 1));
        assertThat(datagrams()).as("a share").isBetween(2L, 8L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void ofWhatWaitsForOneNeighbourTheNewestIsSent(String own) throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.bind(socket("::", 500));
        String to = address(own, 0x100);
        for (int i = 0; i < 100; i++) {
            endpoint.send(ByteBuffer.wrap(new byte[] {(byte) i}), socket(to, 7));
        }
        host.link.sent.clear();

        receive(B, WirePackets.udp(to, 7, own, 500, 1));

        byte[] first = host.link.sent.get(0).payload();
        assertThat(datagrams()).isEqualTo(64);
        assertThat(first[first.length - 1]).isEqualTo((byte) 36);
        assertThat(host.drops(DropReason.NEIGHBOUR_QUEUE_FULL)).isEqualTo(36);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whoLooksForDuplicatesIsAnsweredAFewTimesASecond(int addresses) {
        byte[] probe = WirePackets.solicitation("::", "ff02::1:ff00:1", "fd00::1", -1);
        for (int i = 0; i < 1000; i++) {
            byte[] copy = Arrays.copyOf(probe, probe.length);
            host.port.onFrame(
                    ATTACKER + i % addresses, 0x3333_ff00_0001L, EtherType.IPV6, copy, 0, copy.length, lan.now);
        }
        assertThat(host.link.sent).hasSize(1);

        lan.run(SECOND);

        assertThat(host.link.sent).as("and once for who may have missed it").hasSize(2);
        assertThat(host.drops(DropReason.ICMP_RATE_LIMITED)).isEqualTo(999);
        lan.run(SECOND);
        host.port.onFrame(ATTACKER, 0x3333_ff00_0001L, EtherType.IPV6, probe, 0, probe.length, lan.now);
        assertThat(host.link.sent).as("an honest one later").hasSize(3);
    }
}
