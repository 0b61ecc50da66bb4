package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.tcp.config.ScenarioConfig;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.congestion.CongestionControl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is thrown in the middle of the work on a connection costs that connection and nothing else. */
class BrokenWorkTest {
    private static final String SYN = "S 0:0 " + ScriptedPeer.OFFER;
    private static final String SYN_ACK = "S. 0:0 ack 1 " + ScriptedPeer.OFFER;

    private final InternalError failure = new InternalError("by a test");
    private ScriptedPeer peer = new ScriptedPeer();

    /** A second connection, of another port of the peer. */
    private StreamEndpoint second() throws IOException {
        peer.peerPort = 81;
        StreamEndpoint stream = peer.layer.openStream();
        stream.connect(new InetSocketAddress(peer.remote, 81));
        peer.send("S. 0:0 ack 1 " + ScriptedPeer.OFFER);
        peer.emitted.clear();
        assertThat(stream.finishConnect()).isTrue();
        return stream;
    }

    private void expectBroken() {
        assertThat(peer.stream.readiness() & Endpoint.FAILED).isNotZero();
        assertThatThrownBy(() -> peer.stream.read(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Software caused connection abort");
    }

    @Test
    void whatAFlushThrowsCostsItsConnection() throws IOException {
        peer.establish(65_535);
        StreamEndpoint other = second();
        peer.thrown = new ArrayList<>();

        peer.inOneTurn(() -> {
            peer.ip.sendFailure = failure;
            peer.write(10);
            ScriptedPeer.quietly(() -> other.write(ByteBuffer.allocate(20)));
        });

        assertThat(peer.thrown).containsExactly(failure);
        assertThat(peer.emitted).anyMatch(text -> text.startsWith("P. 1:20 ")).anyMatch(text -> text.startsWith("R."));
        expectBroken();
        assertThat(peer.layer.flowCount()).isEqualTo(1);
        other.close();
        peer.send("R. 1:0 ack 21");
        assertThat(peer.layer.flowCount()).isZero();
        assertThat(peer.layer.budget().usedBytes()).isZero();
    }

    /** Without stack or memory even the clearing up fails, time and again. */
    @Test
    void whatCouldNotBeClearedUpIsClearedUpInTheNextTurn() {
        peer.establish(65_535);
        peer.thrown = new ArrayList<>();
        int[] told = new int[1];
        Runnable[] failing = new Runnable[1];
        failing[0] = () -> {
            if (told[0]++ < 3) {
                peer.stream.whenFinished(failing[0]);
                throw failure;
            }
        };
        peer.stream.whenFinished(failing[0]);

        peer.ip.sendFailure = failure;
        peer.write(10);
        peer.advanceMillis(20);

        assertThat(told[0]).as("told until that did not fail").isEqualTo(4);
        assertThat(peer.layer.flowCount()).isZero();
        assertThat(peer.layer.budget().usedBytes()).isZero();
        expectBroken();
    }

    @Test
    void whatASegmentThrowsCostsItsConnection() {
        peer.establish(65_535);
        peer.ip.sendFailure = failure;

        // So much in one batch is acknowledged before the batch ends.
        assertThatThrownBy(() -> peer.sendBatch(List.of("P. 1:1000 ack 1", "P. 1001:1000 ack 1")))
                .isSameAs(failure);
        peer.endTurn();

        assertThat(peer.layer.flowCount()).isZero();
        assertThat(peer.read(1, 5000)).as("what had arrived").isEqualTo(2000);
        expectBroken();
    }

    @Test
    void whatATimerThrowsCostsItsConnection() {
        peer.establish(65_535);
        peer.thrown = new ArrayList<>();
        peer.write(10);
        peer.expect("P. 1:10 ack 1");
        peer.ip.sendFailure = failure;

        peer.advanceMillis(1000);

        assertThat(peer.thrown).containsExactly(failure);
        assertThat(peer.layer.flowCount()).isZero();
        expectBroken();
    }

    @Test
    void whatASynThrowsLeavesNothing() throws IOException {
        peer.listen(1);
        peer.ip.sendFailure = failure;
        assertThatThrownBy(() -> peer.send(SYN)).isSameAs(failure);
        assertThat(peer.layer.flowCount()).isZero();

        peer.send(SYN).expect(SYN_ACK).send(". 1:0 ack 1").accept();

        assertThat(peer.stream).isNotNull();
    }

    @Test
    void whatAConnectThrowsLeavesNothing() throws IOException {
        int[] failures = {1};
        peer = failing(failures);
        peer.open();
        assertThatThrownBy(() -> peer.stream.connect(new InetSocketAddress(peer.remote, 80)))
                .isInstanceOf(InternalError.class);
        peer.endTurn();

        assertThat(peer.layer.flowCount()).isZero();
        peer.connect().expect("S 0:0 " + ScriptedPeer.OFFER);
    }

    @Test
    void whatAnAcceptThrowsTakesNoPlaceOfTheBacklog() throws IOException {
        int[] failures = {100};
        peer = failing(failures);
        peer.listen(1);
        for (int i = 0; i < 100; i++) {
            peer.peerPort = 1000 + i;
            peer.send(SYN).expect(SYN_ACK);
            assertThatThrownBy(() -> peer.send(". 1:0 ack 1")).isInstanceOf(InternalError.class);
        }

        peer.peerPort = 999;
        peer.send(SYN).expect(SYN_ACK).send(". 1:0 ack 1").accept();

        assertThat(peer.stream).isNotNull();
        assertThat(peer.layer.flowCount()).isEqualTo(1);
    }

    private static ScriptedPeer failing(int[] failures) {
        TcpConfig.Builder config = ScriptedPeer.config();
        return new ScriptedPeer(ScenarioConfig.congestionControl(config, () -> {
            if (failures[0]-- > 0) {
                throw new InternalError("by a test");
            }
            return (CongestionControl) new NoCongestionControl();
        }));
    }

    @Test
    void aListenerThatThrowsIsToldInTheNextTurnAndNobodyElseMissesAnything() throws IOException {
        peer.establish(65_535);
        StreamEndpoint other = second();
        List<String> told = new ArrayList<>();
        peer.stream.readinessListener(bits -> {
            if (!told.contains("thrown")) {
                told.add("thrown");
                throw new ThreadDeath();
            }
            told.add("first " + bits);
        });
        other.readinessListener(bits -> told.add("other " + bits));
        peer.thrown = new ArrayList<>();
        peer.peerPort = 80;
        peer.ownPort = peer.stream.localAddress().getPort();

        peer.inOneTurn(() -> {
            peer.stream.option(java.net.StandardSocketOptions.TCP_NODELAY, true);
            peer.stream.close();
            other.close();
        });
        assertThat(told).startsWith("thrown").anyMatch(text -> text.startsWith("other"));
        peer.advanceMillis(10);

        assertThat(peer.thrown).singleElement().isInstanceOf(ThreadDeath.class);
        assertThat(told).anyMatch(text -> text.startsWith("first"));
    }

    @Test
    void aListenerThatAlwaysThrowsIsSparedInTheEnd() {
        peer.establish(65_535);
        peer.stream.readinessListener(bits -> {
            throw new AssertionError("by a test");
        });
        peer.thrown = new ArrayList<>();

        peer.send("P. 1:10 ack 1").advanceMillis(10_000);

        assertThat(peer.thrown).hasSizeBetween(1, 200);
        assertThat(peer.read(1, 20)).isEqualTo(10);
    }

    @Test
    void aServerWhoseListenerThrewAcceptsOn() throws IOException {
        peer.listen(5);
        int[] calls = new int[1];
        peer.listener.readinessListener(bits -> {
            if (calls[0]++ == 0) {
                throw new InternalError("by a test");
            }
        });
        peer.thrown = new ArrayList<>();

        peer.send(SYN).expect(SYN_ACK).send(". 1:0 ack 1").advanceMillis(10);

        assertThat(calls[0]).isEqualTo(2);
        assertThat(peer.listener.readiness() & Endpoint.ACCEPTABLE).isNotZero();
        assertThat(peer.listener.accept()).isNotNull();
    }

    @Test
    void aCloseThatCouldNotBePostedIsDoneInTheNextTurn() {
        peer.establish(65_535);
        peer.postFailure = failure;
        assertThatThrownBy(peer.stream::close).isSameAs(failure);
        peer.expectNothing();

        peer.endTurn();

        peer.expect("F. 1:0 ack 1");
    }

    @Test
    void aWriteThatCouldNotBePostedGoesWithTheNext() {
        peer.establish(65_535);
        peer.postFailure = failure;
        assertThatThrownBy(() -> peer.write(10)).isSameAs(failure);

        peer.write(10);

        peer.expect("P. 1:20 ack 1");
    }

    @Test
    void whatOneFlowThrowsKeepsNoOtherFromANewPath() throws IOException {
        peer.establish(65_535);
        StreamEndpoint other = second();
        other.whenFinished(() -> {
            throw new IllegalStateException("by a test");
        });
        peer.stream.whenFinished(() -> {
            throw new IllegalStateException("by a test");
        });
        peer.ip.routed = false;

        assertThatThrownBy(() -> peer.layer.onAddressesChanged(peer.now)).isInstanceOf(IllegalStateException.class);
        peer.endTurn();

        assertThat(peer.layer.flowCount()).isZero();
        assertThat(other.readiness() & Endpoint.FAILED).isNotZero();
        assertThat(peer.stream.readiness() & Endpoint.FAILED).isNotZero();
    }
}
