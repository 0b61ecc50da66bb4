package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.protocol.store.HomeLock;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.provider.config.PathSettings;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that fails leaves nothing behind: neither lock nor socket nor thread, and the next one works. */
@Timeout(60)
@Tag("any-jdk")
class FailedStartTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path home;

    @ParameterizedTest
    @CsvSource({
        "identity, 1",
        "planet, 1",
        "port, 1",
        "port, 4",
        "early error, 1",
        "early error, 4",
        "late bug, 1",
        "late bug, 4",
        "late error, 1",
        "late error, 4"
    })
    void noDescriptorIsLeft(String kind, int threads) throws Exception {
        FileStateStore files = new FileStateStore(home);
        // Any but for the one kind: a port that is still taken by the first failure would hide the others.
        int port = kind.equals("port") ? freePort() : 0;
        DatagramSocket other = kind.equals("port") ? new DatagramSocket(port, LOOPBACK) : null;
        StateStore store = failing(kind, files);
        failToStart(store, port, threads);
        long before = descriptors();

        for (int i = 0; i < 5; i++) {
            failToStart(store, port, threads);
        }

        assertThat(descriptors() - before).as("descriptors of 5 failed starts").isLessThan(4);
        if (other != null) {
            other.close();
        }
    }

    private void failToStart(StateStore store, int port, int threads) {
        assertThatThrownBy(() -> Engine.start(config(store, port, threads), OsProvider.get()))
                .isNotNull();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private StateStore failing(String kind, FileStateStore files) throws IOException {
        PreparedIdentities.into(home);
        if (kind.equals("identity") || kind.equals("planet")) {
            files.put(kind.equals("planet") ? "planet" : "identity.secret", "x".getBytes(StandardCharsets.US_ASCII));
        }
        return kind.equals("identity") || kind.equals("planet") || kind.equals("port")
                ? files
                : new Failing(files, kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "planet", "port", "late bug", "late error"})
    void everythingIsFreeAgain(String kind) throws Exception {
        FileStateStore files = new FileStateStore(home);
        int port = freePort();
        DatagramSocket other = kind.equals("port") ? new DatagramSocket(port, LOOPBACK) : null;
        StateStore store = failing(kind, files);
        Set<Thread> before = threads();

        assertThatThrownBy(() -> Engine.start(config(store, port), OsProvider.get()))
                .as(kind)
                .isNotNull();

        Set<Thread> left = threads();
        left.removeAll(before);
        assertThat(left).as("threads").isEmpty();
        HomeLock.take(home).close();
        if (other != null) {
            other.close();
        }
        new DatagramSocket(port, LOOPBACK).close();
        files.delete("identity.secret");
        files.delete("planet");
        Engine.start(config(files, port), OsProvider.get()).close();
    }

    private static int freePort() throws IOException {
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            return probe.getLocalPort();
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("ztnio") && thread.isAlive())
                .collect(Collectors.toSet());
    }

    private EngineConfig config(StateStore store, int port) {
        return config(store, port, 1);
    }

    private EngineConfig config(StateStore store, int port, int threads) {
        return new EngineConfig(
                Optional.of(home),
                store,
                Optional.empty(),
                List.of(LOOPBACK),
                port,
                true,
                true,
                UdpOffload.OFF,
                threads,
                Duration.ZERO,
                Duration.ofSeconds(8),
                StackConfig.defaults(),
                PathSettings.NONE);
    }

    /**
     * Fails when the port is written, which means a socket is bound; or when the controller's networks are read: sockets,
     * threads and the store are there by then.
     */
    private static final class Failing implements StateStore {
        private final StateStore files;
        private final String kind;

        Failing(StateStore files, String kind) {
            this.files = files;
            this.kind = kind;
        }

        @Override
        public Optional<byte[]> get(String key) throws IOException {
            return files.get(key);
        }

        @Override
        public void put(String key, byte[] value) throws IOException {
            if (kind.equals("early error") && key.equals(EngineConfig.PORT_KEY)) {
                throw new OutOfMemoryError("seeded");
            }
            files.put(key, value);
        }

        @Override
        public void delete(String key) throws IOException {
            files.delete(key);
        }

        @Override
        public List<String> list(String directory) throws IOException {
            if (!directory.startsWith("controller.d")) {
                return files.list(directory);
            }
            if (kind.equals("late error")) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            throw new IllegalStateException("a bug");
        }
    }
}
