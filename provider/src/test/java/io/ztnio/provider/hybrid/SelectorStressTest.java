package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.fake.FakeNetworks;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Races of bounded length. A lost wake-up shows as the timeout. */
@Timeout(120)
@SuppressWarnings("try") // closing is what is tested
class SelectorStressTest {
    private final FakeNetworks networks = new FakeNetworks();
    private final SelectorProvider provider = new ZeroTierSelectorProvider(networks);

    private static int openDescriptors() {
        String[] names = new File("/proc/self/fd").list();
        return names == null ? -1 : names.length;
    }

    @Test
    void losesNoReadinessBetweenProducersAndASleepingSelector() throws Exception {
        pingPong(FakeNetworks.OWN, 20_000);
    }

    @Test
    void losesNoReadinessOfTheOperatingSystem() throws Exception {
        pingPong(InetAddress.getLoopbackAddress(), 5_000);
    }

    /** An echo through a selector: each round sleeps and is woken on both sides. */
    private void pingPong(InetAddress host, int rounds) throws Exception {
        try (ServerSocketChannel listener = provider.openServerSocketChannel().bind(new InetSocketAddress(host, 0));
                SocketChannel client = provider.openSocketChannel()) {
            client.connect(listener.getLocalAddress());
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread echo = new Thread(() -> {
                try (SocketChannel server = listener.accept();
                        Selector selector = provider.openSelector()) {
                    server.configureBlocking(false);
                    server.register(selector, SelectionKey.OP_READ);
                    ByteBuffer buffer = ByteBuffer.allocate(16);
                    while (true) {
                        assertThat(selector.select()).isPositive();
                        selector.selectedKeys().clear();
                        buffer.clear();
                        if (server.read(buffer) < 0) {
                            return;
                        }
                        server.write(buffer.flip());
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            echo.start();
            ByteBuffer one = ByteBuffer.allocate(1);
            for (int i = 0; i < rounds; i++) {
                client.write(one.clear());
                client.read(one.clear());
            }
            client.close();
            echo.join();
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void losesNoWakeupOfManyThreads() throws Exception {
        try (Selector selector = provider.openSelector()) {
            AtomicInteger posted = new AtomicInteger();
            int total = 4 * 20_000;
            List<Thread> posters = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                Thread poster = new Thread(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        posted.incrementAndGet();
                        selector.wakeup();
                    }
                });
                posters.add(poster);
                poster.start();
            }

            while (posted.get() < total) {
                selector.select();
            }

            for (Thread poster : posters) {
                poster.join();
            }
            assertThat(posted).hasValue(total);
        }
    }

    @Test
    void losesNoInterestThatIsSetByOtherThreads() throws Exception {
        try (ServerSocketChannel listener =
                        provider.openServerSocketChannel().bind(new InetSocketAddress(FakeNetworks.OWN, 0));
                SocketChannel client = provider.openSocketChannel();
                Selector selector = provider.openSelector()) {
            client.connect(listener.getLocalAddress());
            client.configureBlocking(false);
            SelectionKey key = client.register(selector, 0);
            AtomicInteger seen = new AtomicInteger();
            Thread setter = new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    int before = seen.get();
                    key.interestOps(SelectionKey.OP_WRITE);
                    while (seen.get() == before) {
                        Thread.onSpinWait();
                    }
                }
            });
            setter.start();

            while (seen.get() < 20_000) {
                assertThat(selector.select()).isEqualTo(1);
                key.interestOps(0);
                selector.selectedKeys().clear();
                seen.incrementAndGet();
            }
            setter.join();
        }
    }

    @Test
    void selectsThousandsOfKeysAtOnce() throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        try (ServerSocketChannel listener = provider.openServerSocketChannel();
                Selector selector = provider.openSelector()) {
            listener.bind(new InetSocketAddress(FakeNetworks.OWN, 0), 20_000);
            int count = 3_000;
            for (int i = 0; i < count; i++) {
                SocketChannel client = provider.openSocketChannel();
                clients.add(client);
                client.connect(listener.getLocalAddress());
                client.configureBlocking(false);
                client.register(selector, SelectionKey.OP_WRITE);
            }

            assertThat(selector.select()).isEqualTo(count);
            assertThat(selector.selectedKeys()).hasSize(count);
            for (SelectionKey key : selector.keys()) {
                key.cancel();
            }
            selector.selectNow();
            assertThat(selector.keys()).isEmpty();
            assertThat(selector.selectedKeys()).isEmpty();
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void leaksNoDescriptorsAndNoEndpointsUnderRacesOfCloseAndCancel() throws Exception {
        warmUp();
        int before = openDescriptors();
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        try (Selector selector = provider.openSelector()) {
            AtomicBoolean done = new AtomicBoolean();
            CountDownLatch selecting = new CountDownLatch(1);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread loop = new Thread(() -> {
                selecting.countDown();
                try {
                    while (!done.get()) {
                        selector.select();
                        selector.selectedKeys().clear();
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            loop.start();
            selecting.await();
            churn(selector, new Random(seed));
            done.set(true);
            selector.wakeup();
            loop.join();
            assertThat(failure.get()).isNull();
            selector.selectNow();
            assertThat(selector.keys()).isEmpty();
        }

        assertThat(openDescriptors()).isLessThanOrEqualTo(before);
        assertThat(networks.closed).hasValue(networks.opened.get());
    }

    private void warmUp() throws IOException {
        try (Selector selector = provider.openSelector();
                DatagramChannel channel = provider.openDatagramChannel()) {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_WRITE);
            selector.select();
        }
        provider.openSocketChannel().close();
    }

    private void churn(Selector selector, Random random) throws IOException {
        for (int i = 0; i < 4_000; i++) {
            DatagramChannel channel = provider.openDatagramChannel();
            channel.configureBlocking(false);
            try {
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                switch (random.nextInt(4)) {
                    case 0 -> channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    case 1 -> channel.bind(new InetSocketAddress(FakeNetworks.OWN, 0));
                    case 2 -> channel.bind(null);
                    default -> key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                }
                if (random.nextBoolean()) {
                    key.cancel();
                }
            } catch (ClosedChannelException | CancelledKeyException e) {
                throw new AssertionError(e);
            } finally {
                channel.close();
            }
        }
        selector.wakeup();
    }
}
