package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Authentic packets with nonsense inside; {@code -Dztnio.fuzz.packets} makes it more of them. */
class MalformedPacketTest {
    /** Of a peer's and a root's. */
    private static final int PAIRS = Integer.getInteger("ztnio.fuzz.packets", 8_000) / 2;

    private static final long ALICE = SimIdentities.of(1).address();

    private final SplittableRandom random = new SplittableRandom(9);
    private final SimNet net = new SimNet(8);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host("82.1.1.1:9993");

    @Test
    void nonsenseFromPeersAndEvenRootsIsSurvived() {
        planet.start(alice, 1).handler(new TrustingHandler());
        planet.start(bob, 2).handler(new TrustingHandler());
        net.run(1_000);
        bob.say(ALICE, "hello");
        net.run(40_000);

        for (int i = 0; i < PAIRS; i++) {
            sendNonsense(bob);
            sendNonsense(planet.root());
            if (i % 20 == 0) {
                net.run(50);
            }
        }
        net.run(20_000);
        bob.say(ALICE, "still there");
        net.run(20_000);

        assertThat(alice.counters().dropped(DropReason.MALFORMED)).isPositive();
        assertThat(alice.counters().packetsIn()).isGreaterThan(PAIRS * 3L / 2);
        assertThat(alice.node().isOnline(net.nowMillis())).isTrue();
        assertThat(alice.node().peers(net.nowMillis())).hasSize(2);
    }

    private void sendNonsense(SimHost sender) {
        Verb[] verbs = Verb.values();
        ByteWriter writer = sender.node().vl1().begin(ALICE, verbs[random.nextInt(verbs.length)]);
        byte[] nonsense = new byte[random.nextInt(120)];
        random.nextBytes(nonsense);
        if (nonsense.length > 4 && random.nextBoolean()) {
            nonsense[0] = (byte) random.nextInt(24);
            nonsense[1] = 0;
        }
        writer.putBytes(nonsense);
        if (random.nextInt(10) == 0) {
            writer.array()[PacketHeader.VERB] = (byte) random.nextInt(32);
        }
        sender.node().vl1().send(false, net.nowMillis());
    }
}
