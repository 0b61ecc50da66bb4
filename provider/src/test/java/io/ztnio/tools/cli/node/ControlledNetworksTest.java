package io.ztnio.tools.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.Engine;
import io.ztnio.provider.runtime.EngineConfig;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlledNetworksTest {
    @TempDir
    Path directory;

    private final List<String> events = new ArrayList<>();
    private Engine engine;
    private ControlledNetworks networks;
    private long id;

    @BeforeEach
    void startController() throws IOException {
        EngineConfig config = new EngineConfig(
                Optional.empty(),
                new MemoryStateStore(),
                Optional.empty(),
                List.of(InetAddress.getLoopbackAddress()),
                0,
                true,
                true,
                UdpOffload.OFF,
                0,
                Duration.ofSeconds(60),
                Duration.ofSeconds(8),
                StackConfig.defaults());
        engine = Engine.start(config, OsProvider.get());
        networks = new ControlledNetworks(engine, events::add);
        id = engine.address() << 24 | 1;
    }

    @AfterEach
    void stopController() {
        engine.close();
    }

    @Test
    void membersOfTheFileAreAuthorizedAndThoseThatLeaveItAreNot() throws IOException {
        Path file = write("{\"authorizedMembers\":[\"0123456789\",\"aabbccddee\"]}");
        networks.add(file);
        networks.look();

        write("{\"authorizedMembers\":[\"aabbccddee\",\"1122334455\"]}");
        networks.look();

        assertThat(engine.members(id))
                .filteredOn(MemberDefinition::authorized)
                .extracting(member -> Address.format(member.address()))
                .containsExactlyInAnyOrder("aabbccddee", "1122334455");
        assertThat(events).anyMatch(line -> line.endsWith("puts 0123456789 out"));
    }

    @Test
    void aFileThatBreaksLeavesTheNetworkAsItWasAndIsReportedOnce() throws IOException {
        Path file = write("{\"authorizedMembers\":[\"0123456789\"]}");
        networks.add(file);

        write("{\"authorizedMembers\":[");
        networks.look();
        networks.look();

        assertThat(engine.members(id)).allMatch(MemberDefinition::authorized).hasSize(1);
        assertThat(events).filteredOn(line -> line.contains("stays as it was")).hasSize(1);
    }

    @Test
    void aNetworkOfAnotherControllerIsRefused() throws IOException {
        Path file = write("{\"id\":\"0011223344000001\"}");

        assertThatIOException().isThrownBy(() -> networks.add(file)).withMessageContaining("network.json");
    }

    private Path write(String content) throws IOException {
        return Files.writeString(directory.resolve("network.json"), content);
    }
}
