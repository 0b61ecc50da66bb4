package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.App;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.ProgramJar;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.lab.ServicesJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command line of docs/installation.md, as it stands there, in a folder with files of the names that it uses. */
@Tag("any-jdk")
class InstallationDocumentIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Path DOCUMENT = Path.of("..", "docs", "installation.md");
    private static final Path JDK = Path.of(System.getProperty("java.home"), "bin");

    /** Instead of a network that has to be joined. */
    private static final List<String> OVERLAY = List.of(
            "ZTNIO_TRANSPORT=overlay-memory",
            "ZTNIO_OVERLAY_ADDRESSES=10.97.0.7/24",
            "ZTNIO_NETWORKS=00000000cafe2001");

    @TempDir
    private Path directory;

    @Test
    void everyCommandLineInstallsTheProvider() throws IOException {
        Files.copy(JavaProgram.jar(), directory.resolve("ztnio.jar"));
        Files.copy(ServicesJar.file(), directory.resolve("ztnio-auto-install.jar"));
        boolean links = Files.isExecutable(JDK.resolve("jlink"));
        List<String> commands = commands();

        assertThat(commands).hasSizeGreaterThan(10);
        for (String command : commands) {
            if (links || !command.matches("jlink .*|image/.*")) {
                runAsWritten(command);
            }
        }
    }

    private void runAsWritten(String command) throws IOException {
        Path app = directory.resolve("app.jar");
        if (command.contains("org.springframework")) {
            ProgramJar.springBoot(app, App.class);
        } else {
            ProgramJar.plain(app, App.class);
        }
        String line = command.replace("NETWORK_ID", "00000000cafe2001").replace("/opt/", "");
        List<String> shell = new ArrayList<>(List.of("env", "-C", directory.toString()));
        shell.addAll(OVERLAY);
        shell.addAll(List.of("sh", "-c", "PATH=" + JDK + ":$PATH; " + line));
        Finished finished = RunningProcess.start(line, shell, "").awaitExit(TIMEOUT);

        assertThat(finished.exitCode())
                .as(command + System.lineSeparator() + finished.output())
                .isZero();
        if (!command.startsWith("jlink ") && !command.endsWith(" -V")) {
            assertThat(finished.output())
                    .as(command)
                    .contains("provider io.ztnio.provider.ZeroTierSelectorProvider", "networks ");
        }
    }

    private static List<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        boolean shell = false;
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("```")) {
                shell = line.equals("```sh");
            } else if (shell) {
                commands.add(line);
            }
        }
        return commands;
    }
}
