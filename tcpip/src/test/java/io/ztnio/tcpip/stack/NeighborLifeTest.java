package io.ztnio.tcpip.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.ShardedHost;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stack does about connections when it is told of a neighbour that it began anew, or that it is gone. */
class NeighborLifeTest {
    private static final long SEED = 20_261_128;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long PEER_MAC = 0x32_0000_000002L;
    private static final long OTHER_MAC = 0x32_0000_000003L;

    private final Lan lan = new Lan(SEED);
    private final Lan.Host client = lan.host(0x32_0000_000001L, "10.1.0.1/24");
    private Lan.Host peer = lan.host(PEER_MAC, "10.1.0.2/24");

    private static ListenerEndpoint listen(Stack stack, String address) throws IOException {
        ListenerEndpoint listener = stack.openListener();
        listener.bind(Lan.socket(address, 80));
        listener.listen(50);
        return listener;
    }

    private StreamEndpoint connected(Stack from, String address) throws IOException {
        StreamEndpoint stream = from.openStream();
        stream.connect(Lan.socket(address, 80));
        lan.run(100 * MILLI);
        assertThat(stream.finishConnect()).isTrue();
        return stream;
    }

    private static int read(StreamEndpoint stream) throws IOException {
        return stream.read(ByteBuffer.allocate(10));
    }

    private boolean probe(LinkPort port, long mac) {
        boolean[] any = new boolean[1];
        client.gate.run(now -> any[0] = port.probe(mac, now));
        return any[0];
    }

    @Test
    void idleConnectionsToAPeerThatBeganAnewEndWithItsReset() throws IOException {
        listen(peer.stack, "10.1.0.2");
        StreamEndpoint stream = connected(client.stack, "10.1.0.2");
        peer = lan.restarted(peer, StackConfig.defaults(), "10.1.0.2/24");

        assertThat(probe(client.port, PEER_MAC)).isTrue();
        lan.run(100 * MILLI);

        assertThatThrownBy(() -> read(stream))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void aWriterWhoseTimerHasBackedOffLearnsOfTheNewInstanceAtOnce() throws IOException {
        listen(peer.stack, "10.1.0.2");
        StreamEndpoint stream = connected(client.stack, "10.1.0.2");
        lan.filter = frame -> false;
        stream.write(ByteBuffer.wrap(new byte[] {1}));
        lan.run(100 * SECOND);
        lan.filter = frame -> true;
        peer = lan.restarted(peer, StackConfig.defaults(), "10.1.0.2/24");

        probe(client.port, PEER_MAC);
        lan.run(5 * MILLI);

        assertThatThrownBy(() -> read(stream)).hasMessage("Connection reset");
    }

    @Test
    void aWriterWhoseTimerHasBackedOffGoesOnAtOnceWithAPeerThatIsInReachAgain() throws IOException {
        ListenerEndpoint listener = listen(peer.stack, "10.1.0.2");
        StreamEndpoint stream = connected(client.stack, "10.1.0.2");
        StreamEndpoint far = listener.accept();
        lan.filter = frame -> false;
        stream.write(ByteBuffer.wrap(new byte[] {1}));
        lan.run(100 * SECOND);
        lan.filter = frame -> true;

        probe(client.port, PEER_MAC);
        lan.run(5 * MILLI);

        assertThat(read(far)).isEqualTo(1);
    }

    /** The way to it is open in our direction first, as where it looks for us at an old address. */
    @Test
    void whatIsRepeatedOutOfTurnIsRepeatedTwiceAndNoStepToGivingUp() throws IOException {
        listen(peer.stack, "10.1.0.2");
        StreamEndpoint stream = connected(client.stack, "10.1.0.2");
        lan.filter = frame -> frame.etherType() != 0x0800;
        stream.write(ByteBuffer.wrap(new byte[] {1}));
        lan.run(100 * SECOND);
        int before = client.link.sent.size();

        for (int i = 0; i < 30; i++) {
            probe(client.port, PEER_MAC);
            lan.run(2_500 * MILLI);
        }

        // Three each time, and one or two by the timer.
        long repeated = client.link.sent.subList(before, client.link.sent.size()).stream()
                .filter(frame -> frame.etherType() == 0x0800)
                .count();
        assertThat(repeated).isBetween(90L, 92L);
        assertThat(read(stream)).isZero();
    }

    @Test
    void aPeerThatStillHasTheConnectionAnswersAndItGoesOn() throws IOException {
        ListenerEndpoint listener = listen(peer.stack, "10.1.0.2");
        StreamEndpoint stream = connected(client.stack, "10.1.0.2");
        StreamEndpoint far = listener.accept();
        int before = client.link.sent.size();

        probe(client.port, PEER_MAC);
        lan.run(60 * SECOND);

        assertThat(client.link.sent).hasSize(before + 1);
        far.write(ByteBuffer.wrap(new byte[] {1, 2}));
        lan.run(100 * MILLI);
        assertThat(read(stream)).isEqualTo(2);
    }

    @Test
    void aProbeThatIsLostIsRepeatedTwice() throws IOException {
        listen(peer.stack, "10.1.0.2");
        connected(client.stack, "10.1.0.2");
        int before = client.link.sent.size();
        lan.filter = frame -> false;

        probe(client.port, PEER_MAC);
        lan.run(60 * SECOND);

        long probes = client.link.sent.subList(before, client.link.sent.size()).stream()
                .filter(frame -> frame.etherType() == 0x0800)
                .count();
        assertThat(probes).isEqualTo(3);
    }

    @Test
    void connectionsToAPeerThatIsGoneTimeOutAndOthersDoNot() throws IOException {
        Lan.Host other = lan.host(OTHER_MAC, "10.1.0.3/24");
        listen(peer.stack, "10.1.0.2");
        ListenerEndpoint living = listen(other.stack, "10.1.0.3");
        StreamEndpoint stream = connected(client.stack, "10.1.0.2");
        StreamEndpoint kept = connected(client.stack, "10.1.0.3");

        client.gate.run(now -> client.port.lost(PEER_MAC, now));
        lan.run(100 * MILLI);

        assertThatThrownBy(() -> read(stream)).hasMessage("Connection timed out");
        living.accept().write(ByteBuffer.wrap(new byte[] {1}));
        lan.run(100 * MILLI);
        assertThat(read(kept)).isEqualTo(1);
    }

    /** Retransmissions ask for a neighbour that does not answer, so that its MAC address is forgotten before the peer is. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 60, 300})
    void whoOwesDataToAPeerThatIsGoneTimesOutAsAReaderDoes(int silentSeconds) throws IOException {
        listen(peer.stack, "10.1.0.2");
        StreamEndpoint writer = connected(client.stack, "10.1.0.2");
        StreamEndpoint reader = connected(client.stack, "10.1.0.2");
        lan.filter = frame -> false;
        writer.write(ByteBuffer.wrap(new byte[] {1}));
        lan.run(silentSeconds * SECOND);

        assertThat(probe(client.port, PEER_MAC)).isTrue();
        client.gate.run(now -> client.port.lost(PEER_MAC, now));

        assertThatThrownBy(() -> read(writer)).hasMessage("Connection timed out");
        assertThatThrownBy(() -> read(reader)).hasMessage("Connection timed out");
    }

    @Test
    void aConnectToAPeerThatIsGoneFailsOnceNobodyAnswersForItsAddress() throws IOException {
        listen(peer.stack, "10.1.0.2");
        connected(client.stack, "10.1.0.2");
        client.gate.run(now -> client.port.lost(PEER_MAC, now));
        lan.filter = frame -> frame.source() != PEER_MAC;

        StreamEndpoint stream = client.stack.openStream();
        stream.connect(Lan.socket("10.1.0.2", 80));
        lan.run(4 * SECOND);

        assertThatThrownBy(stream::finishConnect)
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessage("No route to host");
    }

    @Test
    void aConnectToAPeerThatIsBackSucceeds() throws IOException {
        listen(peer.stack, "10.1.0.2");
        connected(client.stack, "10.1.0.2");
        client.gate.run(now -> client.port.lost(PEER_MAC, now));

        connected(client.stack, "10.1.0.2");
    }

    @Test
    void nothingIsProbedWhereNothingLeads() throws IOException {
        listen(peer.stack, "10.1.0.2");
        connected(client.stack, "10.1.0.2");

        assertThat(probe(client.port, OTHER_MAC)).isFalse();
    }

    @Test
    void everyShardProbesAndLosesItsConnections() throws IOException {
        ShardedHost node = new ShardedHost(lan, SEED, 0x32_0000_000009L, 3, StackConfig.defaults(), "10.1.0.9/24");
        listen(peer.stack, "10.1.0.2");
        List<StreamEndpoint> streams = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            streams.add(connected(node.stack, "10.1.0.2"));
        }
        boolean[] any = new boolean[1];
        node.gate.run(now -> any[0] = node.port.probe(PEER_MAC, now));
        assertThat(any[0]).isTrue();

        node.gate.run(now -> node.port.lost(PEER_MAC, now));
        lan.run(100 * MILLI);

        assertThat(streams)
                .allSatisfy(stream -> assertThatThrownBy(() -> read(stream)).hasMessage("Connection timed out"));
    }
}
