package io.ztnio.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.wire.PacketHeader;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node whose UDP is blocked while it talks, in virtual time. Its second socket stands for the relay's port: when that is used, and
 * whom it reaches, the relay's own parts say. Its peer does as a stock one, which sends to the old address for 243 s as long as it has
 * no other, and never through a root.
 */
class LostUdpTest {
    private static final InetSocketAddress ROOT = SimNet.endpoint(SimPlanet.ROOT_ADDRESS);
    private static final InetSocketAddress UDP = SimNet.endpoint("81.1.1.1:9993");
    private static final InetSocketAddress RELAY = SimNet.endpoint("80.1.1.1:40000");
    private static final InetSocketAddress STOCK = SimNet.endpoint("82.1.1.1:9993");
    private static final long NODE = SimIdentities.of(1).address();
    private static final long PEER = SimIdentities.of(2).address();

    private final TrustingHandler atNode = new TrustingHandler();
    private final RelayCallers callers = new RelayCallers();
    private SimNet net;
    private SimHost node;
    private SimHost peer;
    private RelayNeed need;
    private boolean blocked;

    private void start(long seed) {
        net = new SimNet(seed).filter(this::passes);
        need = new RelayNeed(false, true, net.nowMillis());
        SimPlanet planet = new SimPlanet(net);
        node = net.host("81.1.1.1:9993", "80.1.1.1:40000");
        peer = net.host("82.1.1.1:9993");
        planet.start(node, 1).handler(atNode);
        planet.start(peer, 2).handler(new TrustingHandler());
    }

    @Test
    void aStockPeerIsHeardAgainAsSoonAsTheRelayIsInUse() {
        start(81);
        talk(30);
        assertThat(atNode.texts()).isNotEmpty();

        blocked = true;
        talk(1);
        atNode.texts().clear();
        talk(29);

        assertThat(atNode.texts()).isNotEmpty();
    }

    /** Nothing goes by the root, whose silence is noticed when the relay is in use already. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void soIsOneThatOnlyListens(long seed) {
        start(seed);
        talk(30);

        blocked = true;
        talk(1);
        atNode.texts().clear();
        for (int i = 0; i < 4 * 34; i++) {
            peer.say(NODE, "peer");
            net.run(250);
        }

        assertThat(atNode.texts()).isNotEmpty();
    }

    /** As two TCPs do, each of which has lost something: they try again after ever longer times. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void soIsOneToWhichNothingIsToBeSentJustThen(long seed) {
        start(seed);
        talk(30);

        blocked = true;
        talk(1);
        atNode.texts().clear();
        for (int i = 0; i < 4 * 29; i++) {
            if (Integer.bitCount(i + 1) == 1) {
                node.say(PEER, "node");
            }
            peer.say(NODE, "peer");
            net.run(250);
        }

        assertThat(atNode.texts()).isNotEmpty();
    }

    private void talk(int seconds) {
        for (int i = 0; i < 4 * seconds; i++) {
            node.say(PEER, "node");
            peer.say(NODE, "peer");
            net.run(250);
        }
    }

    private boolean passes(SimNet.Datagram datagram) {
        long now = net.nowMillis();
        need.look(now);
        if (datagram.from().equals(UDP) || datagram.to().equals(UDP)) {
            if (!blocked && datagram.to().equals(UDP)) {
                need.received(datagram.from(), datagram.bytes().length(), now);
            }
            return !blocked;
        }
        long nanos = TimeUnit.MILLISECONDS.toNanos(now);
        if (datagram.to().equals(RELAY)) {
            callers.heard(datagram.from(), nanos);
            return need.isBlocked();
        }
        if (datagram.from().equals(RELAY)) {
            boolean reached = datagram.to().equals(ROOT) || callers.mayBeAnswered(datagram.to(), nanos);
            return need.isBlocked() && reached;
        }
        // From the peer to the root: only what is the root's own.
        boolean relayed = datagram.from().equals(STOCK)
                && PacketHeader.destination(datagram.bytes().toByteArray(), 0) == NODE;
        return !relayed;
    }
}
