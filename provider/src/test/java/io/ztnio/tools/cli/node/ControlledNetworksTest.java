package io.ztnio.tools.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.provider.config.PathSettings;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.Engine;
import io.ztnio.provider.runtime.EngineConfig;
import io.ztnio.tcpip.stack.StackConfig;
import io.ztnio.tools.cli.command.CommandFailure;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("any-jdk")
class ControlledNetworksTest {
    @TempDir
    Path directory;

    private final List<String> events = new ArrayList<>();
    private Engine engine;
    private ControlledNetworks networks;
    private long id;

    private final MemoryStateStore store = new MemoryStateStore();

    @BeforeEach
    void startController() throws IOException {
        EngineConfig config = new EngineConfig(
                Optional.empty(),
                store,
                Optional.empty(),
                List.of(InetAddress.getLoopbackAddress()),
                0,
                true,
                true,
                UdpOffload.OFF,
                0,
                Duration.ofSeconds(60),
                Duration.ofSeconds(8),
                StackConfig.defaults(),
                PathSettings.NONE);
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

        assertThat(engine.controller().members(id))
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

        assertThat(engine.controller().members(id))
                .allMatch(MemberDefinition::authorized)
                .hasSize(1);
        assertThat(events).filteredOn(line -> line.contains("stays as it was")).hasSize(1);
    }

    @Test
    void aNetworkOfAnotherControllerIsRefused() throws IOException {
        Path file = write("{\"id\":\"0011223344000001\"}");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> networks.add(file))
                .withMessageContaining("network.json");
    }

    @Test
    void aControllerWithoutMembersPrintsItsNetworkId() throws IOException {
        networks.add(write("{}"));

        assertThat(events)
                .containsExactly(String.format(
                        "network %016x is served; it lets in nobody yet: who joins it is named here", id));
    }

    @Test
    void whoIsLetInIsSaidWhenANetworkIsServed() throws IOException {
        networks.add(write("{\"authorizedMembers\":[\"aabbccddee\",\"0123456789\"]}"));
        networks.add(Files.writeString(directory.resolve("open.json"), "{\"id\":\"2\",\"private\":false}"));

        assertThat(events)
                .contains(
                        String.format("network %016x is served; it lets in 0123456789 aabbccddee", id),
                        String.format("network %016x is served; it lets everybody in", id + 1));
    }

    @Test
    void twoFilesOfOneNetworkAreRefused() throws IOException {
        networks.add(write("{}"));
        Path second = Files.writeString(directory.resolve("second.json"), "{}");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> networks.add(second))
                .withMessageContainingAll("second.json", "network.json", String.format("%016x", id));
    }

    @Test
    void aFileThatIsRepairedAsItWasIsHeardOfAgainWhenItBreaksAgain() throws IOException {
        Path file = write("{}");
        networks.add(file);
        for (int i = 0; i < 2; i++) {
            write("{\"privat\":true}");
            networks.look();
            write("{}");
            networks.look();
        }

        assertThat(events)
                .filteredOn(line -> line.contains("stays as it was: " + file + ": unknown field privat"))
                .hasSize(2);
    }

    private void restart() throws IOException {
        engine.close();
        events.clear();
        startController();
    }

    private List<String> letIn() {
        return engine.controller().members(id).stream()
                .filter(MemberDefinition::authorized)
                .map(member -> Address.format(member.address()))
                .toList();
    }

    @Test
    void whoLeftTheFileWhileTheControllerWasDownIsPutOut() throws IOException {
        networks.add(write("{\"authorizedMembers\":[\"0123456789\",\"aabbccddee\"]}"));

        restart();
        networks.add(write("{\"authorizedMembers\":[\"aabbccddee\"]}"));
        assertThat(letIn()).containsExactly("aabbccddee");
        assertThat(events).contains(String.format("network %016x puts 0123456789 out", id));

        restart();
        networks.add(write("{}"));
        assertThat(letIn()).isEmpty();
    }

    @Test
    void whoCameInWhileTheNetworkWasPublicIsPutOutWhenItIsNot() throws IOException {
        networks.add(write("{\"private\":false}"));
        engine.controller().authorize(id, 0x0123456789L);
        networks.look();
        assertThat(letIn()).containsExactly("0123456789");

        write("{\"private\":true,\"authorizedMembers\":[\"aabbccddee\"]}");
        networks.look();

        assertThat(letIn()).containsExactly("aabbccddee");
    }

    @Test
    void aNetworkThatNoFileDefinesAnyMoreIsNotServed() throws IOException {
        networks.add(write("{\"authorizedMembers\":[\"0123456789\"]}"));
        Path second = Files.writeString(directory.resolve("second.json"), "{\"id\":\"2\"}");
        networks.add(second);

        restart();
        networks.add(second);
        networks.serveNothingElse();

        assertThat(engine.controller().definitions())
                .extracting(NetworkDefinition::networkId)
                .containsExactly(id + 1);
        assertThat(events)
                .contains(String.format(
                        "network %016x of an earlier run is not served any more: no --network file defines it", id));
    }

    @Test
    void aNetworkWhoseFileIsGoneIsNotServedUntilItIsBack() throws IOException {
        Path file = write("{\"authorizedMembers\":[\"0123456789\"]}");
        networks.add(file);
        Files.delete(file);

        networks.look();
        assertThat(engine.controller().definitions())
                .as("an editor may be writing it")
                .hasSize(1);
        networks.look();
        networks.look();
        networks.look();
        assertThat(engine.controller().definitions()).isEmpty();
        assertThat(events).filteredOn(line -> line.contains("is gone")).hasSize(1);

        write("{\"authorizedMembers\":[\"0123456789\"]}");
        networks.look();

        assertThat(engine.controller().definitions()).hasSize(1);
        assertThat(letIn()).containsExactly("0123456789");
    }

    private Path write(String content) throws IOException {
        return Files.writeString(directory.resolve("network.json"), content);
    }
}
