package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.protocol.store.HomeLock;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that fails leaves nothing behind: neither lock nor socket nor thread, and the next one works. */
@Timeout(60)
@Tag("any-jdk")
class FailedStartTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path home;

    @ParameterizedTest
    @ValueSource(strings = {"identity", "planet", "port", "late bug", "late error"})
    void everythingIsFreeAgain(String kind) throws Exception {
        FileStateStore files = new FileStateStore(home);
        int port = freePort();
        DatagramSocket other = kind.equals("port") ? new DatagramSocket(port, LOOPBACK) : null;
        if (kind.equals("identity") || kind.equals("planet")) {
            files.put(kind.equals("planet") ? "planet" : "identity.secret", "x".getBytes(StandardCharsets.US_ASCII));
        }
        StateStore store = kind.startsWith("late") ? new FailingLate(files, kind) : files;
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
        return new EngineConfig(
                Optional.of(home),
                store,
                Optional.empty(),
                List.of(LOOPBACK),
                port,
                true,
                true,
                UdpOffload.OFF,
                1,
                Duration.ZERO,
                Duration.ofSeconds(8),
                StackConfig.defaults());
    }

    /** Fails when the controller's networks are read: sockets, threads and the store are there by then. */
    private static final class FailingLate implements StateStore {
        private final StateStore files;
        private final String kind;

        FailingLate(StateStore files, String kind) {
            this.files = files;
            this.kind = kind;
        }

        @Override
        public Optional<byte[]> get(String key) throws IOException {
            return files.get(key);
        }

        @Override
        public void put(String key, byte[] value) throws IOException {
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
