package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.software.TwoNodes.Way;
import io.ztnio.it.software.programs.BootCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executable jar of Spring Boot with the agent, as {@code java -javaagent:ztnio.jar -jar} starts it. */
@Tag("any-jdk")
class SpringBootIT {
    private static final String PORT = "18580";
    /** How a JVM ends that a signal has told to. */
    private static final int SIGTERM = 128 + 15;

    @TempDir
    private static Path directory;

    @Test
    void anExecutableJarServesAndEndsItsLastRequestBeforeItself() throws Exception {
        try (TwoNodes nodes = new TwoNodes(directory);
                RunningProcess serving = application(nodes)) {
            serving.awaitLine("Started Application", TwoNodes.TIMEOUT);
            try (RunningProcess calling =
                    nodes.start(Way.FLAG, List.of(), List.of(), BootCalls.class, nodes.address(), PORT)) {
                serving.awaitLine("a last request waits", TwoNodes.TIMEOUT);
                serving.terminate();

                assertThat(calling.awaitExit(TwoNodes.TIMEOUT).orThrow().output())
                        .contains("did calls from 10.98.0.", "did the last call");
            }
            assertThat(serving.awaitExit(TwoNodes.TIMEOUT).exitCode()).isEqualTo(SIGTERM);
            assertThat(serving.output()).contains("Graceful shutdown complete");
        }
    }

    private static RunningProcess application(TwoNodes nodes) {
        List<String> arguments = new ArrayList<>(nodes.jvmOptions("server", Way.AGENT));
        arguments.addAll(
                List.of("-jar", jar().toString(), "--server.address=" + nodes.address(), "--server.port=" + PORT));
        return RunningProcess.open(
                "Spring Boot", JavaProgram.jvm(arguments.toArray(String[]::new)).command(), directory, Map.of());
    }

    /** What the module beside this one has packed. */
    private static Path jar() {
        return Path.of(System.getProperty("ztnio.it.build"), "..", "boot", "target", "boot.jar")
                .normalize();
    }
}
