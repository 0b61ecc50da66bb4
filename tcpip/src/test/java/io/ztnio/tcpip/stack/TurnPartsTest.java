package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.ShardedHost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A part of a turn that throws costs itself: the others have theirs, in this turn or the next. */
class TurnPartsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;

    private final Lan lan = new Lan(39);
    private final InternalError failure = new InternalError("by a test");

    @Test
    void aListenerOfDatagramsThatThrowsIsToldAgainAndTcpGoesOn() throws IOException {
        Lan.Host host = lan.host(A, "10.1.0.1/16");
        ListenerEndpoint listener = host.stack.openListener();
        listener.bind(socket("10.1.0.1", 80));
        listener.listen(5);
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        DatagramEndpoint throwing = open(host, 7, first, true);
        DatagramEndpoint other = open(host, 8, second, false);
        StreamEndpoint stream = host.stack.openStream();
        DatagramEndpoint sender = host.stack.openDatagram();
        // In one turn, for the gate is not left in between.
        host.gate.run(now -> {
            try {
                sender.send(ByteBuffer.allocate(1), socket("10.1.0.1", 7));
                sender.send(ByteBuffer.allocate(1), socket("10.1.0.1", 8));
                stream.connect(socket("10.1.0.1", 80));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });

        assertThatThrownBy(() -> lan.run(SECOND)).isSameAs(failure);
        assertThat(second.get()).as("told in the same turn").isEqualTo(1);
        lan.run(SECOND);

        assertThat(first.get()).isEqualTo(2);
        assertThat(throwing.readiness() & Endpoint.READABLE).isNotZero();
        assertThat(other.readiness() & Endpoint.READABLE).isNotZero();
        assertThat(stream.finishConnect()).isTrue();
    }

    private DatagramEndpoint open(Lan.Host host, int port, AtomicInteger told, boolean throwing) throws IOException {
        DatagramEndpoint endpoint = host.stack.openDatagram();
        endpoint.readinessListener(bits -> {
            if ((bits & Endpoint.READABLE) != 0 && told.incrementAndGet() == 1 && throwing) {
                throw failure;
            }
        });
        endpoint.bind(socket("10.1.0.1", port));
        return endpoint;
    }

    @Test
    void aPacketToOneselfWhoseTransportThrowsIsNotDeliveredAgain() throws IOException {
        Lan.Host host = lan.host(A, "10.1.0.1/16");
        ListenerEndpoint listener = host.stack.openListener();
        listener.bind(socket("10.1.0.1", 80));
        listener.listen(5);
        StreamEndpoint stream = host.stack.openStream();
        stream.connect(socket("10.1.0.1", 80));
        lan.run(SECOND);
        StreamEndpoint accepted = listener.accept();
        // Runs in the middle of the segment that acknowledges the FIN.
        accepted.whenFinished(() -> {
            throw failure;
        });
        accepted.close();

        assertThatThrownBy(() -> lan.run(SECOND)).isSameAs(failure);
        lan.run(SECOND);

        assertThat(stream.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        stream.close();
        lan.run(100 * SECOND);
        assertThat(host.stack.connections()).isZero();
    }

    @Test
    void aFrameOfAShardThatCannotBeSentIsLostAndTheOthersAreSent() throws IOException {
        ShardedHost sharded = new ShardedHost(lan, 3, A, 2, StackConfig.defaults(), "10.1.0.1/16");
        Lan.Host host = lan.host(B, "10.1.0.2/16");
        ListenerEndpoint listener = host.stack.openListener();
        listener.bind(socket("10.1.0.2", 80));
        listener.listen(50);
        StreamEndpoint[] streams = new StreamEndpoint[20];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = sharded.stack.openStream();
            streams[i].connect(socket("10.1.0.2", 80));
        }
        int[] failures = {3};
        lan.filter = frame -> {
            if (frame.source() == A && failures[0]-- > 0) {
                throw failure;
            }
            return true;
        };

        long end = lan.now + 5 * SECOND;
        while (lan.now < end) {
            try {
                lan.run(end - lan.now);
            } catch (InternalError e) {
                assertThat(e).isSameAs(failure);
            }
        }

        for (StreamEndpoint stream : streams) {
            assertThat(stream.finishConnect()).isTrue();
        }
    }
}
