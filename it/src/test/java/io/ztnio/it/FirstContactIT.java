package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Daemon;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.Lab;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.Planet;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.programs.FirstContacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the first connection to daemons takes that were never met: of a program with a node in a cold JVM, and of a daemon. */
@RealDaemon
@Tag("long")
class FirstContactIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Pattern LINE = Pattern.compile("after (\\d+) us");
    private static final String PORT = "7301";
    private static final int STRANGERS = 3;

    private final Lab lab = new Lab();
    private final Planet planet = Planet.ofResources(lab.newDirectory("planet"));
    private final List<String> arguments = new ArrayList<>(List.of(PORT));

    @BeforeEach
    void startPlanet() {
        Daemon root = Daemon.root(lab.root(), planet);
        root.createNetwork(planet.network(), false);
        List<Daemon> daemons = new ArrayList<>(List.of(root));
        for (int i = 0; i < STRANGERS; i++) {
            daemons.add(Daemon.member(lab.newHost("stranger" + i), planet));
        }
        for (Daemon daemon : daemons) {
            daemon.join(planet.network());
            // The root, which is the controller, comes first: until that has answered, the node is not in the network.
            arguments.add(daemon.awaitAddresses(planet.network(), 3).get(0));
        }
        // A daemon tells of its addresses up to 5 s after it has them: until then nobody finds it, and that is not what
        // is measured.
        for (String address : arguments.subList(2, arguments.size())) {
            root.host().awaitPing(address, TIMEOUT);
        }
    }

    @AfterEach
    void tearDown() {
        lab.close();
    }

    @Test
    void ofOursInAColdJvm() {
        Host host = lab.java1();
        // Both compilers, as a program has them.
        NodeSettings settings =
                NodeSettings.in(host, planet.file(), planet.network()).with("-XX:TieredStopAtLevel=4");

        print(
                "ztnio",
                JavaNode.start(host, settings, FirstContacts.class, arguments.toArray(String[]::new))
                        .process());
    }

    @Test
    void ofADaemon() {
        Daemon member = Daemon.member(lab.member(), planet);
        member.join(planet.network());
        member.awaitAddresses(planet.network(), 3);

        print(
                "daemon",
                JavaProgram.kernel(FirstContacts.class)
                        .with(arguments.toArray(String[]::new))
                        .start(lab.member()));
    }

    private static void print(String what, RunningProcess contacts) {
        String output = contacts.awaitExit(TIMEOUT).orThrow().output();
        List<Long> micros = LINE.matcher(output)
                .results()
                .map((MatchResult line) -> Long.parseLong(line.group(1)))
                .toList();
        assertThat(micros).as(output).hasSize(1 + STRANGERS);
        System.out.println(what + ": first contacts after us: " + micros.subList(1, micros.size())
                + ", one that it knew when it was started: " + micros.get(0));
    }
}
