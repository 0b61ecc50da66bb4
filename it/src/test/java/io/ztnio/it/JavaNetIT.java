package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.ProgramJar;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.EarlyListener;
import io.ztnio.it.programs.ManyThreads;
import io.ztnio.it.programs.OwnFactory;
import io.ztnio.it.programs.SocketEcho;
import io.ztnio.it.programs.SocketExchange;
import io.ztnio.it.programs.SocketLayers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code java.net} on a network by the one flag: programs of sockets that nobody has changed. */
class JavaNetIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String AGENT = "-javaagent:" + JavaProgram.jar();
    private static final String OWN = "10.97.0.7";
    private static final String OVERLAY =
            AGENT + "=transport=overlay-memory,overlay.addresses=" + OWN + "/24,networks=00000000cafe2001";

    @TempDir
    private Path directory;

    @Test
    void aProgramOfSocketsDoesOnANetworkWhatItDoesOnLoopback() {
        List<String> byTheJdk = steps("127.0.0.1");

        assertThat(byTheJdk).hasSize(10).endsWith("did leave threads []");
        // With the assertions of the JDK's own classes on.
        assertThat(steps("127.0.0.1", "-esa", AGENT)).isEqualTo(byTheJdk);
        assertThat(steps("127.0.0.1", "-esa", OVERLAY)).isEqualTo(byTheJdk);
        assertThat(steps(OWN, "-esa", OVERLAY)).isEqualTo(byTheJdk);
    }

    private static List<String> steps(String address, String... options) {
        String output = run(
                JavaProgram.withOptions(SocketExchange.class, List.of(options)).with(address));
        assertThat(output).contains("exchanged");
        return output.lines().filter(line -> line.startsWith("did ")).toList();
    }

    @Test
    void twoJvmsExchangeOverTheOverlay() throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "a phrase that all members know");
        int port = LoopbackPlanet.freeUdpPort();
        JavaProgram server = JavaProgram.withOptions(
                        SocketEcho.class, List.of(AGENT + "=" + member(1, key) + ",port=" + port))
                .with("serve", "8080");
        JavaProgram client = JavaProgram.withOptions(
                        SocketEcho.class, List.of(AGENT + "=" + member(2, key) + ",overlay.peers=127.0.0.1:" + port))
                .with("call", "10.97.0.1", "8080", "5000000");

        try (RunningProcess serving = server.start()) {
            serving.awaitLine("listening on 8080", TIMEOUT);
            assertThat(run(client)).contains("echoed 5000000");
            serving.awaitLine("echoed for 10.97.0.2", TIMEOUT);
        }
    }

    private String member(int host, Path key) {
        return "transport=overlay-udp,networks=00000000cafe2001,home=" + directory.resolve("home" + host)
                + ",bind=127.0.0.1,overlay.key.file=" + key + ",overlay.addresses=10.97.0." + host + "/24";
    }

    @Test
    void aProgramsOwnFactoryIsAskedAndSocketsForAProxyPassItBy() {
        JavaProgram program = JavaProgram.withOptions(OwnFactory.class, List.of(OVERLAY));

        for (String address : List.of(OWN, "127.0.0.1")) {
            assertThat(run(program.with(address)))
                    .contains("direct: the program's own", "version 5", "proxied: ")
                    .doesNotContain("proxied: the program's own");
        }
    }

    @Test
    void aListenerThatIsOlderThanTheAgentGoesOnAccepting() throws IOException {
        Path early = ProgramJar.agent(directory.resolve("early.jar"), EarlyListener.class);

        assertThat(run(JavaProgram.jvm("-javaagent:" + early, OVERLAY, "-jar", early.toString())))
                .contains("accepted early");
    }

    @Test
    void aWrongConfigurationEndsTheJvmBeforeAnySocket() throws IOException {
        Path app = ProgramJar.plain(directory.resolve("app.jar"), SocketEcho.class);
        Finished program = JavaProgram.jvm(
                        AGENT, "-Dztnio.networks=nonsense", "-jar", app.toString(), "call", "127.0.0.1", "1", "1")
                .start()
                .awaitExit(TIMEOUT);

        assertThat(program.exitCode()).isNotZero();
        assertThat(program.output()).contains("ztnio.networks=nonsense");
    }

    @Test
    void thousandsOfVirtualThreadsWaitOnTwoCarriers() {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(21);
        List<String> carriers = List.of(
                "-Xmx2g",
                "-Djdk.virtualThreadScheduler.parallelism=2",
                "-Djdk.virtualThreadScheduler.maxPoolSize=2",
                OVERLAY);

        assertThat(run(JavaProgram.withOptions(ManyThreads.class, carriers).with(OWN, "2000")))
                .contains("exchanged 2000");
        assertThat(run(JavaProgram.withOptions(ManyThreads.class, carriers).with("127.0.0.1", "2000")))
                .contains("exchanged 2000");
    }

    /** The registry and the exported object listen on the wildcard address; the stub names the network's. */
    @Test
    void tlsAndRmiAreOnTheNetworkToo() throws Exception {
        Path keys = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=test",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "a password",
                        "-alias",
                        "test",
                        "-keystore",
                        keys.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8) + keytool.waitFor())
                .endsWith("0");

        for (String address : List.of(OWN, "127.0.0.1")) {
            assertThat(run(JavaProgram.withOptions(SocketLayers.class, List.of(OVERLAY))
                            .with(address, keys.toString(), "a password")))
                    .contains("tls hello", "layered hello", "rmi hello rmi from " + address)
                    .contains("layered");
        }
    }

    private static String run(JavaProgram program) {
        Finished finished = program.start().awaitExit(TIMEOUT);
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        return finished.output();
    }
}
