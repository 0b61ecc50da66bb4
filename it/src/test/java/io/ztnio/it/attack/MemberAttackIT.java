package io.ztnio.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.NioEchoClient;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member of the network with a TCP of its own attacks an echo service that has little memory. */
@Tag("attack")
@Tag("any-jdk")
@Tag("long")
class MemberAttackIT {
    /** Only ends what hangs: a machine that does other work too may take its time. */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String HEAP = "-Xmx96m";
    private static final int PORT = 8080;
    private static final int ROUND_TRIPS = 300;
    private static final int MSS = 1400;

    /** No segment is as large on a path whose MTU has been lowered. */
    private static final int LARGE = 1000;

    @TempDir
    private static Path directory;

    private static LoopbackPlanet planet;
    private static RunningProcess server;
    private static Inet4Address victim;

    @BeforeAll
    static void start() throws IOException {
        planet = new LoopbackPlanet(directory);
        String address = planet.addressOf("server");
        victim = (Inet4Address) InetAddress.getByName(address);
        List<String> options = planet.jvmOptions("server");
        options.addAll(List.of(HEAP, "-Dztnio.join.timeout=" + TIMEOUT.toMinutes() + "m"));
        server = JavaProgram.withOptions(NioEcho.class, options, JavaProgram.jar())
                .with(address, Integer.toString(PORT))
                .start();
        server.awaitLine("listening on", TIMEOUT);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        planet.close();
    }

    private static HostileMember member(String home) throws IOException {
        // Gives the home an identity.
        planet.options(home);
        HostileMember made = new HostileMember(
                directory.resolve(home),
                directory.resolve("planet"),
                Long.parseUnsignedLong(planet.network(), 16),
                directory.resolve("server/identity.public"));
        assertThat(made.run(() -> made.address() != null, TIMEOUT)).isTrue();
        return made;
    }

    private static HostileStream open(HostileMember member, int ownPort, int mss, int window) {
        HostileStream stream = new HostileStream(member, victim, PORT, ownPort, mss, window);
        // The first packets to somebody who is not known yet may be lost.
        for (int i = 0; !stream.isEstablished(); i++) {
            assertThat(i).isLessThan(20);
            stream.open();
            member.run(stream::isEstablished, Duration.ofSeconds(1));
        }
        return stream;
    }

    private static void expectEchoes(String home, HostileMember attacker) {
        List<String> options = planet.jvmOptions(home);
        options.add("-Dztnio.join.timeout=" + TIMEOUT.toMinutes() + "m");
        try (RunningProcess client = JavaProgram.withOptions(NioEchoClient.class, options, JavaProgram.jar())
                .with(victim.getHostAddress(), Integer.toString(PORT), Integer.toString(ROUND_TRIPS))
                .start()) {
            attacker.run(() -> !client.isAlive(), TIMEOUT);
            Finished echoed = client.awaitExit(TIMEOUT);
            assertThat(echoed.exitCode()).as(echoed.output()).isZero();
            assertThat(server.isAlive()).isTrue();
        }
    }

    /** Sends as much as the windows let, until they are closed. */
    private static int fill(HostileMember attacker, List<HostileStream> streams, int mostBytes) {
        int sent = 0;
        int idle = 0;
        while (sent < mostBytes && idle < 300) {
            int before = sent;
            for (HostileStream stream : streams) {
                for (int i = 0; i < 8 && stream.feed(); i++) {
                    // Its window is open.
                }
            }
            attacker.run(() -> false, MOMENT);
            sent = streams.stream().mapToInt(HostileStream::sent).sum();
            idle = sent == before ? idle + 1 : 0;
        }
        return sent;
    }

    @Test
    void connectionsThatHoldAllTheyMayAndReadNothingLeaveHonestStreamsTheirShare() throws IOException {
        try (HostileMember attacker = member("hoarder")) {
            List<HostileStream> streams = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                streams.add(open(attacker, 10_000 + i, MSS, 0));
            }
            assertThat(fill(attacker, streams, 24 << 20))
                    .as("bytes that are held")
                    .isGreaterThan(4 << 20);

            expectEchoes("during", attacker);
        }
    }

    @Test
    void smallSegmentsWithHolesStayWithinTheMemoryOfOneMember() throws IOException {
        try (HostileMember attacker = member("holes")) {
            HostileStream stream = open(attacker, 20_000, 48, 0xffff);
            // So that the victim dares to send more at once.
            exchange(attacker, stream);
            exchange(attacker, stream);
            stream.holesFrom = 0;
            fill(attacker, List.of(stream), stream.sent() + 200_000);
            attacker.run(() -> stream.held() > 100_000, PATIENCE);

            assertThat(stream.largest()).isLessThanOrEqualTo(216);
            assertThat(stream.held()).as("bytes behind holes").isGreaterThan(20 * 216);
            expectEchoes("beside", attacker);
        }
    }

    @Test
    void forgedReportsOfPacketsTooBigLeaveTheSegmentsOfOthersAsLargeAsTheyWere() throws IOException {
        try (HostileMember honest = member("honest");
                HostileMember forger = member("forger")) {
            HostileStream stream = open(honest, 30_000, MSS, 0xffff);
            HostileStream witness = open(forger, 30_000, MSS, 0xffff);
            exchange(honest, stream);
            assertThat(stream.largest()).isGreaterThan(LARGE);

            leaveInFlight(honest, stream);
            byte[] inFlight = stream.last();
            Inet4Address router = (Inet4Address) InetAddress.getByAddress(new byte[] {10, 98, 0, 1});
            for (Inet4Address reporter : List.of(forger.address(), honest.address(), router)) {
                forger.send(Ipv4Packets.tooBig(reporter, victim, inFlight, 576));
            }
            SplittableRandom random = new SplittableRandom(40);
            for (int i = 0; i < 1000; i++) {
                byte[] guess = inFlight.clone();
                for (int at = 24; at < 28; at++) {
                    guess[at] = (byte) random.nextInt();
                }
                forger.send(Ipv4Packets.tooBig(honest.address(), victim, guess, 576));
            }
            // What was sent before it has arrived.
            exchange(forger, witness);

            stream.acknowledging = true;
            stream.forget();
            exchange(honest, stream);
            assertThat(stream.largest()).isGreaterThan(LARGE);

            // Whoever it concerns is believed.
            leaveInFlight(honest, stream);
            honest.send(Ipv4Packets.tooBig(honest.address(), victim, stream.last(), 700));
            stream.acknowledging = true;
            exchange(honest, stream);
            stream.forget();
            exchange(honest, stream);
            assertThat(stream.largest()).isLessThanOrEqualTo(660);
        }
    }

    /** Sends some segments and waits until as much has come back. */
    private static void exchange(HostileMember member, HostileStream stream) {
        fill(member, List.of(stream), stream.sent() + 60_000);
        await(member, stream, () -> stream.heard() >= stream.sent());
    }

    /** Acknowledges nothing of what comes back from now on. The victim may keep a last part for itself (Nagle). */
    private static void leaveInFlight(HostileMember member, HostileStream stream) {
        stream.acknowledging = false;
        int before = stream.heard();
        fill(member, List.of(stream), stream.sent() + 10_000);
        await(member, stream, () -> stream.heard() > before + MSS);
    }

    private static void await(HostileMember member, HostileStream stream, BooleanSupplier condition) {
        for (int i = 0; !member.run(condition, Duration.ofMillis(200)); i++) {
            assertThat(i).as("repetitions").isLessThan(1000);
            stream.repeat();
        }
    }
}
