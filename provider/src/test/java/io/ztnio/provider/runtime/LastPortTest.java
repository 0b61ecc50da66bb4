package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.protocol.transport.UdpSockets;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PathRules;
import io.ztnio.provider.config.PathSettings;
import io.ztnio.provider.config.PortMappingSettings;
import io.ztnio.provider.config.ReceiveSettings;
import io.ztnio.provider.config.TcpRelaySettings;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastPortTest {
    @TempDir
    private Path home;

    @Test
    void aNodeThatMayChooseTakesThePortOfItsLastRun() throws IOException {
        int first = openAndClose(0);

        assertThat(openAndClose(0)).isEqualTo(first);
    }

    @Test
    void aPortThatIsTakenMeanwhileIsReplaced() throws IOException {
        try (DatagramTransport other = config(0).openTransport(UdpSockets.of(OsProvider.get()), (key, failure) -> {})) {
            int taken = port(other);

            int second = openAndClose(0);

            assertThat(second).isNotEqualTo(taken);
            assertThat(openAndClose(0)).isEqualTo(second);
        }
    }

    @Test
    void aPortThatIsTheSameIsNotWrittenAgain() throws IOException {
        int port = openAndClose(0);
        FileTime old = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(home.resolve("zerotier-one.port"), old);

        assertThat(openAndClose(0)).isEqualTo(port);

        assertThat(Files.getLastModifiedTime(home.resolve("zerotier-one.port"))).isEqualTo(old);
    }

    @Test
    void aFullDiskIsToldAndDoesNotKeepTheSocketsFromOpening() throws IOException {
        FileStateStore files = new FileStateStore(home);
        StateStore full = new StateStore() {
            @Override
            public Optional<byte[]> get(String key) throws IOException {
                return files.get(key);
            }

            @Override
            public void put(String key, byte[] value) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void delete(String key) throws IOException {
                files.delete(key);
            }

            @Override
            public List<String> list(String directory) throws IOException {
                return files.list(directory);
            }
        };
        List<String> told = new ArrayList<>();

        try (DatagramTransport transport = config(0, full)
                .openTransport(
                        UdpSockets.of(OsProvider.get()),
                        (key, failure) -> told.add(key + ": " + failure.getMessage()))) {
            assertThat(port(transport)).isBetween(1, 0xffff);
        }

        assertThat(told)
                .singleElement()
                .asString()
                .startsWith("zerotier-one.port: cannot be written")
                .contains("space");
    }

    @Test
    void aFileWithoutAPortIsIgnored() throws IOException {
        new FileStateStore(home).put("zerotier-one.port", "99999".getBytes(StandardCharsets.US_ASCII));

        assertThat(openAndClose(0)).isBetween(1, 0xffff);
    }

    @Test
    void aSecondPortThatSomebodyHasIsToldAndDoneWithout() throws IOException {
        List<String> told = new ArrayList<>();
        try (DatagramTransport other = config(0).openTransport(UdpSockets.of(OsProvider.get()), (key, failure) -> {})) {
            int taken = port(other);
            try (DatagramTransport transport = config(0, new MemoryStateStore(), OptionalInt.of(taken))
                    .openTransport(sockets(), (key, failure) -> told.add(key + ": " + failure.getMessage()))) {
                assertThat(transport.localAddresses()).hasSize(1);
            }

            assertThat(told)
                    .singleElement()
                    .asString()
                    .startsWith("settings.secondaryPort: cannot bind UDP 127.0.0.1/" + taken);
        }
    }

    /** A last run's port is replaced, and the second one, which is free, is had all the same. */
    @Test
    void aFirstPortThatSomebodyHasIsNotBlamedOnTheSecond() throws IOException {
        List<String> told = new ArrayList<>();
        try (DatagramTransport other = config(0).openTransport(UdpSockets.of(OsProvider.get()), (key, failure) -> {});
                DatagramTransport transport = config(0, new FileStateStore(home), OptionalInt.of(0))
                        .openTransport(sockets(), (key, failure) -> told.add(key))) {
            assertThat(transport.localAddresses()).hasSize(2);
            assertThat(port(transport)).isNotEqualTo(port(other));
        }
        assertThat(told).isEmpty();
    }

    private static UdpSockets sockets() {
        return UdpSockets.of(OsProvider.get());
    }

    private int openAndClose(int port) throws IOException {
        try (DatagramTransport transport =
                config(port).openTransport(UdpSockets.of(OsProvider.get()), (key, failure) -> {})) {
            return port(transport);
        }
    }

    private EngineConfig config(int port) {
        return config(port, new FileStateStore(home));
    }

    private static EngineConfig config(int port, StateStore store) {
        return config(port, store, OptionalInt.empty());
    }

    private static EngineConfig config(int port, StateStore store, OptionalInt second) {
        PathSettings paths = new PathSettings(
                PathRules.NONE,
                List.of(),
                second,
                TcpRelaySettings.NONE,
                Bonding.NONE,
                PortMappingSettings.NONE,
                ReceiveSettings.NONE);
        return new EngineConfig(
                Optional.empty(),
                store,
                Optional.empty(),
                List.of(InetAddress.getLoopbackAddress()),
                port,
                true,
                false,
                UdpOffload.OFF,
                0,
                Duration.ofSeconds(60),
                Duration.ofSeconds(8),
                StackConfig.defaults(),
                paths);
    }

    private static int port(DatagramTransport transport) {
        return transport.localAddresses().get(0).getPort();
    }
}
