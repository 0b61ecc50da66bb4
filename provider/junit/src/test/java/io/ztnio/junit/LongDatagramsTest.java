package io.ztnio.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.ZeroTier;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TCP over a network with an MTU of 8800, on paths that take long datagrams, or do so for a while. */
@Timeout(300)
@Tag("any-jdk")
class LongDatagramsTest {
    private static final int NETWORK_MTU = 8800;
    private static final int MOST_TRANSFERS = 500;
    private static final int JUMBO = 8972;
    private static final int LENGTH = 8 << 20;
    private static final Conditions CONDITIONS = new Conditions(0, Duration.ofMillis(5), Duration.ZERO, 20_261_130);

    /** Two nodes and a stream between them. */
    private static final class Pair implements AutoCloseable {
        private final TestNetwork network = new TestNetwork(CONDITIONS, NetworkTime.VIRTUAL);
        private final byte[] sent = new byte[LENGTH];
        private final ZeroTier server;
        private final ZeroTier client;
        private final ServerSocketChannel listener;

        Pair(int longestBytes) throws IOException, InterruptedException {
            new Random(CONDITIONS.seed()).nextBytes(sent);
            longest(longestBytes);
            String id = network.define(NETWORK_MTU);
            server = network.newNode().network(id).build();
            client = network.newNode().network(id).build();
            network.up(server);
            network.up(client);
            listener = server.openServerSocketChannel();
            listener.bind(new InetSocketAddress(server.addresses().get(0), 0));
        }

        void longest(int bytes) {
            network.longestDatagram(bytes);
            network.conditions(CONDITIONS);
        }

        /** Datagrams that the network has carried for a stream of {@link #LENGTH}. */
        long transfer(Runnable halfway) throws Exception {
            long before = network.carried();
            try (SocketChannel connected = client.openSocketChannel()) {
                connected.connect(listener.getLocalAddress());
                try (SocketChannel accepted = listener.accept()) {
                    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(connected));
                    ByteBuffer received = ByteBuffer.allocate(LENGTH + 1).limit(LENGTH / 2);
                    while (received.hasRemaining()) {
                        accepted.read(received);
                    }
                    halfway.run();
                    received.limit(LENGTH + 1);
                    while (accepted.read(received) >= 0) {
                        // Until the end.
                    }
                    writer.get(120, TimeUnit.SECONDS);
                    assertThat(Arrays.equals(Arrays.copyOf(received.array(), received.position()), sent))
                            .isTrue();
                }
            }
            return network.carried() - before;
        }

        /**
         * Segments are as long as two datagrams, which are found to pass then: it doubles, but the search takes a second for each
         * step, and a fast machine has sent several streams by then.
         */
        long transferUntilFewerThan(long wanted) throws Exception {
            long carried = Long.MAX_VALUE;
            for (int i = 0; i < MOST_TRANSFERS && carried >= wanted; i++) {
                carried = transfer(() -> {});
            }
            return carried;
        }

        private void write(SocketChannel channel) {
            try {
                channel.write(ByteBuffer.wrap(sent));
                channel.shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            client.close();
            server.close();
            network.close();
        }
    }

    @Test
    void aStreamGoesInFewerDatagramsWhereTheyMayBeLong() throws Exception {
        long usual;
        try (Pair pair = new Pair(1432)) {
            pair.transfer(() -> {});
            usual = pair.transfer(() -> {});
        }
        try (Pair pair = new Pair(JUMBO)) {
            assertThat(pair.transferUntilFewerThan(usual / 3)).isLessThan(usual / 3);
        }
    }

    @Test
    void aStreamSurvivesThatLongDatagramsVanish() throws Exception {
        try (Pair pair = new Pair(JUMBO)) {
            long first = pair.transfer(() -> {});
            assertThat(pair.transferUntilFewerThan(first * 2 / 3)).isLessThan(first * 2 / 3);

            pair.transfer(() -> pair.longest(1472));

            pair.longest(JUMBO);
            pair.transfer(() -> {});
        }
    }
}
