package io.ztnio.overlay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.socket.OverlayStream;
import io.ztnio.overlay.socket.OverlayStreamListener;
import io.ztnio.protocol.transport.Carrier;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A stream over UDP on loopback, in real time, where both ends lose one datagram in twenty of what they send. The size is
 * {@code -Dztnio.test.stream.mib}, 2 unless said; the congestion controls are {@code -Dztnio.test.stream.congestion}, with
 * commas between.
 */
@Timeout(1200)
@Tag("any-jdk")
class LossyUdpStreamTest {
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final long SIZE = Long.getLong("ztnio.test.stream.mib", 2) << 20;
    private static final int PORT = 7;
    private static final int CHUNK = 1 << 16;
    private static final long SEED = 5;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final List<OverlayNode> nodes = new ArrayList<>();
    private final List<LossyCarrier> paths = new ArrayList<>();

    static List<String> congestions() {
        return Arrays.asList(
                System.getProperty("ztnio.test.stream.congestion", "cubic,bbr").split(",", -1));
    }

    @AfterEach
    void closeAll() {
        nodes.forEach(OverlayNode::close);
    }

    private OverlayNetwork start(String congestion) throws IOException {
        OverlayConfig.Builder config = OverlayConfig.builder()
                .bind(List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1})))
                .stack(StackConfig.defaults().withTcpCongestion(congestion));
        if (!nodes.isEmpty()) {
            config.peer(nodes.get(0).localAddresses().get(0));
        }
        UnaryOperator<Carrier> bad = carrier -> {
            LossyCarrier path = new LossyCarrier(carrier, SEED + paths.size());
            paths.add(path);
            return path;
        };
        OverlayNode node = new OverlayNode(config.build(), bad);
        nodes.add(node);
        node.start();
        return node.join(
                NETWORK,
                NetworkAccess.builder().key("0123456789abcdef".repeat(4)).build());
    }

    @ParameterizedTest
    @MethodSource("congestions")
    void everyByteArrivesOnceAndInOrder(String congestion) throws Exception {
        OverlayNetwork client = start(congestion);
        OverlayNetwork server = start(congestion);
        assertThat(client.awaitPeers(1, LONG)).isTrue();
        OverlayStreamListener listener = server.listen(PORT);
        CompletableFuture<byte[]> arrived = CompletableFuture.supplyAsync(() -> digestOfWhatArrives(listener));
        long begin = System.nanoTime();

        byte[] written;
        byte[] answer;
        try (OverlayStream stream = client.connect(nodes.get(1).id(), PORT, LONG)) {
            written = write(stream);
            answer = stream.input().readAllBytes();
        }

        double seconds = (System.nanoTime() - begin) / 1e9;
        assertThat(arrived.get(60, TimeUnit.SECONDS)).isEqualTo(written);
        assertThat(answer).isEqualTo(written);
        for (LossyCarrier path : paths) {
            assertThat(path.lost()).isPositive();
        }
        long duplicated = paths.stream().mapToLong(LossyCarrier::duplicated).sum();
        long reordered = paths.stream().mapToLong(LossyCarrier::reordered).sum();
        assertThat(duplicated).isPositive();
        assertThat(reordered).isPositive();
        System.getLogger("io.ztnio.test")
                .log(
                        System.Logger.Level.INFO,
                        "{0} MiB over UDP under 5 % loss with {1} in {2} s; {3} of {4} datagrams lost, {5} twice, {6} late",
                        SIZE >> 20,
                        congestion,
                        seconds,
                        paths.stream().mapToLong(LossyCarrier::lost).sum(),
                        paths.stream().mapToLong(LossyCarrier::sent).sum(),
                        duplicated,
                        reordered);
    }

    /** The digest of what was written. */
    private static byte[] write(OverlayStream stream) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        for (long written = 0; written < SIZE; written += CHUNK) {
            random.nextBytes(chunk);
            digest.update(chunk);
            stream.write(chunk, 0, CHUNK);
        }
        stream.shutdownOutput();
        return digest.digest();
    }

    /** Reads to the end, and answers with the digest. */
    private static byte[] digestOfWhatArrives(OverlayStreamListener listener) {
        try (OverlayStream stream = listener.accept(LONG)) {
            MessageDigest digest = sha256();
            InputStream input = stream.input();
            byte[] chunk = new byte[CHUNK];
            for (int length = input.read(chunk); length >= 0; length = input.read(chunk)) {
                digest.update(chunk, 0, length);
            }
            byte[] sum = digest.digest();
            stream.write(sum, 0, sum.length);
            return sum;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
