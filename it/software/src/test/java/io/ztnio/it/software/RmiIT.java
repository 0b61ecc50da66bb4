package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.software.TwoNodes.Way;
import io.ztnio.it.software.programs.RmiCalls;
import io.ztnio.it.software.programs.RmiServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RMI both ways, and the JVM's own JMX connector, as its options start it. */
@Tag("any-jdk")
@Tag("long")
class RmiIT {
    private static final String REGISTRY_PORT = "18281";
    private static final String OBJECT_PORT = "18282";
    private static final String JMX_PORT = "18283";
    private static final String CALLBACK_PORT = "18284";

    @TempDir
    private static Path directory;

    @Test
    void objectsAreCalledBothWaysAndBeansTellOfThemselves() {
        try (TwoNodes nodes = new TwoNodes(directory);
                RunningProcess serving = nodes.serve(
                        Way.AGENT,
                        List.of(),
                        List.of(
                                hostname(nodes.address()),
                                "-Dcom.sun.management.jmxremote.port=" + JMX_PORT,
                                "-Dcom.sun.management.jmxremote.rmi.port=" + JMX_PORT,
                                "-Dcom.sun.management.jmxremote.host=" + nodes.address(),
                                "-Dcom.sun.management.jmxremote.authenticate=false",
                                "-Dcom.sun.management.jmxremote.ssl=false"),
                        RmiServer.class,
                        REGISTRY_PORT,
                        OBJECT_PORT)) {
            serving.awaitLine("^serving", TwoNodes.TIMEOUT);

            String printed = nodes.call(
                    Way.AGENT,
                    List.of(),
                    List.of(hostname(nodes.clientAddress())),
                    RmiCalls.class,
                    nodes.address(),
                    REGISTRY_PORT,
                    JMX_PORT,
                    CALLBACK_PORT);
            assertThat(printed).contains("did RMI", "did JMX");

            // The JMX connector does not keep a JVM alive.
            TwoNodes.stop(serving);
        }
    }

    /** What references to exported objects name. Without it that is an address of the host. */
    private static String hostname(String address) {
        return "-Djava.rmi.server.hostname=" + address;
    }
}
