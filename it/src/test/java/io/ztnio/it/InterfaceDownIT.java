package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoneNamespace;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.NioEchoClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The only interface goes down under nodes that talk, and comes up again. */
@Tag("any-jdk")
@Tag("long")
class InterfaceDownIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final long DOWN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String PORT = "8080";
    private static final String ROUND_TRIPS = "10000";

    @TempDir
    private Path directory;

    @Test
    void aStreamGoesOnWhenTheInterfaceIsUpAgainAndAnotherOneBegins() {
        assumeThat(LoneNamespace.isPossible()).isTrue();
        try (LoneNamespace namespace = new LoneNamespace();
                LoopbackPlanet planet = new LoopbackPlanet(directory, namespace)) {
            String address = planet.addressOf("server");
            try (RunningProcess server = namespace
                            .of(JavaProgram.withOptions(NioEcho.class, planet.jvmOptions("server"), JavaProgram.jar()))
                            .with(address, PORT)
                            .start();
                    RunningProcess first = echoes(namespace, planet, server, address)) {
                first.awaitLine("begun", TIMEOUT);

                namespace.down();
                LockSupport.parkNanos(DOWN_NANOS);
                assertThat(first.isAlive()).as("nothing comes while it is down").isTrue();
                namespace.up();

                Finished echoed = first.awaitExit(TIMEOUT);
                assertThat(echoed.exitCode()).as(echoed.output()).isZero();
                try (RunningProcess second = echoes(namespace, planet, server, address)) {
                    assertThat(second.awaitExit(TIMEOUT).exitCode()).isZero();
                }
            }
        }
    }

    private static RunningProcess echoes(
            LoneNamespace namespace, LoopbackPlanet planet, RunningProcess server, String address) {
        server.awaitLine("listening on", TIMEOUT);
        List<String> options = planet.jvmOptions("client");
        return namespace
                .of(JavaProgram.withOptions(NioEchoClient.class, options, JavaProgram.jar()))
                .with(address, PORT, ROUND_TRIPS)
                .start();
    }
}
