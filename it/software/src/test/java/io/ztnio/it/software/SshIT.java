package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.software.TwoNodes.Way;
import io.ztnio.it.software.programs.MinaSshServer;
import io.ztnio.it.software.programs.SshCalls;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Apache MINA SSHD, whose transport is asynchronous channels, with the agent. */
@Tag("any-jdk")
@Tag("long")
class SshIT {
    private static final String PORT = "18481";
    private static final String SERVICE_PORT = "18482";
    private static final String FORWARDED_PORT = "18483";

    @TempDir
    private static Path directory;

    @Test
    void commandsAndForwardedPortsCarryBytesBothWays() {
        List<Path> jars = PublishedSoftware.ofGroups("org.apache.sshd", "org.slf4j");
        try (TwoNodes nodes = new TwoNodes(directory);
                RunningProcess serving = nodes.serve(
                        Way.AGENT, jars, List.of(), MinaSshServer.class, nodes.address(), PORT, SERVICE_PORT)) {
            serving.awaitLine("^serving with Nio2ServiceFactory", TwoNodes.TIMEOUT);

            String printed = nodes.call(
                    Way.AGENT, jars, List.of(), SshCalls.class, nodes.address(), PORT, SERVICE_PORT, FORWARDED_PORT);
            assertThat(printed).contains("did session 0", "did session 1", "did all");

            TwoNodes.stop(serving);
        }
    }
}
