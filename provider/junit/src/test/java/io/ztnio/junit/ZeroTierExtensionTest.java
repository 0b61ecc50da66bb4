package io.ztnio.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.ztnio.provider.ZeroTier;
import io.ztnio.provider.ZeroTierException;
import io.ztnio.provider.ZeroTierException.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

@Timeout(120)
class ZeroTierExtensionTest {
    private static final List<ZeroTier> SEEN = new CopyOnWriteArrayList<>();

    @Test
    @ZeroTierNetwork
    void parametersOfOneTypeAreOfOneNodeAfterTheOther(
            TestNetwork network, ZeroTier first, ZeroTier second, InetAddress own, @OnNode(1) InetAddress other)
            throws Exception {
        assertThat(first).isSameAs(network.node(0)).isNotSameAs(second);
        assertThat(second).isSameAs(network.node(1));
        assertThat(own).isEqualTo(first.addresses().get(0));
        assertThat(other).isEqualTo(second.addresses().get(0));
    }

    @Test
    @ZeroTierNetwork(delayMillis = 20)
    void channelsOfTwoNodesMeet(ServerSocketChannel listener, @OnNode(1) SocketChannel client, InetAddress server)
            throws Exception {
        listener.bind(new InetSocketAddress(server, 0));
        client.connect(listener.getLocalAddress());
        long sent = System.nanoTime();
        client.write(ByteBuffer.wrap(new byte[] {7}));
        try (SocketChannel accepted = listener.accept()) {
            ByteBuffer received = ByteBuffer.allocate(1);
            accepted.read(received);

            assertThat(received.get(0)).isEqualTo((byte) 7);
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        }
    }

    @Test
    @ZeroTierNetwork
    void aPrivateNetworkLetsInWhomTheTestAuthorises(TestNetwork network) throws Exception {
        String closed = network.definePrivate();
        try (ZeroTier node = network.newNode().network(closed).build()) {
            ZeroTierException refused =
                    catchThrowableOfType(ZeroTierException.class, () -> node.up(Duration.ofSeconds(2)));
            assertThat(refused.reason()).isEqualTo(Reason.NOT_AUTHORISED);

            network.authorize(closed, refused.address().orElseThrow());

            assertThat(node.up(Duration.ofSeconds(60)).addresses()).isNotEmpty();
        }
    }

    @Test
    void everythingIsClosedAfterTheTest() {
        SEEN.clear();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                                .selectors(selectClass(TwoTests.class))
                                .build(),
                        summary);

        assertThat(summary.getSummary().getTestsSucceededCount()).isEqualTo(2);
        assertThat(SEEN).hasSize(2).doesNotHaveDuplicates();
        for (ZeroTier node : SEEN) {
            assertThat(node.status().running()).isFalse();
            assertThatThrownBy(node::openSocketChannel).hasMessageContaining("closed");
        }
    }

    /** Run by the test above, in parallel: each has a network of its own with the same addresses. */
    @ZeroTierNetwork
    @Tag("run-by-a-test")
    @Execution(ExecutionMode.CONCURRENT)
    static class TwoTests {
        @Test
        void one(ZeroTier node) {
            seen(node);
        }

        @Test
        void other(ZeroTier node) {
            seen(node);
        }

        private static void seen(ZeroTier node) {
            assertThat(node.status().running()).isTrue();
            SEEN.add(node);
        }
    }
}
