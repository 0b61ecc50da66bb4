package io.ztnio.tools.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.transport.UdpOffload;
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
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlledNetworksTest {
    @TempDir
    Path directory;

    private final List<String> events = new ArrayList<>();
    private EngineConfig config;
    private Engine engine;
    private ControlledNetworks networks;
    private long id;

    @BeforeEach
    void startController() throws IOException {
        config = new EngineConfig(
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

    /** The store and the file after a restart in between. */
    private void restartController() throws IOException {
        engine.close();
        engine = Engine.start(config, OsProvider.get());
        events.clear();
        networks = new ControlledNetworks(engine, events::add);
    }

    @Test
    void whoWasTakenOutOfTheFileWhileTheNodeWasDownIsPutOut() throws IOException {
        networks.add(write("{\"authorizedMembers\":[\"0123456789\",\"aabbccddee\"]}"));

        Path file = write("{\"authorizedMembers\":[]}");
        restartController();
        networks.add(file);
        networks.look();

        assertThat(engine.members(id)).hasSize(2).noneMatch(MemberDefinition::authorized);
        assertThat(events)
                .contains(
                        String.format("network %016x is served; it lets in nobody yet: who joins it is named here", id))
                .noneMatch(line -> line.contains("asks to be let in"));
    }

    @Test
    void aNetworkThatNoFileDefinesAnyMoreIsNotServedAfterARestart() throws IOException {
        networks.add(write("{}"));
        networks.add(Files.writeString(directory.resolve("open.json"), "{\"id\":\"2\",\"private\":false}"));

        restartController();
        networks.add(write("{}"));
        networks.serveOnlyThese();

        assertThat(events).contains(String.format("network %016x is no longer served: no file defines it", id + 1));
        assertThat(engine.serveOnly(Set.of())).containsExactly(id);
    }

    @Test
    void aNetworkWhoseFileIsGoneIsServedNoLongerUntilItIsBack() throws IOException {
        Path file = write("{\"authorizedMembers\":[\"0123456789\"]}");
        networks.add(file);

        Files.delete(file);
        networks.look();
        assertThat(engine.members(id)).hasSize(1);
        networks.look();
        networks.look();
        networks.look();

        assertThat(events)
                .filteredOn(line -> line.endsWith("is no longer served: " + file + " is gone"))
                .hasSize(1);
        assertThat(engine.members(id)).isEmpty();
        write("{\"authorizedMembers\":[\"0123456789\"]}");
        networks.look();
        assertThat(engine.members(id)).hasSize(1).allMatch(MemberDefinition::authorized);
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

    private Path write(String content) throws IOException {
        return Files.writeString(directory.resolve("network.json"), content);
    }
}
