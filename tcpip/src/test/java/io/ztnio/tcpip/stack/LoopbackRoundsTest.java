package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.config;
import static io.ztnio.tcpip.sim.Lan.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.sim.SimGate;
import io.ztnio.tcpip.sim.TestLink;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A stack that always has something for itself lets others in all the same. */
class LoopbackRoundsTest {
    private static final long NOW = 1_000_000_000L;
    private static final PingListener IGNORE = new PingListener() {
        @Override
        public void onReply(InetAddress from, long roundTripNanos) {}

        @Override
        public void onFailure(IOException reason) {}
    };

    private final IpHost host = new IpHost(new SimGate(), true, EphemeralPorts.DEFAULT, new Random(1));
    private int rounds;

    @Test
    void aTurnOfAStackThatTalksToItselfEndsAndTheNextIsDueAtOnce() {
        host.ip.attach(new TestLink(0x0200_0000_000aL)).configure(config(2800, List.of(), "10.1.0.1/24"), NOW);

        long next = host.turn(NOW, now -> {
            rounds++;
            host.ping(ip("10.1.0.1"), 8, NOW, IGNORE, now);
            return Long.MAX_VALUE;
        });

        assertThat(rounds).isEqualTo(16);
        assertThat(next).isEqualTo(NOW);
    }

    @Test
    void aTurnWithNothingForItselfIsOneRound() {
        host.turn(NOW, now -> {
            rounds++;
            return Long.MAX_VALUE;
        });

        assertThat(rounds).isOne();
    }
}
