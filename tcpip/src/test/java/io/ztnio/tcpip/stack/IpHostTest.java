package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.config;
import static io.ztnio.tcpip.sim.Lan.ip;
import static io.ztnio.tcpip.sim.Lan.route;
import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.SimGate;
import io.ztnio.tcpip.sim.TestLink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpHostTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;
    private static final long C = 0x0200_0000_000cL;

    private final Lan lan = new Lan(7);
    private final Outcome outcome = new Outcome();

    private static final class Outcome implements PingListener {
        InetAddress from;
        long roundTripNanos;
        IOException failure;

        @Override
        public void onReply(InetAddress address, long nanos) {
            from = address;
            roundTripNanos = nanos;
        }

        @Override
        public void onFailure(IOException reason) {
            failure = reason;
        }
    }

    @Test
    void aRequestForAnOwnAddressIsAnsweredByteForByte() {
        Lan.Host host = lan.host(A, "10.1.0.1/24");

        frame(host, B, 0xffff_ffff_ffffL, 0x0806, "0001080006040001 02000000000b 0a010002 000000000000 0a010001");

        TestLink.Frame reply = host.link.takeOnly();
        assertThat(reply.destination()).isEqualTo(B);
        assertThat(reply.hex())
                .isEqualTo("0001080006040002" + "02000000000a" + "0a010001" + "02000000000b" + "0a010002");
    }

    @Test
    void aSolicitationIsAnsweredByteForByte() {
        Lan.Host host = lan.host(A, "fd00::1/64");

        frame(
                host,
                B,
                0x3333_ff00_0001L,
                0x86dd,
                "6000000000203aff fd000000000000000000000000000002 ff0200000000000000000001ff000001"
                        + "8700 7d8e 00000000 fd000000000000000000000000000001 0101 02000000000b");

        TestLink.Frame reply = host.link.takeOnly();
        assertThat(reply.destination()).isEqualTo(B);
        assertThat(reply.hex())
                .isEqualTo("6000000000203aff" + "fd000000000000000000000000000001"
                        + "fd000000000000000000000000000002" + "88001c9360000000" + "fd000000000000000000000000000001"
                        + "0201" + "02000000000a");
    }

    @Test
    void anEchoRequestIsAnsweredByteForByte() {
        Lan.Host host = lan.host(A, "10.1.0.1/24");

        frame(host, B, A, 0x0800, "4500001c 12340000 4001 54a9 0a010002 0a010001 0800 f7fd 0001 0001");

        TestLink.Frame reply = host.link.takeOnly();
        assertThat(reply.destination()).as("learned from the request").isEqualTo(B);
        assertThat(reply.hex().substring(0, 8)).isEqualTo("4500001c");
        assertThat(reply.hex().substring(24, 40)).isEqualTo("0a010001" + "0a010002");
        assertThat(reply.hex().substring(40)).isEqualTo("0000fffd00010001");
    }

    @Test
    void addressesAreSubscribedToAndUnsubscribedFrom() {
        Lan.Host host = lan.host(A, "10.1.0.1/24", "fd00::12:3456/64");

        assertThat(host.link.subscriptions)
                .containsExactly("333300000001/00000000", "3333ff123456/00000000", "ffffffffffff/0a010001");

        host.port.configure(config(2800, List.of(), "10.1.0.2/24"), lan.now);

        assertThat(host.link.subscriptions).containsExactly("ffffffffffff/0a010002");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 56, 5000, 65_507})
    void pingsAreAnsweredOverBothVersions(int length) {
        Lan.Host a = lan.host(A, "10.1.0.1/24", "fd00::1/64");
        lan.host(B, "10.1.0.2/24", "fd00::2/64");

        for (String target : List.of("10.1.0.2", "fd00::2", "10.1.0.1", "fd00::1")) {
            outcome.from = null;
            assertThat(a.stack.ping(ip(target), length, 5 * SECOND, outcome, lan.now))
                    .isTrue();
            lan.run(SECOND);

            assertThat(outcome.from).isEqualTo(ip(target));
        }
    }

    @Test
    void aPingMeasuresTheRoundTrip() {
        Lan.Host a = lan.host(A, "10.1.0.1/24");
        lan.host(B, "10.1.0.2/24");
        lan.delayNanos = 10_000_000;
        a.stack.ping(ip("10.1.0.2"), 56, SECOND, outcome, lan.now);
        lan.run(SECOND);

        a.stack.ping(ip("10.1.0.2"), 56, SECOND, outcome, lan.now);
        lan.run(SECOND);

        assertThat(outcome.roundTripNanos).isEqualTo(20_000_000);
    }

    @Test
    void aPingThatNobodyAnswersTimesOut() {
        Lan.Host a = lan.host(A, "10.1.0.1/24");
        lan.host(B, "10.1.0.2/24");
        lan.filter = frame -> frame.etherType() == 0x0806;

        a.stack.ping(ip("10.1.0.2"), 56, SECOND, outcome, lan.now);
        lan.run(2 * SECOND);

        assertThat(outcome.failure).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void pingsUnderWayAreBounded() {
        Lan.Host a = lan.host(A, "10.1.0.1/24");
        for (int i = 0; i < 4096; i++) {
            a.stack.ping(ip("10.1.0.2"), 0, SECOND, outcome, lan.now);
            assertThat(outcome.failure).isNull();
        }

        a.stack.ping(ip("10.1.0.2"), 0, SECOND, outcome, lan.now);

        assertThat(outcome.failure).isInstanceOf(SocketTimeoutException.class).hasMessage("Too many pings");
    }

    @Test
    void aNeighbourIsAskedThreeTimesThenItsPacketsFail() {
        Lan.Host a = lan.host(A, "10.1.0.1/24", "fd00::1/64");

        assertThat(a.stack.awaitsNeighbors()).isFalse();
        a.stack.ping(ip("10.1.0.9"), 56, 30 * SECOND, outcome, lan.now);
        assertThat(a.stack.awaitsNeighbors()).isTrue();
        lan.run(5 * SECOND);

        assertThat(a.stack.awaitsNeighbors()).isFalse();
        assertThat(a.link.sent)
                .hasSize(3)
                .allSatisfy(frame -> assertThat(frame.hex())
                        .isEqualTo("0001080006040001" + "02000000000a" + "0a010001" + "000000000000" + "0a010009"));
        assertThat(outcome.failure).isInstanceOf(NoRouteToHostException.class);
        assertThat(a.drops(DropReason.NEIGHBOUR_UNRESOLVED)).isEqualTo(1);
    }

    @Test
    void aSilentIpv6NeighbourFailsToo() {
        Lan.Host a = lan.host(A, "fd00::1/64");

        a.stack.ping(ip("fd00::9"), 56, 30 * SECOND, outcome, lan.now);
        lan.run(5 * SECOND);

        assertThat(a.link.sent).hasSize(3).allMatch(frame -> frame.destination() == 0x3333_ff00_0009L);
        assertThat(outcome.failure).isInstanceOf(NoRouteToHostException.class);
    }

    @Test
    void packetsWaitForTheNeighbourWithinBounds() {
        Lan.Host a = lan.host(A, "10.1.0.1/24");
        Lan.Host b = lan.host(B, "10.1.0.2/24");

        for (int i = 0; i < 100; i++) {
            a.stack.ping(ip("10.1.0.2"), 56, SECOND, outcome, lan.now);
        }
        lan.run(SECOND / 2);

        assertThat(a.drops(DropReason.NEIGHBOUR_QUEUE_FULL)).isEqualTo(36);
        assertThat(b.link.sent.stream().filter(frame -> frame.etherType() == 0x0800))
                .hasSize(64);
    }

    @Test
    void gratuitousArpChangesOnlyWhatIsKnown() {
        Lan.Host host = lan.host(A, "10.1.0.1/24");
        String claim = "0001080006040001 %012x 0a010002 000000000000 0a010002";
        frame(host, B, 0xffff_ffff_ffffL, 0x0806, claim.formatted(B));
        ping(host, "10.1.0.2");
        assertThat(host.link.takeOnly().etherType()).as("not learned, so asked").isEqualTo(0x0806);

        frame(host, B, 0xffff_ffff_ffffL, 0x0806, claim.formatted(B));
        frame(host, C, 0xffff_ffff_ffffL, 0x0806, claim.formatted(C));
        lan.run(4 * SECOND);
        host.link.sent.clear();
        ping(host, "10.1.0.2");

        assertThat(host.link.takeOnly().destination())
                .as("the station before is silent")
                .isEqualTo(C);
    }

    @Test
    void aClaimForAnotherMacThanTheFramesIsNotBelieved() {
        Lan.Host host = lan.host(A, "10.1.0.1/24");

        frame(host, B, A, 0x0806, "0001080006040002 02000000000c 0a010002 02000000000a 0a010001");

        assertThat(host.drops(DropReason.MALFORMED_ARP)).isEqualTo(1);
    }

    @Test
    void aNeighbourNotHeardOfForLongIsProbedWhileInUse() {
        Lan.Host a = lan.host(A, "10.1.0.1/24");
        Lan.Host b = lan.host(B, "10.1.0.2/24");
        a.stack.ping(ip("10.1.0.2"), 1, SECOND, outcome, lan.now);
        lan.run(60 * SECOND);
        a.link.sent.clear();
        b.link.sent.clear();

        a.stack.ping(ip("10.1.0.2"), 1, SECOND, outcome, lan.now);
        lan.run(10 * SECOND);

        assertThat(a.link.sent).extracting(TestLink.Frame::etherType).containsExactly(0x0800, 0x0806);
        assertThat(a.link.sent.get(1).destination()).isEqualTo(B);
    }

    @Test
    void anAddressThatImpliesItsMacNeedsNoSolicitation() {
        TestLink link = new TestLink(A).deriving();
        IpStack stack = new IpStack(new SimGate(), StackConfig.defaults(), new Random(1));
        stack.attach(link).configure(config(2800, List.of(), "fc00::1/40"), 0);

        stack.ping(ip("fc00::0200:0000:000b"), 0, SECOND, outcome, 0);

        assertThat(link.takeOnly().destination()).isEqualTo(B);
    }

    @Test
    void distantDestinationsGoThroughTheirGateway() {
        Lan.Host a = lan.host(A, 2800, List.of(route("192.168.0.0/16", "10.1.0.2")), "10.1.0.1/24");
        lan.host(B, "10.1.0.2/24");

        a.stack.ping(ip("192.168.7.7"), 56, SECOND, outcome, lan.now);
        lan.run(SECOND);

        TestLink.Frame last = a.link.sent.get(a.link.sent.size() - 1);
        assertThat(last.destination()).isEqualTo(B);
        assertThat(last.hex().substring(32, 40)).isEqualTo("c0a80707");
        assertThat(a.stack.ping(ip("172.16.0.1"), 56, SECOND, outcome, lan.now)).isFalse();
    }

    @Test
    void anEchoReplyLeavesFromTheAddressThatWasAsked() {
        Lan.Host a = lan.host(A, "10.1.0.1/24");
        lan.host(B, "10.1.0.2/24", "10.1.0.3/24");

        a.stack.ping(ip("10.1.0.3"), 56, SECOND, outcome, lan.now);
        lan.run(SECOND);

        assertThat(outcome.from).isEqualTo(ip("10.1.0.3"));
    }

    @Test
    void aRemovedAddressNeitherAnswersNorSends() throws IOException {
        Lan.Host a = lan.host(A, "10.1.0.1/24");
        Lan.Host b = lan.host(B, "10.1.0.2/24");
        DatagramEndpoint endpoint = a.stack.openDatagram();
        endpoint.bind(socket("10.1.0.1", 5000));

        a.port.configure(config(2800, List.of(), "10.1.0.5/24"), lan.now);
        b.stack.ping(ip("10.1.0.1"), 56, 30 * SECOND, outcome, lan.now);
        lan.run(10 * SECOND);

        assertThat(outcome.failure).isInstanceOf(NoRouteToHostException.class);
        assertThat(a.stack.isLocal(ip("10.1.0.1"))).isFalse();
        assertThatThrownBy(() -> endpoint.send(ByteBuffer.allocate(1), socket("10.1.0.2", 1)))
                .isInstanceOf(NoRouteToHostException.class);
    }

    @Test
    void aDetachedLinkIsSilent() {
        Lan.Host a = lan.host(A, "10.1.0.1/24");

        a.port.detach(lan.now);
        frame(a, B, 0xffff_ffff_ffffL, 0x0806, "0001080006040001 02000000000b 0a010002 000000000000 0a010001");

        assertThat(a.link.sent).isEmpty();
        assertThat(a.link.subscriptions).isEmpty();
        assertThat(a.stack.isReachable(ip("10.1.0.2"))).isFalse();
    }

    @Test
    void icmpErrorsKeepTheirRate() {
        Lan.Host host = lan.host(A, "10.1.0.1/24");
        String datagram = "4500001c 12340000 4011 5499 0a010002 0a010001 1000 2000 0008 0000";

        for (int i = 0; i < 200; i++) {
            frame(host, B, A, 0x0800, datagram);
        }

        assertThat(host.link.sent).hasSize(6);
        assertThat(host.drops(DropReason.ICMP_RATE_LIMITED)).isEqualTo(194);
        assertThat(host.link.sent.get(0).hex().substring(40))
                .isEqualTo("0303ccf400000000" + "4500001c12340000401154990a0100020a010001" + "1000200000080000");

        for (int i = 0; i < 10; i++) {
            lan.run(SECOND);
            frame(host, B, A, 0x0800, datagram);
            frame(host, B, A, 0x0800, datagram);
        }
        assertThat(host.link.sent).as("one a second").hasSize(16);
    }

    @Test
    void anUnknownProtocolIsUnreachableButNotForGroups() {
        Lan.Host host = lan.host(A, "10.1.0.1/24");

        frame(host, B, A, 0x0800, "45000014 00000000 4063 6683 0a010002 0a010001");
        frame(host, B, 0xffff_ffff_ffffL, 0x0800, "45000014 00000000 4063 6585 0a010002 0a0100ff");

        assertThat(host.link.takeOnly().hex().substring(40, 44)).isEqualTo("0302");
        assertThat(host.drops(DropReason.UNKNOWN_PROTOCOL)).isEqualTo(2);
    }

    private void ping(Lan.Host host, String target) {
        host.stack.ping(ip(target), 0, SECOND, outcome, lan.now);
    }

    private void frame(Lan.Host host, long source, long destination, int etherType, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        host.port.onFrame(source, destination, etherType, bytes, 0, bytes.length, lan.now);
    }
}
