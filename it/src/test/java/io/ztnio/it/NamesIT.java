package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoneNamespace;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.Lookups;
import io.ztnio.it.programs.NameServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Names in an unmodified program with the agent, where the operating system's name server is a stranger that knows every
 * name: what leaks is answered, and written down. In a network namespace that has a loopback interface only.
 */
@EnabledIf("namespacesArePossible")
class NamesIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String AGENT = "-javaagent:" + JavaProgram.jar();
    private static final String STRANGERS = "10.66.66.66";
    private static final String OURS = "10.98.0.177";

    @TempDir
    private Path directory;

    private LoneNamespace namespace;
    private RunningProcess stranger;
    private LoopbackPlanet planet;

    static boolean namespacesArePossible() {
        return LoneNamespace.isPossible();
    }

    @BeforeEach
    void start() throws IOException {
        namespace = new LoneNamespace();
        namespace.resolveBy("127.0.0.53");
        stranger = namespace
                .of(JavaProgram.kernel(NameServer.class).with("127.0.0.53", STRANGERS, "*"))
                .start();
        stranger.awaitLine("the name server is there", TIMEOUT);
        planet = new LoopbackPlanet(Files.createDirectories(directory.resolve("planet")), namespace);
    }

    @AfterEach
    void stop() {
        planet.close();
        stranger.close();
        namespace.close();
    }

    /** The network's own name server, a member. */
    private RunningProcess server(String home) {
        String address = planet.addressOf(home);
        planet.pushDns("corp.example", address);
        RunningProcess server = namespace
                .of(JavaProgram.withOptions(NameServer.class, planet.jvmOptions(home), JavaProgram.jar())
                        .with(address, OURS, "db.corp.example"))
                .start();
        server.awaitLine("the name server is there", TIMEOUT);
        return server;
    }

    private Finished lookUp(List<String> more, String... names) {
        List<String> options = new ArrayList<>(planet.jvmOptions("client"));
        options.addAll(more);
        Finished lookups = namespace
                .of(JavaProgram.withOptions(Lookups.class, options, JavaProgram.jar())
                        .with(names))
                .start()
                .awaitExit(TIMEOUT);
        System.out.println(lookups.output());
        // The log is written by a thread of its own, and may come between any two lines of the program.
        assertThat(lookups.output().lines()).containsSubsequence("unresolved true", "done");
        return lookups;
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void namesOfAPushedDomainAreAskedWithinTheNetworkAndAllOthersOfTheOperatingSystem() {
        try (RunningProcess server = server("server")) {
            Finished lookups = lookUp(
                    List.of(AGENT, "-Dztnio.dns=true"),
                    "db.corp.example",
                    "DB.CORP.EXAMPLE.",
                    "db",
                    "missing.corp.example",
                    "www.example.org",
                    "?" + OURS,
                    "localhost");

            assertThat(lookups.output())
                    .contains(
                            "db.corp.example: [db.corp.example/" + OURS + "]",
                            "DB.CORP.EXAMPLE.: [DB.CORP.EXAMPLE./" + OURS + "]",
                            "db: [db/" + OURS + "]",
                            "missing.corp.example: failed: java.net.UnknownHostException: missing.corp.example",
                            "www.example.org: [www.example.org/" + STRANGERS + "]",
                            "?" + OURS + ": db.corp.example",
                            "localhost: [localhost/127.0.0.1");
            assertThat(server.output()).contains("asked db.corp.example 1", "asked missing.corp.example 1");
            assertThat(stranger.output())
                    .contains("asked www.example.org 1")
                    .doesNotContain("corp.example", "177.0.98.10");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Tag("any-jdk")
    void aNameOfAPushedDomainIsUnknownRatherThanAStrangersWhenItsServerIsGone() {
        try (RunningProcess server = server("server")) {
            lookUp(List.of(AGENT, "-Dztnio.dns=true"), "db.corp.example");
            assertThat(server.output()).contains("asked db.corp.example 1");
        }
        assertThat(lookUp(List.of(AGENT, "-Dztnio.dns=true"), "db.corp.example").output())
                .containsPattern("db.corp.example: failed: java.net.UnknownHostException: db.corp.example: network "
                        + planet.network() + " has pushed the domain corp.example, and .*ztnio.dns=false")
                .doesNotContain(STRANGERS);
        assertThat(stranger.output()).doesNotContain("corp.example");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Tag("any-jdk")
    void withoutDnsThePushedDomainIsTheOperatingSystemsAndMembersAndTheHostsFileAreThere() throws IOException {
        Path hosts = Files.writeString(directory.resolve("hosts"), "10.98.0.55 web.lab web # a member\n");
        try (RunningProcess server = server("server")) {
            String member = Files.readString(directory.resolve("planet/server/identity.public"))
                    .substring(0, 10);
            String name = member + "." + planet.network() + ".zt";

            assertThat(lookUp(
                                    List.of(AGENT, "-Dztnio.hosts=" + hosts),
                                    "db.corp.example",
                                    "web",
                                    "?10.98.0.55",
                                    name,
                                    "ffffffffff.0000000000000001.zt")
                            .output())
                    .contains(
                            "db.corp.example: [db.corp.example/" + STRANGERS + "]",
                            "web: [web/10.98.0.55]",
                            "?10.98.0.55: web.lab",
                            "ffffffffff.0000000000000001.zt: failed: java.net.UnknownHostException")
                    .containsPattern(name + ": \\[" + name + "/fd[0-9a-f:]+]");
            assertThat(stranger.output()).doesNotContain(".zt");
            assertThat(server.output()).doesNotContain("asked");
        }
    }

    /** The same without us is the oracle: what is looked up, what is not there, what is no name. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void everyOtherNameIsTheJdksWordForWord() {
        String[] names = {
            "www.example.org",
            "nx.example.org",
            "localhost",
            "",
            "1.2.3",
            "a..b",
            "-",
            "db.zt",
            "192.0.2.7",
            "[::1",
            "::1"
        };
        Finished jdk = namespace
                .of(JavaProgram.kernel(Lookups.class).with(names))
                .start()
                .awaitExit(TIMEOUT);
        Finished passThrough = namespace
                .of(JavaProgram.withOptions(Lookups.class, List.of(AGENT)).with(names))
                .start()
                .awaitExit(TIMEOUT);
        Finished ours = lookUp(List.of(AGENT, "-Dztnio.dns=true"), names);

        assertThat(jdk.output()).contains("nx.example.org: failed: java.net.UnknownHostException");
        assertThat(passThrough.output()).isEqualTo(jdk.output());
        assertThat(ours.output().lines().filter(NamesIT::isOutcome))
                .containsExactlyElementsOf(
                        jdk.output().lines().filter(NamesIT::isOutcome).toList());
    }

    /** Not a line of the log. */
    private static boolean isOutcome(String line) {
        return line.contains(": [") || line.contains(": failed: ");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @EnabledForJreRange(min = JRE.JAVA_18)
    void aServiceFileOfTheApplicationDoesWithoutTheAgent() throws IOException {
        Path services = Files.createDirectories(directory.resolve("app/META-INF/services"));
        Files.writeString(
                services.resolve("java.net.spi.InetAddressResolverProvider"),
                "io.ztnio.provider.names.NamesResolverProvider\n");
        try (RunningProcess server = server("server")) {
            List<String> options = new ArrayList<>(planet.jvmOptions("client"));
            options.add("-Dztnio.dns=true");
            Finished lookups = namespace
                    .of(JavaProgram.withOptions(Lookups.class, options, JavaProgram.jar(), directory.resolve("app"))
                            .with("db.corp.example", "www.example.org"))
                    .start()
                    .awaitExit(TIMEOUT);

            assertThat(lookups.output())
                    .contains(
                            "db.corp.example: [db.corp.example/" + OURS + "]",
                            "www.example.org: [www.example.org/" + STRANGERS + "]");
            assertThat(server.output()).contains("asked db.corp.example 1");
            assertThat(stranger.output()).doesNotContain("corp.example");
        }
    }
}
