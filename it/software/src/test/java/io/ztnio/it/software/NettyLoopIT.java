package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.software.TwoNodes.Way;
import io.ztnio.it.software.programs.Netty42Loop;
import io.ztnio.it.software.programs.NettyLoop;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One event loop of Netty with connections that it made and connections that it accepted, of both stacks. */
@Tag("any-jdk")
class NettyLoopIT {
    private static final List<String> NO_NATIVE = List.of("-Dio.netty.transport.noNative=true");
    private static final String RELAY_PORT = "18280";
    private static final String PORT = "18281";

    @TempDir
    private static Path directory;

    private static TwoNodes nodes;

    /** Which Netty. */
    @SuppressWarnings("ImmutableEnumChecker") // lists that nobody changes
    enum Version {
        NETTY_4_1(NettyLoop.class, PublishedSoftware.inFolder("netty-4.1")),
        NETTY_4_2(Netty42Loop.class, PublishedSoftware.ofGroups("io.netty"));

        private final Class<?> main;
        private final List<Path> jars;

        Version(Class<?> main, List<Path> jars) {
            this.main = main;
            this.jars = jars;
        }
    }

    @BeforeAll
    static void prepare() {
        nodes = new TwoNodes(directory);
    }

    @AfterAll
    static void end() {
        nodes.close();
    }

    @ParameterizedTest
    @EnumSource
    void oneLoopServesAndCallsInBothStacks(Version version) {
        try (RunningProcess relay = nodes.serve(Way.FLAG, version.jars, NO_NATIVE, version.main, RELAY_PORT, "relay")) {
            relay.awaitLine("^serving", TwoNodes.TIMEOUT);

            String said =
                    nodes.call(Way.FLAG, version.jars, NO_NATIVE, version.main, PORT, nodes.address(), RELAY_PORT);
            assertThat(said.lines()).contains("accepted from " + nodes.address(), "accepted from 127.0.0.1", "checked");

            relay.say("stop\n");
            assertThat(relay.awaitExit(TwoNodes.TIMEOUT).exitCode()).isZero();
        }
    }
}
