package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.software.TwoNodes.Way;
import io.ztnio.it.software.programs.ZooKeeperCalls;
import io.ztnio.it.software.programs.ZooKeeperServers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ZooKeeper's server at a virtual address and at the wildcard, and its client. */
@Tag("any-jdk")
@Tag("long")
class ZooKeeperIT {
    private static final String PORT = "18381";
    private static final String WILDCARD_PORT = "18382";

    @TempDir
    private static Path directory;

    @Test
    void sessionsKeepDataWatchesAndThemselves() {
        List<Path> jars = PublishedSoftware.ofGroups(
                "org.apache.zookeeper",
                "org.apache.yetus",
                "io.dropwizard",
                "org.xerial",
                "io.netty",
                "org.slf4j",
                "commons-io");
        try (TwoNodes nodes = new TwoNodes(directory);
                RunningProcess serving = nodes.serve(
                        Way.FLAG,
                        jars,
                        List.of(),
                        ZooKeeperServers.class,
                        nodes.address(),
                        PORT,
                        WILDCARD_PORT,
                        directory.toString())) {
            serving.awaitLine("^serving", TwoNodes.TIMEOUT);

            try (RunningProcess calling = nodes.start(
                    Way.FLAG, jars, List.of(), ZooKeeperCalls.class, nodes.address(), PORT, WILDCARD_PORT)) {
                calling.awaitLine("^waiting for the restart", TwoNodes.TIMEOUT);
                serving.say("restart\n");
                assertThat(calling.awaitExit(TwoNodes.TIMEOUT).orThrow().output())
                        .contains(
                                "did data at " + nodes.address() + ":" + PORT,
                                "did data at " + nodes.address() + ":" + WILDCARD_PORT,
                                "did watches",
                                "did a restart");
            }

            TwoNodes.stop(serving);
        }
    }
}
