package io.ztnio.tools.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.provider.runtime.PreparedIdentities;
import io.ztnio.provider.service.FakeNode;
import io.ztnio.provider.service.LocalService;
import io.ztnio.provider.service.NodeReport;
import io.ztnio.provider.service.ServedController;
import io.ztnio.tools.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands for a node that runs. */
@Timeout(60)
class ControlCommandsTest {
    private static final String NETWORK = "8056c2e21c000001";

    private final FakeNode node = new FakeNode(PreparedIdentities.next());

    @TempDir
    private Path home;

    private LocalService service;

    @BeforeEach
    void start() throws IOException {
        service = LocalService.start(node, new FileStateStore(home), Optional.of(home), ServedController.NONE, 0);
        Files.writeString(home.resolve("zerotier-one.port"), String.valueOf(service.port()));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-D", home.toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private CommandRun done(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    @Test
    void theNodeSaysWhoItIs() {
        String address = String.format("%010x", node.report().identity().address());

        assertThat(done("info").outLines()).contains("node      " + address, "online    yes");
        assertThat(done("status").out()).isEqualTo(done("info").out());
        assertThat(done("info", "-j").out()).startsWith("{\"address\":\"" + address + "\"");
        assertThat(CommandRun.of("info", "-D" + home).exitCode()).isZero();
    }

    @Test
    void theHomeOfAnOverlaysNodeIsNamedAsWhatItIs(@TempDir Path other) throws IOException {
        Files.createDirectory(other.resolve("overlay"));

        CommandRun run = CommandRun.of("info", "-D", other.toString());

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err())
                .contains(
                        "(it is the home of an overlay's node, which writes how it stands into a file: --status-file, ")
                .doesNotContain("node --home");
    }

    @Test
    void peersAreATable() {
        assertThat(done("peers").outLines())
                .hasSize(4)
                .anyMatch(line -> line.matches("8e4df28b72 +1\\.14\\.1 +PLANET +7 ms +DIRECT .*192\\.0\\.2\\.9/9993"))
                .anyMatch(line -> line.matches("8e4df28b73 +- +LEAF +- +RELAY +- +- +-"));
        assertThat(done("-j", "listpeers").out()).startsWith("[{\"address\":\"8e4df28b72\"");
    }

    @Test
    void theTcpRelayIsTold() {
        node.tcpRelay(new NodeReport.TcpRelay(true, true, true, "192.0.2.7:443", 0, 0));

        assertThat(done("info").outLines()).contains("online    by the TCP relay 192.0.2.7/443");
        assertThat(done("peers").outLines())
                .anyMatch(line -> line.matches("8e4df28b72 .* TUNNELED .*192\\.0\\.2\\.9/9993"))
                .noneMatch(line -> line.contains("DIRECT") && line.contains("192.0.2.9"));
    }

    @Test
    void aNetworkIsChangedShownAndLeft() {
        node.join(Long.parseUnsignedLong(NETWORK, 16));

        assertThat(done("set", NETWORK, "allowGlobal=true").out().strip()).isEqualTo("allowGlobal=true");
        assertThat(done("get", NETWORK, "allowGlobal").out().strip()).isEqualTo("true");
        assertThat(done("get", NETWORK, "allowGlobal", "-j").out().strip()).isEqualTo("{\"allowGlobal\":true}");
        assertThat(done("get", NETWORK, "mtu").out().strip()).isEqualTo("2800");
        assertThat(done("listnetworks").out()).contains(NETWORK).contains("REQUESTING_CONFIGURATION");
        assertThat(done("leave", NETWORK).out().strip()).isEqualTo("left " + NETWORK);
        assertThat(node.report().networks()).isEmpty();
        assertThat(done("listnetworks", "-j").out().strip()).isEqualTo("[]");
    }

    @Test
    void joinTakesTheHomeAsTheOthersDo() {
        CommandRun run = run("join", NETWORK, "--join-timeout", "100ms", "--planet", "none");

        assertThat(run.err())
                .contains("the node that runs with this home joins")
                .contains("goes on asking");
        assertThat(node.report().networks())
                .singleElement()
                .satisfies(network -> assertThat(network.id()).isEqualTo(Long.parseUnsignedLong(NETWORK, 16)));
    }

    @Test
    void joinTakesNetworksHoweverTheyAreNamed() {
        String other = "00000000cafe2001";

        run("join", "-n", NETWORK, "--join-timeout", "100ms", "--planet", "none");
        run("join", NETWORK, "-n", other, "--join-timeout", "100ms", "--planet", "none");

        assertThat(node.report().networks())
                .extracting(network -> "%016x".formatted(network.id()))
                .containsExactlyInAnyOrder(NETWORK, other);
        assertThat(run("join", "--planet", "none").err()).contains("name a network: ztnio join NETWORK");
    }

    @Test
    void moonsAreOrbited() {
        assertThat(done("orbit", "8e4df28b72", "8e4df28b72").out()).contains("is asked for");
        assertThat(done("listmoons").out()).contains("moon 0000008e4df28b72 is waited for");
        assertThat(done("listmoons", "-j").out()).contains("\"waiting\":true");
        assertThat(done("deorbit", "0000008e4df28b72").out().strip()).isEqualTo("left moon 8e4df28b72");
        assertThat(done("listmoons").out().strip()).isEqualTo("no moons");
    }

    @Test
    void aDumpHasItAll() {
        assertThat(done("dump").outLines()).contains("status", "network", "peer", "moon", "config");
        assertThat(done("dump", "-j").out()).startsWith("{\"status\":{");
    }

    @ParameterizedTest
    @CsvSource({
        "1, leave 8056c2e21c000001, is not joined",
        "1, deorbit 8e4df28b72, is not joined",
        "1, set 8056c2e21c000001 allowGlobal=1, is not joined",
        "1, get 8056c2e21c000001 mtu, is not joined",
        "2, set 8056c2e21c000001 allowPigeons=1, allowPigeons",
        "2, set 8056c2e21c000001 allowGlobal=perhaps, perhaps",
        "2, set 8056c2e21c000001 allowGlobal, SETTING=VALUE",
        "2, leave 8056, not a network id",
        "2, orbit 1 2, not an id"
    })
    void whatCannotBeIsSaid(int exitCode, String line, String reason) {
        CommandRun run = run(line.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.err()).contains(reason);
        assertThat(node.report().networks()).isEmpty();
    }

    @Test
    void aHomeWithoutANodeIsSaid() throws IOException {
        service.close();

        CommandRun silent = run("info");
        assertThat(silent.exitCode()).isEqualTo(1);
        assertThat(silent.err()).contains("no node").contains(home.toString()).contains("node --home");
        Files.delete(home.resolve("zerotier-one.port"));
        assertThat(run("info").err()).contains("zerotier-one.port");
        assertThat(RunningNode.find(home)).isEmpty();
    }

    @Test
    void aTokenOfAnotherHomeIsSaid() throws IOException {
        Files.writeString(home.resolve("authtoken.secret"), "of another node");

        CommandRun refused = run("info");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("token").doesNotContain("of another node");
    }
}
