package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger cannot tell from what we send him about what we do with others. */
class OracleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_000aL;
    private static final long ATTACKER = 0x0200_0000_000cL;
    private static final int OPEN = 4000;

    private static Lan.Host host(long seed) throws IOException {
        Lan.Host host = new Lan(seed).host(A, "10.1.0.1/16", "fd00::1/64");
        host.stack.openDatagram().bind(socket("::", OPEN));
        return host;
    }

    private static void frame(Lan.Host host, byte[] packet, long now) {
        frame(host, ATTACKER, packet, now);
    }

    private static void frame(Lan.Host host, long mac, byte[] packet, long now) {
        host.port.onFrame(mac, A, WirePackets.etherType(packet), packet, 0, packet.length, now);
    }

    private static String other(String own, int index) throws UnknownHostException {
        byte[] address = Lan.ip(own).getAddress();
        BigEndian.u16(address, address.length - 2, 0x4000 + index);
        return InetAddress.getByAddress(address).getHostAddress();
    }

    /** As who scans does: fifty probes in others' names, then one of his own that is answered if a token is left. */
    private static int answers(long seed, String own, int firstPort) throws IOException {
        Lan.Host host = host(seed);
        long now = SECOND;
        for (int i = 0; i < 50; i++) {
            frame(host, WirePackets.udp(other(own, i), 53, own, firstPort + i, 10), now);
        }
        host.link.sent.clear();
        int answered = 0;
        for (int i = 0; i < 100; i++) {
            frame(host, WirePackets.udp(other(own, 1000 + i), 53, own, 9, 10), now);
            answered = host.link.sent.size();
        }
        return answered;
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void whatIsLeftOfTheCommonRateDoesNotTellWhichPortIsOpen(String own) throws IOException {
        Set<Integer> closed = new HashSet<>();
        Set<Integer> open = new HashSet<>();
        for (int seed = 1; seed <= 60; seed++) {
            closed.add(answers(seed, own, OPEN + 1));
            open.add(answers(seed, own, OPEN - 20));
        }

        Set<Integer> either = new HashSet<>(closed);
        either.retainAll(open);
        assertThat(closed).as("with all closed").hasSizeGreaterThan(5);
        assertThat(either).as("which one is open shows in none of these").hasSizeGreaterThan(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void errorsThatADestinationMayNotHaveCostOthersNothing(String own) throws IOException {
        Lan.Host host = host(7);
        for (int i = 0; i < 10_000; i++) {
            frame(host, WirePackets.udp(other(own, 1), 53, own, 1 + i % 3000, 10), SECOND);
        }
        assertThat(host.link.sent).hasSize(6);
        host.link.sent.clear();

        for (int i = 0; i < 10; i++) {
            frame(host, WirePackets.udp(other(own, 100 + i), 53, own, 9, 10), SECOND);
        }

        assertThat(host.link.sent).hasSize(10);
        assertThat(host.drops(DropReason.ICMP_RATE_LIMITED)).isEqualTo(10_000 - 6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void allTogetherGetAboutAThousandErrorsASecond(String own) throws IOException {
        Lan.Host host = host(8);
        for (int i = 0; i < 10_000; i++) {
            byte[] packet = WirePackets.udp(other(own, i), 53, own, 9, 10);
            frame(host, ATTACKER + i % 50, packet, SECOND + i * (SECOND / 10_000));
        }

        assertThat(host.link.sent.size()).isBetween(1000, 1400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void oneMemberWithManyAddressesDoesNotTakeTheErrorsOfOthers(String own) throws IOException {
        Lan.Host host = host(10);
        int others = 0;
        for (int i = 0; i < 10_000; i++) {
            long now = SECOND + i * (SECOND / 10_000);
            frame(host, WirePackets.udp(other(own, i), 53, own, 9, 10), now);
            if (i % 100 == 99) {
                int before = host.link.sent.size();
                frame(host, ATTACKER + 1 + i, WirePackets.udp(other(own, 20_000 + i), 53, own, 9, 10), now);
                others += host.link.sent.size() - before;
            }
        }

        assertThat(others).as("who asks once").isEqualTo(100);
        assertThat(host.link.sent.size() - others).as("the flood").isBetween(200, 400);
    }

    /** One request to a group makes every member answer whose address it bears. */
    @Test
    void whoIsNamedInRequestsToAGroupGetsFewAnswers() throws IOException {
        Lan.Host host = host(9);
        for (int i = 0; i < 1000; i++) {
            byte[] request = WirePackets.echoRequest("fd00::77", "ff02::1", 100);
            host.port.onFrame(ATTACKER, 0x3333_0000_0001L, 0x86dd, request, 0, request.length, SECOND + i * 1000L);
        }
        assertThat(host.link.sent).hasSizeBetween(1, 10);

        byte[] later = WirePackets.echoRequest("fd00::77", "ff02::1", 100);
        host.link.sent.clear();
        host.port.onFrame(ATTACKER, 0x3333_0000_0001L, 0x86dd, later, 0, later.length, 5 * SECOND);
        assertThat(host.link.sent).hasSize(1);
    }

    private static List<Integer> identifications(Lan.Host host, DatagramEndpoint endpoint, String to, int count)
            throws IOException {
        host.link.sent.clear();
        for (int i = 0; i < count; i++) {
            endpoint.send(ByteBuffer.allocate(5000), socket(to, 7));
        }
        List<Integer> found = new ArrayList<>();
        for (TestLink.Frame frame : host.link.sent) {
            byte[] packet = frame.payload();
            if (frame.etherType() == EtherType.IPV4 && Ipv4Header.fragmentOffset(packet, 0) == 0) {
                found.add(Ipv4Header.identification(packet, 0));
            } else if (frame.etherType() == EtherType.IPV6 && Ipv6Header.fragmentOffset(packet, 40) == 0) {
                found.add(Ipv6Header.fragmentIdentification(packet, 40));
            }
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource({"10.1.0.1, 65536", "fd00::1, 4294967296"})
    void aHostsIdentificationsSayNothingOfAnothersButAreNotRepeatedSoon(String own, long space) throws IOException {
        int apart = 0;
        for (int seed = 1; seed <= 50; seed++) {
            Lan.Host host = host(seed);
            DatagramEndpoint endpoint = host.stack.openDatagram();
            for (int i = 1; i <= 2; i++) {
                frame(host, WirePackets.udp(other(own, i), 7, own, OPEN, 1), SECOND);
            }
            int before = identifications(host, endpoint, other(own, 1), 1).get(0);
            List<Integer> others = identifications(host, endpoint, other(own, 2), 100);
            int after = identifications(host, endpoint, other(own, 1), 1).get(0);

            assertThat(others).doesNotHaveDuplicates();
            assertThat(after).as("seed %d", seed).isNotEqualTo(before);
            long distance = Math.floorMod((long) others.get(0) - before, space);
            if (distance > 200 && distance < space - 200 && Math.floorMod((long) after - before, space) == 1) {
                apart++;
            }
        }

        assertThat(apart).isGreaterThan(45);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1", "fd00::1"})
    void eachStackHasItsOwnIdentifications(String own) throws IOException {
        Set<Integer> first = new HashSet<>();
        for (int seed = 1; seed <= 20; seed++) {
            Lan.Host host = host(seed);
            frame(host, WirePackets.udp(other(own, 1), 7, own, OPEN, 1), SECOND);
            first.add(identifications(host, host.stack.openDatagram(), other(own, 1), 1)
                    .get(0));
        }

        assertThat(first).hasSizeGreaterThan(18);
    }
}
