package io.ztnio.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.NioEchoClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Floods of a few thousand datagrams against a node whose program echoes: the streams go on, and new ones begin. */
@Tag("attack")
@Tag("any-jdk")
class FloodIT {
    /** Only ends what hangs: a machine that does other work too may take its time. */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private static final int MOST = 10_000;
    private static final int SOURCES = 64;
    private static final int ROUND_TRIPS = 1_000;

    @TempDir
    private Path directory;

    private long network;

    @Test
    void anEstablishedStreamGoesOnAndANewMemberIsMetDuringAFloodOfHellos() throws IOException {
        attackServer(HostileNode::unearnedHello);
    }

    @Test
    void anEstablishedStreamGoesOnAndANewMemberIsMetDuringAFloodOfForgedCertificates() throws IOException {
        attackServer(attacker -> {
            if (attacker.sent() % 500 == 0) {
                attacker.introduce();
            }
            attacker.forgedCertificate(network);
        });
    }

    private void attackServer(Consumer<HostileNode> attack) throws IOException {
        try (LoopbackPlanet planet = new LoopbackPlanet(directory)) {
            network = Long.parseUnsignedLong(planet.network(), 16);
            String address = planet.addressOf("server");
            int port = LoopbackPlanet.freeUdpPort();
            List<String> options = patient(planet, "server");
            options.add("-Dztnio.port=" + port);
            try (RunningProcess server = JavaProgram.withOptions(NioEcho.class, options, JavaProgram.jar())
                            .with(address, "8080")
                            .start();
                    HostileNode attacker = attacker(planet, "server", port)) {
                server.awaitLine("listening on", TIMEOUT);

                Finished one = floodWhile(attacker, attack, echoes(planet, "one", address));
                Finished two = floodWhile(attacker, attack, echoes(planet, "two", address));

                assertThat(one.exitCode()).as(one.output()).isZero();
                assertThat(two.exitCode()).as(two.output()).isZero();
                assertThat(server.isAlive()).isTrue();
            }
        }
    }

    @Test
    void aMemberIsMetDuringAFloodOfPacketsOfNobody() throws IOException {
        try (LoopbackPlanet planet = new LoopbackPlanet(directory)) {
            String address = planet.addressOf("server");
            planet.addressOf("client");
            int port = LoopbackPlanet.freeUdpPort();
            List<String> options = patient(planet, "client");
            options.add("-Dztnio.port=" + port);
            try (RunningProcess server = JavaProgram.withOptions(
                                    NioEcho.class, patient(planet, "server"), JavaProgram.jar())
                            .with(address, "8080")
                            .start();
                    HostileNode attacker = attacker(planet, "client", port)) {
                server.awaitLine("listening on", TIMEOUT);

                RunningProcess client = JavaProgram.withOptions(NioEchoClient.class, options, JavaProgram.jar())
                        .with(address, "8080", Integer.toString(ROUND_TRIPS))
                        .start();
                Finished echoed = floodWhile(attacker, HostileNode::packetOfNobody, client);

                assertThat(echoed.exitCode()).as(echoed.output()).isZero();
            }
        }
    }

    /** Options of a member that is not given up because the flood has the processor. */
    private static List<String> patient(LoopbackPlanet planet, String home) {
        List<String> options = planet.jvmOptions(home);
        options.add("-Dztnio.join.timeout=" + TIMEOUT.toMinutes() + "m");
        return options;
    }

    private HostileNode attacker(LoopbackPlanet planet, String victim, int port) throws IOException {
        // Gives the home an identity.
        planet.options("attacker");
        return HostileNode.onLoopback(
                directory.resolve("attacker/identity.secret"),
                directory.resolve(victim).resolve("identity.public"),
                port,
                SOURCES);
    }

    private static RunningProcess echoes(LoopbackPlanet planet, String home, String address) {
        return JavaProgram.withOptions(NioEchoClient.class, patient(planet, home), JavaProgram.jar())
                .with(address, "8080", Integer.toString(ROUND_TRIPS))
                .start();
    }

    /** About a thousand a second until a program ends. */
    private static Finished floodWhile(HostileNode attacker, Consumer<HostileNode> attack, RunningProcess program) {
        try (program) {
            int last = attacker.sent() + MOST;
            while (program.isAlive() && attacker.sent() < last) {
                attack.accept(attacker);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            return program.awaitExit(TIMEOUT);
        }
    }
}
