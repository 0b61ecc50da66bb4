package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.App;
import io.ztnio.it.docs.Markdown;
import io.ztnio.it.docs.Markdown.Block;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.ProgramJar;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command line of docs/startup.md that this JDK has, as it stands there: whether what was made is what is used. */
class StartupDocumentIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Path DOCUMENT = Path.of("..", "docs", "startup.md");
    private static final Path JDK = Path.of(System.getProperty("java.home"), "bin");
    private static final int FEATURE = Runtime.version().feature();

    /** The provider's own class, as the log of loaded classes names it when it comes from an archive. */
    private static final String ARCHIVED =
            "(?s).*io\\.ztnio\\.provider\\.ZeroTierSelectorProvider source: shared objects file.*";

    @TempDir
    private Path directory;

    @Test
    void theArchivesOfThisJdkHaveOurClasses() throws IOException {
        Files.copy(JavaProgram.jar(), directory.resolve("ztnio.jar"));
        ProgramJar.plain(directory.resolve("app.jar"), App.class);
        int used = 0;
        for (Block block : Markdown.blocks(DOCUMENT)) {
            for (String command : block.language().equals("sh") ? block.commands() : List.<String>of()) {
                if (FEATURE >= since(command)) {
                    used += run(command) ? 1 : 0;
                }
            }
        }

        assertThat(used).isEqualTo(FEATURE >= 25 ? 5 : FEATURE >= 19 ? 3 : 2);
    }

    /** The JDK that has the command's options. */
    private static int since(String command) {
        return command.contains("-XX:AOT") ? 25 : command.contains("AutoCreateSharedArchive") ? 19 : 17;
    }

    /** Runs a command, and says whether it was one that uses an archive. */
    private boolean run(String command) throws IOException {
        boolean makes = command.contains("ArchiveClassesAtExit") || command.contains("AOTCacheOutput");
        if (command.contains("AutoCreateSharedArchive")) {
            // The first run makes what the second one uses.
            shell(command, "");
        }
        Path log = directory.resolve("classes.log");
        shell(command, makes ? "" : "JDK_JAVA_OPTIONS=-Xlog:class+load:file=" + log);
        if (!makes) {
            assertThat(Files.readString(log)).as(command).matches(ARCHIVED);
            Files.delete(log);
        }
        return !makes;
    }

    private void shell(String command, String variable) {
        List<String> shell = new ArrayList<>(List.of(
                "env",
                "-C",
                directory.toString(),
                "ZTNIO_TRANSPORT=overlay-memory",
                "ZTNIO_OVERLAY_ADDRESSES=10.97.0.7/24"));
        if (!variable.isEmpty()) {
            shell.add(variable);
        }
        String line = command.replace("NETWORK_ID", "00000000cafe2001");
        shell.addAll(List.of("sh", "-c", "PATH=" + JDK + ":$PATH; " + line));
        Finished finished = RunningProcess.start(line, shell, "").awaitExit(TIMEOUT);

        assertThat(finished.exitCode())
                .as(command + System.lineSeparator() + finished.output())
                .isZero();
        assertThat(finished.output()).as(command).contains("provider io.ztnio.provider.ZeroTierSelectorProvider");
    }
}
