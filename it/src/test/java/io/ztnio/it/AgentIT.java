package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.ProgramJar;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.EarlyAgent;
import io.ztnio.it.programs.Exchange;
import io.ztnio.it.programs.Installed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -javaagent:ztnio.jar}: one flag for programs that {@code java -jar} starts. */
class AgentIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String AGENT = "-javaagent:" + JavaProgram.jar();
    private static final String INSTALLED = "provider io.ztnio.provider.ZeroTierSelectorProvider of null";
    private static final String OVERLAY =
            "transport=overlay-memory,overlay.addresses=10.97.0.7/24,networks=00000000cafe2001";

    @TempDir
    private Path directory;

    @Test
    void theOneFlagInstallsTheProviderInAJarThatJavaRuns() throws IOException {
        Finished program = run(JavaProgram.jvm(AGENT, "-jar", jar(Installed.class)));

        assertThat(program.output()).startsWith(INSTALLED).contains("open true", "networks null");
        assertThat(program.output().lines()).hasSize(4);
    }

    @Test
    void theOneFlagInstallsTheProviderInASpringBootJar() throws IOException {
        Path boot = ProgramJar.springBoot(directory.resolve("boot.jar"), Installed.class);

        assertThat(run(JavaProgram.jvm(AGENT, "-jar", boot.toString())).output())
                .startsWith(INSTALLED);
    }

    @Test
    void aSpringBootJarReachesANetworkThatOnlyTheAgentsOptionsName() throws IOException {
        Path boot = ProgramJar.springBoot(directory.resolve("boot.jar"), Exchange.class);

        Finished program = run(JavaProgram.jvm(AGENT + "=" + OVERLAY, "-jar", boot.toString(), "10.97.0.7"));

        assertThat(program.output()).contains("exchanged").doesNotContain("WARNING");
    }

    @Test
    void theFlagMayComeFromTheEnvironment() throws IOException {
        JavaProgram program = JavaProgram.jvm("-jar", jar(Installed.class));

        assertThat(run(program.inEnvironment("JDK_JAVA_OPTIONS=" + AGENT)).output())
                .contains(INSTALLED);
        assertThat(run(program.inEnvironment("JAVA_TOOL_OPTIONS=" + AGENT)).output())
                .contains(INSTALLED);
    }

    @Test
    void anUnknownSettingEndsTheJvmBeforeTheProgramBegins() throws IOException {
        Finished program = run(JavaProgram.jvm(AGENT + "=netwroks=00000000cafe2001", "-jar", jar(Installed.class)));

        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.output())
                .startsWith("-javaagent:ztnio.jar: ztnio configuration: ztnio.netwroks=00000000cafe2001"
                        + " (option of the agent): unknown key, did you mean ztnio.networks?")
                .doesNotContain("provider ", "Exception");
    }

    @Test
    void aWrongValueEndsTheJvmBeforeTheProgramBegins() throws IOException {
        Finished program =
                run(JavaProgram.jvm(AGENT + "=" + OVERLAY, "-Dztnio.port=http", "-jar", jar(Installed.class)));

        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.output())
                .contains("ztnio.port=http (system property)")
                .doesNotContain("provider ");
    }

    @Test
    void aSystemPropertyBeatsASettingOfTheAgentWhichBeatsTheEnvironment() throws IOException {
        JavaProgram program = JavaProgram.jvm(
                        AGENT + "=" + OVERLAY, "-Dztnio.networks=00000000cafe2002", "-jar", jar(Installed.class))
                .inEnvironment("ZTNIO_TRANSPORT=nonsense");

        assertThat(run(program).output()).contains("networks 00000000cafe2002");
    }

    @Test
    void theProvidersOwnFlagIsNoContradiction() throws IOException {
        Finished program = run(JavaProgram.jvm(NodeSettings.PROVIDER, AGENT, "-jar", jar(Installed.class)));

        assertThat(program.output()).startsWith(INSTALLED);
    }

    @Test
    void anotherProviderStaysAndThatIsSaid() throws IOException {
        Finished program = run(JavaProgram.jvm(
                "-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.PollSelectorProvider",
                AGENT,
                "-jar",
                jar(Installed.class)));

        assertThat(program.output())
                .contains("provider sun.nio.ch.PollSelectorProvider")
                .contains("not installed, for java.nio.channels.spi.SelectorProvider=sun.nio.ch.PollSelectorProvider");
    }

    @Test
    void anAgentBeforeUsThatHasOpenedAChannelIsSaid() throws IOException {
        Path early = ProgramJar.agent(directory.resolve("early.jar"), EarlyAgent.class);

        Finished first = run(JavaProgram.jvm("-javaagent:" + early, AGENT, "-jar", jar(Installed.class)));
        Finished second = run(JavaProgram.jvm(AGENT, "-javaagent:" + early, "-jar", jar(Installed.class)));

        assertThat(first.output())
                .containsPattern("not installed, for sun\\.nio\\.ch\\.\\w+ is in use already, by another agent")
                .contains("provider sun.nio.ch.");
        assertThat(second.output()).startsWith(INSTALLED);
    }

    @Test
    void theAgentWorksBesideTheModulePath() throws IOException {
        Finished program = run(JavaProgram.jvm(
                "--module-path",
                JavaProgram.jar().toString(),
                "--add-modules",
                "io.ztnio",
                AGENT,
                "-jar",
                jar(Installed.class)));

        assertThat(program.output())
                .startsWith("provider io.ztnio.provider.ZeroTierSelectorProvider of io.ztnio")
                .contains("open true");
    }

    private String jar(Class<?> main) throws IOException {
        return ProgramJar.plain(directory.resolve("app.jar"), main).toString();
    }

    private static Finished run(JavaProgram program) {
        return program.start().awaitExit(TIMEOUT);
    }
}
