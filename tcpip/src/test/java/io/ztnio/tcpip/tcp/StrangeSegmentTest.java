package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.tcp.connection.TcpState;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What junk and forged segments must not do: open, keep alive, end or prolong anything. */
class StrangeSegmentTest {
    private static final String OFFER = ScriptedPeer.OFFER;
    private static final String SYN = "S 0:0 " + OFFER;
    private static final String SYN_ACK = "S. 0:0 ack 1 " + OFFER;

    private ScriptedPeer peer = new ScriptedPeer();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SF 0:0",
                "SR 0:0",
                "SFR 0:0",
                "SFP 0:10",
                "SFPUEW 0:0 urg 1",
                "SFU 0:0 urg 1",
                "- 0:0",
                "F 0:0",
                "P 0:10",
                "U 0:0 urg 1",
                "FPU 0:0 urg 1"
            })
    void whatIsNoSynOpensNothingAndIsNotAnswered(String strange) throws IOException {
        peer.listen(5);

        peer.send(strange).expectNothing();

        assertThat(peer.layer.flowCount()).isZero();
        peer.send(". 1:0 ack 1").expect("R 1:0");
        assertThat(peer.listener.accept()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SF 0:0", "SF. 0:0 ack 1", "SFP. 0:10 ack 1", "SFR 0:0"})
    void aSynWithFinOpensNothingActivelyEither(String strange) throws IOException {
        peer.connect().expect(SYN);

        peer.send(strange).expectNothing();

        assertThat(peer.probe().state()).isEqualTo(TcpState.SYN_SENT);
        peer.send(SYN_ACK).expect(". 1:0 ack 1");
        assertThat(peer.stream.finishConnect()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SF 0:0", "SF 1:0", "SFP. 1:10 ack 1"})
    void aSynWithFinEndsNoStream(String strange) {
        peer.establish(65_535);

        peer.send(strange).expect(". 1:0 ack 1");

        assertThat(peer.probe().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(peer.stream.available()).isZero();
    }

    @Test
    void aSynWithFinIsNoRepeatedSyn() {
        peer.listen(5);
        peer.send(SYN).expect(SYN_ACK);

        peer.send("SF 0:0");

        assertThat(peer.emitted).noneMatch(text -> text.startsWith("S."));
        peer.emitted.clear();
        peer.windows.clear();
        peer.send(". 1:0 ack 1").accept();
        assertThat(peer.stream).isNotNull();
    }

    /** In TIME-WAIT, at 2 of its own numbers and 2 of the peer's. */
    private void timeWait() {
        peer.establish(65_535);
        peer.stream.close();
        peer.expect("F. 1:0 ack 1");
        peer.send("F. 1:0 ack 2").expect(". 2:0 ack 2");
        assertThat(peer.layer.ground.flows.timeWaits()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "S 100000:0",
                "S 2:0",
                "SF 100000:0",
                "SR 100000:0",
                "F. 100000:0 ack 2",
                "F. 2:0 ack 2",
                "F. -50:0 ack 2",
                "F 1:0",
                "F. 1:0 ack 100",
                "P. 100000:10 ack 2",
                "R 2:0",
                "SF. 1:0 ack 2"
            })
    void timeWaitIsNeitherEndedNorProlongedByWhatIsNotThePeersFin(String strange) {
        timeWait();
        peer.advanceMillis(30_000);

        peer.send(strange);
        assertThat(peer.layer.ground.flows.timeWaits()).isEqualTo(1);
        peer.advanceMillis(29_999);
        assertThat(peer.layer.flowCount()).isEqualTo(1);
        peer.advanceMillis(1);

        assertThat(peer.layer.flowCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"F 2:0", "F 1:0", "P 2:10", "- 2:0", "P 100000:10"})
    void whatAcknowledgesNothingIsNotAnsweredInTimeWait(String strange) {
        timeWait();

        peer.send(strange).expectNothing();
    }

    @Test
    void timeWaitIsProlongedByThePeersFin() {
        timeWait();
        peer.advanceMillis(30_000);

        peer.send("F. 1:0 ack 2").expect(". 2:0 ack 2").advanceMillis(59_999);

        assertThat(peer.layer.flowCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "R 100000:0",
                "R. 100000:0 ack 1",
                "R 5:0",
                ". 100000000:0 ack 1",
                "P. -5:2 ack 1",
                "S 5:0",
                "- 1:0",
                "P 1:10",
                ". 1:0 ack 100000"
            })
    void junkIsNoSignOfLife(String junk) {
        peer.open();
        peer.stream.option(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, 10);
        peer.stream.option(jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
        peer.stream.option(jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        peer.stream.option(java.net.StandardSocketOptions.SO_KEEPALIVE, true);
        peer.establish(65_535);

        for (int i = 0; i < 26 && peer.layer.flowCount() > 0; i++) {
            peer.advanceMillis(500).send(junk);
        }
        peer.emitted.clear();

        assertThat(peer.layer.flowCount()).isZero();
        assertThat(peer.stream.readiness() & Endpoint.FAILED).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetBeforeTheLastAcknowledgmentIsTold(boolean crossing) throws IOException {
        peer.establish(65_535);
        if (!crossing) {
            peer.send("F. 1:0 ack 1");
        }
        peer.write(10);
        peer.stream.shutdownOutput();
        if (crossing) {
            peer.send("F. 1:0 ack 1");
        }
        assertThat(peer.probe().state()).isEqualTo(crossing ? TcpState.CLOSING : TcpState.LAST_ACK);

        peer.send("R. 2:0 ack 1");

        assertThat(peer.stream.readiness() & Endpoint.FAILED).isNotZero();
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void nobodyIsConnectedToAGroup() {
        peer.ip.unicast = false;
        peer.open();

        assertThatThrownBy(() -> peer.stream.connect(new InetSocketAddress(peer.remote, 80)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Network is unreachable");
        peer.listen(5);
        peer.send(SYN, ". 1:0 ack 1").expectNothing();
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void aConnectionWhoseAddressHasBecomeAGroupEnds() {
        peer.establish(65_535);
        peer.ip.unicast = false;
        peer.ip.valid = false;

        peer.layer.onAddressesChanged(peer.now);

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void onlyABelievableQuotationMakesAPathNarrower() {
        peer.establish(65_535);
        peer.write(2000);
        peer.emitted.clear();
        for (int quoted : new int[] {-1, 0, 2001, 100_000}) {
            peer.icmp(IcmpError.PACKET_TOO_BIG, quoted, 600);
        }
        assertThat(peer.ip.confirmedTooBig).isZero();
        assertThat(peer.layer.counters().drops(TcpDropReason.UNRELATED_ICMP)).isEqualTo(4);

        peer.icmp(IcmpError.PACKET_TOO_BIG, 1001, 600);

        assertThat(peer.ip.confirmedTooBig).isEqualTo(600);
    }

    @Test
    void aFailingConnectLooksAtAFewPortsAtATimeAndAtAllOfThem() throws IOException {
        peer.recording = false;
        List<StreamEndpoint> streams = new ArrayList<>();
        InetSocketAddress to = new InetSocketAddress(peer.remote, 80);
        int range = peer.layer.group.ephemeralPorts().count();
        for (int i = 0; i < range; i++) {
            StreamEndpoint stream = peer.layer.openStream();
            stream.connect(to);
            streams.add(stream);
        }
        StreamEndpoint last = peer.layer.openStream();
        long probes = peer.layer.ground.flows.probes();
        peer.mostProbesInside = 0;

        assertThatThrownBy(() -> last.connect(to)).hasMessage("Cannot assign requested address");

        assertThat(peer.layer.ground.flows.probes() - probes).as("all of them").isGreaterThanOrEqualTo(range);
        assertThat(peer.mostProbesInside).as("at a time").isLessThan(2000);
        streams.get(range / 2).close();
        last.connect(to);
        assertThat(last.localAddress().getPort())
                .isEqualTo(streams.get(range / 2).localAddress().getPort());
        streams.forEach(StreamEndpoint::close);
        last.close();
        assertThat(peer.layer.ground.flows.slots()).as("after all are gone").isEqualTo(64);
    }

    @Test
    void oneAddressHasHalfOfTheHalfOpenConnectionsAtMost() throws IOException {
        peer = new ScriptedPeer(ScriptedPeer.config().maximumHalfOpen(100));
        peer.listen(5);
        for (int i = 0; i < 300; i++) {
            peer.injectFrom(InetAddress.getByName("10.9.0.1"), SegmentText.build(SYN, 1000 + i, 8080, 0, 0, 0));
        }
        assertThat(peer.layer.flowCount()).isEqualTo(50);
        peer.emitted.clear();
        peer.windows.clear();

        peer.send(SYN).expect(SYN_ACK);

        assertThat(peer.layer.flowCount()).as("no cookie for another").isEqualTo(51);
    }

    @Test
    void whatLiesBehindAHoleIsGivenBackWhenNobodyFillsIt() {
        peer.establish(65_535);
        for (int i = 0; i < 60; i++) {
            peer.send("P. " + (1001 + 1000 * i) + ":100 ack 1");
        }
        assertThat(peer.layer.budget().usedBytes()).isGreaterThan(60_000);
        peer.emitted.clear();

        peer.advanceMillis(80_000);

        assertThat(peer.layer.budget().usedBytes()).isZero();
        assertThat(peer.probe().holeCapacity()).isEqualTo(4);
        peer.send("P. 1:1000 ack 1").advanceMillis(40);
        assertThat(peer.emitted).last().isEqualTo(". 1:0 ack 1001");
    }
}
