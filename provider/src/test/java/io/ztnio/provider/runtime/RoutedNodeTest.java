package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.routing.NetworkClaims;
import io.ztnio.provider.routing.Standing;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who asks while a node starts waits for it, however many ask at once and however long nobody has asked. */
@Timeout(60)
@SuppressWarnings("AddressSelection") // literals
class RoutedNodeTest {
    private static final long NETWORK = 0xcafe2001L;
    private static final int ASKING = 10;

    private final CountDownLatch mayStart = new CountDownLatch(1);

    private static ZtnioConfig config(String timeout) {
        return new ConfigLoader(
                        Map.of(
                                "ztnio.transport",
                                "overlay-memory",
                                "ztnio.networks",
                                "00000000cafe2001",
                                "ztnio.join.timeout",
                                timeout),
                        Map.of())
                .load();
    }

    private static List<NetworkClaims> claims(Standing standing, String reason) throws IOException {
        IpPrefix prefix = new IpPrefix(InetAddress.getByName("10.5.0.1"), 24);
        return List.of(new NetworkClaims(
                NETWORK, standing, reason, Optional.of(new LinkConfig(List.of(prefix), List.of(), 1280))));
    }

    private RoutedNode<AutoCloseable> node(String timeout, LazyStart.Starter<AutoCloseable> starter) {
        return new RoutedNode<>(
                config(timeout),
                "the home of a test",
                starter,
                new RoutedNode.Claims() {
                    @Override
                    public List<NetworkClaims> running() {
                        return without(Standing.USABLE, "");
                    }

                    @Override
                    public List<NetworkClaims> without(Standing standing, String reason) {
                        try {
                            return claims(standing, reason);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                },
                true);
    }

    private AutoCloseable startWhenAllowed() {
        try {
            mayStart.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return () -> {};
    }

    /** The verdicts that so many get who ask at the same moment. */
    private static List<Verdict> askAtOnce(RoutedNode<?> node) throws Exception {
        InetAddress address = InetAddress.getByName("10.5.0.2");
        CyclicBarrier together = new CyclicBarrier(ASKING);
        ExecutorService threads = Executors.newFixedThreadPool(ASKING);
        try {
            List<Future<Verdict>> answers = new ArrayList<>();
            for (int i = 0; i < ASKING; i++) {
                answers.add(threads.submit(() -> {
                    together.await();
                    return node.decide(address, false).verdict();
                }));
            }
            List<Verdict> verdicts = new ArrayList<>();
            for (Future<Verdict> answer : answers) {
                verdicts.add(answer.get(30, TimeUnit.SECONDS));
            }
            return verdicts;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aTimeoutThatIsOverBeforeAnybodyAsksIsNobodysFailure() throws Exception {
        for (int round = 0; round < 20; round++) {
            RoutedNode<AutoCloseable> node = node("1h", this::startWhenAllowed);
            try {
                assertThat(askAtOnce(node)).containsOnly(Verdict.PENDING);
            } finally {
                node.close();
            }
        }
        RoutedNode<AutoCloseable> late = node("1ms", this::startWhenAllowed);
        assertThat(late.deadlineNanos() - System.nanoTime()).isGreaterThan(TimeUnit.DAYS.toNanos(1));
        late.close();
        mayStart.countDown();
    }

    @Test
    void whoAsksWhileSomebodyElseHasBegunTheNextTryIsNotToldOfTheLastOne() throws Exception {
        InetAddress address = InetAddress.getByName("10.5.0.2");
        CountDownLatch failed = new CountDownLatch(1);
        RoutedNode<AutoCloseable> node = node("1h", () -> {
            if (failed.getCount() > 0) {
                failed.countDown();
                throw new IOException("the port is taken");
            }
            return startWhenAllowed();
        });
        CountDownLatch told = new CountDownLatch(1);
        node.whenDecided(address, false, decision -> told.countDown());
        assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(askAtOnce(node)).containsOnly(Verdict.PENDING);

        mayStart.countDown();
        node.get();
        assertThat(node.decide(address, false).verdict()).isEqualTo(Verdict.VIRTUAL);
        node.close();
    }
}
