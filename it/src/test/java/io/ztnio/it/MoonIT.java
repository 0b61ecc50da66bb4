package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Addresses;
import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.ControlledNode;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeKind;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.TwoMembers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A moon whose root is a daemon, and then ours; a daemon and a node of ours orbit it and go on without the planet. */
@RealDaemon
@Tag("any-jdk")
class MoonIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void bothOrbitAMoonAndMeetByItWhenThePlanetsRootIsDead(NodeKind kind) throws IOException {
        try (TwoMembers net = new TwoMembers(NodeKind.DAEMON, false)) {
            ControlledNode moon = kind.member(net.lab().java2(), net.planet());
            String seed = moon.address();
            Path file = moonOf(net, moon);
            Path moons = Files.createDirectories(moon.home().resolve("moons.d"));
            Files.copy(file, moons.resolve(file.getFileName()));
            moon.process().terminate();
            moon.process().awaitExit(TIMEOUT);
            ControlledNode root = kind.again(moon, net.planet());
            List<ControlledNode> members = new ArrayList<>(List.of(net.daemon(), net.own()));
            ControlledNode third = NodeKind.OURS.member(net.lab().newHost("third"), net.planet());
            net.admit(third);
            members.add(third);

            for (ControlledNode member : members) {
                member.cli("orbit", seed, seed).orThrow();
                Await.until(
                        member.host() + " orbits " + seed,
                        TIMEOUT,
                        () -> member.cli("listmoons").orThrow().output().contains(seed));
                Await.until(
                        member.host() + " takes " + seed + " for a root",
                        TIMEOUT,
                        () -> "MOON".equals(member.peer(seed).get("role"))
                                && !member.directPaths(seed).isEmpty());
            }
            // For this address nobody in a group need be found: the controller, which would know them, is dead too.
            String met = Addresses.sixPlane(net.network(), third.address());
            net.killRoot();

            net.daemon().host().awaitPing(met, TIMEOUT);
            assertThat(root.process().isAlive()).isTrue();
            for (ControlledNode member : members) {
                member.cli("deorbit", seed).orThrow();
                assertThat(member.cli("listmoons").orThrow().output()).doesNotContain(seed);
            }
        }
    }

    /** Made by our own tools, as anybody would. */
    private static Path moonOf(TwoMembers net, ControlledNode moon) throws IOException {
        Path directory = net.lab().newDirectory("moon");
        Path identity = moon.home().resolve("identity.public");
        String definition = idtool(directory, "initmoon", identity.toString());
        Files.writeString(
                directory.resolve("moon.json"),
                definition.replace(
                        "\"stableEndpoints\": []",
                        "\"stableEndpoints\": [\"" + moon.host().address() + "/9993\"]"));
        idtool(directory, "genmoon", "moon.json");
        return directory.resolve("000000" + moon.address() + ".moon");
    }

    private static String idtool(Path directory, String... arguments) {
        List<String> command = JavaProgram.cli("idtool").with(arguments).command();
        return RunningProcess.open("idtool", command, directory, Map.of())
                .awaitExit(TIMEOUT)
                .orThrow()
                .output();
    }
}
