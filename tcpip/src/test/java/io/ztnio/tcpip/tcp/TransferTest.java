package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole transfers between two stacks. */
@AtEverySequenceStart
@Tag("any-jdk")
class TransferTest {
    private static final long LIMIT_NANOS = 3600L * 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void badNetworksDeliverTheSameBytesInBothDirections(long seed) throws Exception {
        Random shape = new Random(seed);
        boolean modern = seed % 2 == 0;
        TcpConfig.Builder config = TcpConfig.builder().timestamps(modern).selectiveAcks(seed % 3 != 0);
        TwoStacks stacks = new TwoStacks(seed, config);
        stacks.loss = shape.nextDouble() * 0.05;
        stacks.duplication = shape.nextDouble() * 0.05;
        stacks.reordering = shape.nextDouble() * 0.1;

        transfer(stacks, 1_000_000, seed);
    }

    @Test
    void cleanNetworkNeedsNoRetransmission() throws Exception {
        TwoStacks stacks = new TwoStacks(9, TcpConfig.builder());
        stacks.left.ip.mtuBytes = 2800;
        stacks.right.ip.mtuBytes = 2800;

        transfer(stacks, 20_000_000, 9);

        assertThat(stacks.left.layer.counters().segmentsRetransmitted()).isZero();
        assertThat(stacks.right.layer.counters().segmentsRetransmitted()).isZero();
    }

    /** Losses, repetitions and overtaking are the same by the same seed, and so is all that is sent. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void everySegmentIsTheSameWhereverTheNumbersStart(long seed) throws Exception {
        SequenceStart start = SequenceStarts.current();
        List<String> here = trace(seed);
        SequenceStarts.set(SequenceStart.ORDINARY);
        List<String> elsewhere = trace(seed);
        SequenceStarts.set(start);

        assertThat(here).isEqualTo(elsewhere);
    }

    private static List<String> trace(long seed) throws Exception {
        TwoStacks stacks = new TwoStacks(
                seed, TcpConfig.builder().timestamps(seed % 2 == 0).selectiveAcks(seed % 3 != 0));
        stacks.loss = 0.02;
        stacks.duplication = 0.02;
        stacks.reordering = 0.05;
        stacks.tracing = true;
        transfer(stacks, 300_000, seed);
        return stacks.trace;
    }

    /** Sends {@code length} bytes from left to right and from right to left, and closes. */
    static void transfer(TwoStacks stacks, int length, long seed) throws Exception {
        int port = 1000 + (int) seed;
        ListenerEndpoint listener = stacks.right.layer.openListener();
        listener.bind(new InetSocketAddress(stacks.right.address, port));
        listener.listen(1);
        StreamEndpoint client = stacks.left.layer.openStream();
        client.connect(new InetSocketAddress(stacks.right.address, port));
        StreamEndpoint server = null;
        long end = stacks.now + LIMIT_NANOS;
        while (server == null) {
            assertThat(stacks.step() && stacks.now < end)
                    .as("seed %d connects", seed)
                    .isTrue();
            server = listener.accept();
        }
        Half forth = new Half(client, server, length, seed);
        Half back = new Half(server, client, length, ~seed);

        while (true) {
            boolean forthDone = forth.isDone();
            boolean done = back.isDone() && forthDone;
            if (done) {
                break;
            }
            assertThat(stacks.step() && stacks.now < end)
                    .as("seed %d: %d and %d of %d bytes have arrived", seed, forth.received, back.received, length)
                    .isTrue();
        }

        assertThat(forth.in.digest()).as("seed %d", seed).isEqualTo(forth.out.digest());
        assertThat(back.in.digest()).as("seed %d", seed).isEqualTo(back.out.digest());
        client.close();
        server.close();
        listener.close();
        while (stacks.now < end && stacks.step()) {
            assertThat(stacks.left.layer.flowCount()).isLessThanOrEqualTo(1);
        }
        assertThat(stacks.left.layer.flowCount() + stacks.right.layer.flowCount())
                .isZero();
    }

    /** One direction of a transfer. */
    private static final class Half {
        private final StreamEndpoint from;
        private final StreamEndpoint to;
        private final ByteBuffer source = ByteBuffer.allocate(1 << 16);
        private final ByteBuffer target = ByteBuffer.allocate(1 << 16);
        private final MessageDigest out = MessageDigest.getInstance("SHA-256");
        private final MessageDigest in = MessageDigest.getInstance("SHA-256");
        private final Random random;
        private int left;
        private int received;
        private boolean ended;

        Half(StreamEndpoint from, StreamEndpoint to, int length, long seed) throws Exception {
            this.from = from;
            this.to = to;
            this.left = length;
            this.random = new Random(seed);
            source.limit(0);
        }

        /** Writes and reads what is possible now; true when everything and the end of the stream have arrived. */
        boolean isDone() throws IOException {
            while (left > 0 || source.hasRemaining()) {
                if (!source.hasRemaining()) {
                    int size = Math.min(left, source.capacity());
                    byte[] fresh = source.array();
                    random.nextBytes(fresh);
                    out.update(fresh, 0, size);
                    source.clear().limit(size);
                    left -= size;
                    if (left == 0) {
                        // The rest is written below, and FIN after it.
                        continue;
                    }
                }
                if (from.write(source) == 0) {
                    break;
                }
                if (left == 0 && !source.hasRemaining()) {
                    from.shutdownOutput();
                }
            }
            while (!ended) {
                target.clear();
                int count = to.read(target);
                if (count <= 0) {
                    ended = count < 0;
                    break;
                }
                in.update(target.array(), 0, count);
                received += count;
            }
            return ended;
        }
    }
}
