package io.ztnio.provider.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.ZeroTier;
import io.ztnio.provider.ZeroTierBuilder;
import io.ztnio.provider.ZeroTierEvent;
import io.ztnio.provider.ZeroTierException;
import io.ztnio.provider.runtime.LoopbackPlanet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A close at any moment leaves no thread, descriptor or lock, however often it happens; {@code -Dztnio.close.times} makes it
 * more often.
 */
@Timeout(240)
@EnabledOnOs(OS.LINUX)
@Tag("any-jdk")
class CloseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TIMES = Integer.getInteger("ztnio.close.times", 6);

    private static final List<Class<?>> MOMENTS =
            List.of(ZeroTierEvent.Closed.class, ZeroTierEvent.Started.class, ZeroTierEvent.NetworkChanged.class);

    /** How long a thread that has done its last work may take to vanish. */
    private static final long VANISH_MILLIS = 10_000;

    private static final int LOOKS = 5;

    private LoopbackPlanet planet;
    private Set<Thread> threadsBefore;

    @TempDir
    private Path directory;

    /** What happens to two instances, up to their close. */
    private interface Life {
        void live(ZeroTier a, ZeroTier b) throws Exception;
    }

    @BeforeEach
    void startPlanet() throws IOException {
        planet = LoopbackPlanet.start();
        threadsBefore = Thread.getAllStackTraces().keySet();
    }

    @AfterEach
    void stopPlanet() {
        planet.close();
    }

    private ZeroTierBuilder member(String home) {
        ZeroTierBuilder builder = ZeroTier.builder();
        planet.settings(home).forEach(builder::set);
        return builder.set("exit.timeout", "1s")
                .set("status.file", directory.resolve(home + ".json").toString());
    }

    private ZeroTierBuilder overlay(String home, int host) {
        return ZeroTier.builder()
                .network("00000000cafe2001")
                .home(directory.resolve(home))
                .set("transport", "overlay-udp")
                .set("bind", "127.0.0.1")
                .set("overlay.key", "a phrase for the tests")
                .set("overlay.addresses", "10.93.0." + host + "/24")
                // A name, which a thread of its own looks up.
                .set(
                        "overlay.peers",
                        "localhost:" + planet.root().localAddresses().get(0).getPort())
                .set("exit.timeout", "1s")
                .set("status.file", directory.resolve(home + ".json").toString());
    }

    private void manyTimes(Life life) throws Exception {
        // What the JDK, and a process that has had a node, keep.
        once(life);
        List<String> descriptors = descriptors();
        for (int i = 0; i < TIMES; i++) {
            once(life);
            assertNoThreadIsLeft();
        }
        assertThat(descriptors()).hasSameSizeAs(descriptors);
        // The locks: both homes can be had again.
        once((a, b) -> {
            a.up(PATIENCE);
            b.up(PATIENCE);
        });
    }

    private void once(Life life) throws Exception {
        try (ZeroTier a = member("a").build();
                ZeroTier b = member("b").build()) {
            life.live(a, b);
        }
    }

    private void assertNoThreadIsLeft() throws InterruptedException {
        // A thread of a pool tells that it has ended a moment before it has; and nodes that other tests of this JVM
        // keep
        // have threads now and then, which end when they are idle.
        List<Thread> left = left();
        for (int i = 0; i < LOOKS && !left.isEmpty(); i++) {
            for (Thread thread : left) {
                thread.join(VANISH_MILLIS);
            }
            left = left();
        }
        assertThat(left).extracting(Thread::getName).isEmpty();
    }

    private List<Thread> left() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !threadsBefore.contains(thread) && thread.isAlive())
                .filter(thread -> thread.getName().startsWith("ztnio-")
                        || thread.getName().startsWith("zerotier-"))
                // Made once for the process, not for an instance.
                .filter(thread -> !thread.getName().startsWith("ztnio-exit"))
                .toList();
    }

    /** Sockets, pipes, selectors, and files of the instances. */
    private List<String> descriptors() throws IOException {
        return OpenDescriptors.list().stream()
                .filter(text -> OpenDescriptors.isOfSystem(text)
                        || text.startsWith(directory.toString())
                        || text.startsWith(planet.directory().toString()))
                .toList();
    }

    @Test
    void afterTheStatusFileHasBeenWrittenNothingWritesIt() throws Exception {
        Path file = directory.resolve("a.json");
        ZeroTier a = member("a").build();
        a.up(PATIENCE);
        a.close();

        assertThat(left()).extracting(Thread::getName).doesNotContain("ztnio-status");
        Files.deleteIfExists(file);
        assertNoThreadIsLeft();
        assertThat(file).doesNotExist();
    }

    @Test
    void ofAnOverlayNeitherTheStatusFilesNorTheNamesThreadIsLeft() throws Exception {
        overlayOnce();
        List<String> descriptors = descriptors();
        for (int i = 0; i < TIMES; i++) {
            overlayOnce();
            assertThat(left()).extracting(Thread::getName).doesNotContain("ztnio-status", "ztnio-overlay-resolver");
            assertNoThreadIsLeft();
        }
        assertThat(descriptors()).hasSameSizeAs(descriptors);
    }

    private void overlayOnce() throws Exception {
        try (ZeroTier a = overlay("oa", 1).build();
                ZeroTier b = overlay("ob", 2).build()) {
            a.up(PATIENCE);
            b.up(PATIENCE);
        }
    }

    @Test
    void closedUnderTrafficManyTimes() throws Exception {
        manyTimes((a, b) -> {
            a.up(PATIENCE);
            b.up(PATIENCE);
            InetAddress address = b.addresses().get(0);
            ServerSocketChannel listener = b.openServerSocketChannel().bind(new InetSocketAddress(address, 0));
            SocketChannel client = a.openSocketChannel();
            client.connect(listener.getLocalAddress());
            SocketChannel accepted = listener.accept();
            CountDownLatch flowing = new CountDownLatch(1);
            CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> untilItFails(() -> {
                int count = accepted.read(ByteBuffer.allocate(10_000));
                flowing.countDown();
                return count >= 0;
            }));
            CompletableFuture<Void> writer = CompletableFuture.runAsync(
                    () -> untilItFails(() -> client.write(ByteBuffer.allocate(10_000)) >= 0));
            flowing.await();

            a.close();
            writer.get(60, TimeUnit.SECONDS);
            b.close();
            reader.get(60, TimeUnit.SECONDS);
        });
    }

    /** What may fail because the channel is closed. */
    private interface Transfer {
        boolean goesOn() throws IOException;
    }

    private static void untilItFails(Transfer transfer) {
        try {
            while (transfer.goesOn()) {
                // Until the close.
            }
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }

    @Test
    void closedWhileTheyComeUpManyTimes() throws Exception {
        int[] round = new int[1];
        manyTimes((a, b) -> {
            // Before it has begun, when the node runs, when a network has said something.
            Class<?> moment = MOMENTS.get(round[0]++ % MOMENTS.size());
            CountDownLatch reached = new CountDownLatch(1);
            a.addListener(event -> {
                if (moment.isInstance(event)) {
                    reached.countDown();
                }
            });
            CompletableFuture<Void> coming = CompletableFuture.runAsync(() -> up(a));
            if (moment != ZeroTierEvent.Closed.class) {
                reached.await();
            }
            a.close();
            coming.get(60, TimeUnit.SECONDS);
            assertThat(b.status().running()).isFalse();
        });
    }

    private static void up(ZeroTier instance) {
        try {
            instance.up(PATIENCE);
        } catch (ZeroTierException e) {
            assertThat(e.reason()).isEqualTo(ZeroTierException.Reason.CLOSED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
