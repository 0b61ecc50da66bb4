package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.ProgramJar;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.lab.UserProgram;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ZeroTier.install()} in programs that are started without a flag, or with some. */
class LateInstallIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String AGENT = "-javaagent:" + JavaProgram.jar();
    private static final String OPEN_NAMES = "--add-opens=java.base/java.net=ALL-UNNAMED";
    private static final String OWN = "10.97.0.7";
    private static final String PROGRAM = "LateInstalled";
    private static final String[] SETTINGS = {
        "ztnio.networks=00000000cafe2001", "ztnio.transport=overlay-memory", "ztnio.overlay.addresses=" + OWN + "/24"
    };
    private static final String[] EVERYTHING = {
        "nio " + OWN, "asynchronous " + OWN, "http " + OWN, "socket " + OWN, "name printer", "name gate"
    };

    @TempDir
    private static Path classes;

    @TempDir
    private Path directory;

    /** The JDK's resolver asks this file and nobody else. */
    private String jdksNames;

    private String ourNames;

    @BeforeAll
    static void compile() {
        UserProgram.compile(classes, List.of(Path.of(JavaProgram.testClasses())), Map.of(), PROGRAM);
    }

    @BeforeEach
    void writeNames() throws IOException {
        jdksNames = "-Djdk.net.hosts.file=" + Files.writeString(directory.resolve("jdk"), "10.66.66.66 gate\n");
        ourNames = "ztnio.hosts=" + Files.writeString(directory.resolve("ours"), "10.97.0.9 printer\n");
    }

    /** The settings are set by the program itself, before it installs. */
    private Finished run(List<String> options, String... steps) {
        List<String> command = new ArrayList<>(List.of(jdksNames));
        command.addAll(options);
        command.addAll(List.of("-cp", JavaProgram.jar() + File.pathSeparator + programs(), PROGRAM));
        command.addAll(List.of(SETTINGS));
        command.add(ourNames);
        command.addAll(List.of(steps));
        return JavaProgram.jvm(command.toArray(String[]::new)).start().awaitExit(TIMEOUT);
    }

    private static String programs() {
        return classes + File.pathSeparator + JavaProgram.testClasses();
    }

    private static String[] steps(String first, String... others) {
        List<String> steps = new ArrayList<>(List.of(first));
        steps.addAll(List.of(others));
        return steps.toArray(String[]::new);
    }

    @Test
    void channelsReachTheNetworkAndTheReportNamesWhatIsMissing() {
        Finished program = run(List.of(), steps("install", EVERYTHING));

        assertThat(program.output())
                .contains("install -> CHANNELS: installed", "ASYNCHRONOUS_CHANNELS: installed")
                .containsPattern(
                        "\nNAMES: not, .*--add-opens java\\.base/java\\.net=ALL-UNNAMED.*-javaagent:ztnio\\.jar")
                .containsPattern("\nJAVA_NET_SOCKETS: not, .*HttpURLConnection.*-javaagent:ztnio\\.jar.*socketFactory")
                .containsPattern("\nSHUTDOWN_SLOT: not, .*shutdown hook.*-javaagent:ztnio\\.jar")
                .contains(
                        "nio " + OWN + " -> exchanged",
                        "asynchronous " + OWN + " -> exchanged 7",
                        "http " + OWN + " -> answered",
                        // As the report says: these are the operating system's, which has no such address.
                        "socket " + OWN + " -> failed: java.net.BindException",
                        "name printer -> failed: java.net.UnknownHostException: ",
                        "name gate -> 10.66.66.66",
                        "done")
                .doesNotContain("WARNING");
    }

    @Test
    void withJavaNetOpenedNamesAreThereToo() {
        Finished program = run(List.of(OPEN_NAMES), steps("install", EVERYTHING));

        assertThat(program.output())
                .contains("NAMES: installed", "JAVA_NET_SOCKETS: not,")
                .contains("name printer -> 10.97.0.9", "name gate -> 10.66.66.66", "nio " + OWN + " -> exchanged")
                .doesNotContain("WARNING");
    }

    @Test
    void withTheAgentAllIsThereAndNothingIsDoneTwice() {
        Finished program = run(List.of(AGENT), steps("install", EVERYTHING));

        assertThat(program.output())
                .doesNotContain(": not,", "WARNING")
                .contains("install -> CHANNELS: installed", "SHUTDOWN_SLOT: installed", "JAVA_NET_SOCKETS: installed")
                .contains("socket " + OWN + " -> exchanged 7", "name printer -> 10.97.0.9", "name gate -> 10.66.66.66");
    }

    @Test
    void installingAgainChangesNothing() {
        Finished program = run(List.of(OPEN_NAMES), "install", "install", "nio " + OWN, "install", "name printer");

        String report = reports(program).get(0);
        assertThat(reports(program)).hasSize(3).containsOnly(report);
        assertThat(program.output()).contains("nio " + OWN + " -> exchanged", "name printer -> 10.97.0.9");
    }

    /** What each {@code install} printed, without what the log's thread wrote in between. */
    private static List<String> reports(Finished program) {
        String printed = program.output()
                .lines()
                .filter(line -> line.matches("(install -> )?[A-Z_]+: (installed|not, .*)"))
                .collect(Collectors.joining("\n"));
        return List.of(printed.split("install -> ")).stream()
                .skip(1)
                .map(String::strip)
                .toList();
    }

    @Test
    void aChannelThatWasOpenedBeforeIsNamedAsTheReasonAndTheOtherKindIsInstalled() {
        Finished channels = run(List.of(), "open", "install", "nio " + OWN, "asynchronous " + OWN);
        Finished asynchronous = run(List.of(), "open-asynchronous", "install", "nio " + OWN, "asynchronous " + OWN);

        assertThat(channels.output())
                .containsPattern("install -> CHANNELS: not, sun\\.nio\\.ch\\.\\w+ is in use already: call"
                        + " ZeroTier\\.install\\(\\) before the first channel is opened, name ours with"
                        + " -Djava\\.nio\\.channels\\.spi\\.SelectorProvider="
                        + "io\\.ztnio\\.provider\\.ZeroTierSelectorProvider, or start with -javaagent:ztnio\\.jar\n"
                        + "ASYNCHRONOUS_CHANNELS: installed\n")
                .contains("nio " + OWN + " -> failed: java.net.BindException", "-> exchanged 7");
        assertThat(asynchronous.output())
                .containsPattern("install -> CHANNELS: installed\n"
                        + "ASYNCHRONOUS_CHANNELS: not, sun\\.nio\\.ch\\.\\w+ is in use already: .*"
                        + "-Djava\\.nio\\.channels\\.spi\\.AsynchronousChannelProvider=")
                .contains("nio " + OWN + " -> exchanged", "asynchronous " + OWN + " -> failed: java.net.BindException");
    }

    @Test
    void theProvidersOwnFlagMakesAnEarlierChannelHarmless() {
        Finished program = run(List.of(NodeSettings.PROVIDER), "open", "install", "nio " + OWN);

        assertThat(program.output()).contains("install -> CHANNELS: installed", "nio " + OWN + " -> exchanged");
    }

    @Test
    void anotherProviderStaysAndThatIsSaid() {
        String other = "java.nio.channels.spi.SelectorProvider=sun.nio.ch.PollSelectorProvider";
        Finished program = run(List.of("-D" + other), "install", "open", "install", "asynchronous " + OWN);

        assertThat(reports(program))
                .hasSize(2)
                .allSatisfy(report -> assertThat(report)
                        .contains("CHANNELS: not, " + other + " names another provider: leave that property out"));
        assertThat(program.output()).contains("open -> opened", "asynchronous " + OWN + " -> exchanged 7");
    }

    @Test
    void wrongSettingsAreToldAtOnceAndNothingIsInstalledUntilTheyAreRight() {
        Finished program = run(
                List.of(),
                "ztnio.port=http",
                "install",
                "ztnio.port=0",
                "install",
                "nio " + OWN,
                "ztnio.prt=1",
                "install");

        assertThat(program.output())
                .containsPattern("install -> failed: \\S*ConfigException: .*ztnio\\.port=http \\(system property\\)")
                .contains("install -> CHANNELS: installed", "nio " + OWN + " -> exchanged");
        assertThat(program.output().substring(program.output().indexOf("ztnio.prt=1 ->")))
                .contains("install -> failed: ", "did you mean ztnio.port?");
    }

    /** The system class loader has to find the provider by its name. */
    @Test
    void aJarInAJarIsToldToPutZtnioOnTheClassPath() throws IOException {
        Path library = ProgramJar.ofClasses(directory.resolve("program.jar"), classes);
        Path boot = ProgramJar.springBoot(directory.resolve("boot.jar"), PROGRAM, JavaProgram.jar(), library);
        Finished program = JavaProgram.jvm(OPEN_NAMES, jdksNames, "-jar", boot.toString())
                .with(SETTINGS)
                .with(ourNames, "install", "open", "open-asynchronous", "name printer")
                .start()
                .awaitExit(TIMEOUT);

        assertThat(program.output())
                .containsPattern("install -> CHANNELS: not, the system class loader does not find"
                        + " io\\.ztnio\\.provider\\.ZeroTierSelectorProvider: put ztnio\\.jar on the class path of the JVM,"
                        + " or start with -javaagent:ztnio\\.jar")
                .containsPattern("ASYNCHRONOUS_CHANNELS: not, the system class loader does not find")
                .contains("NAMES: installed", "open -> opened", "open-asynchronous -> opened", "printer -> 10.97.0.9");
    }
}
