package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/logging.md says is so. */
class LoggingDocumentationTest {
    private static final Path PAGE = Path.of("../docs/logging.md");

    @TempDir
    private Path directory;

    @Test
    void everyLoggerIsNamed() throws IOException {
        String page = Files.readString(PAGE);
        Pattern logger = Pattern.compile("getLogger\\(\"([^\"]+)\"\\)");
        for (String module : List.of("protocol", "tcpip", "overlay", "provider")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java"))::iterator) {
                    Matcher matcher = logger.matcher(Files.readString(file));
                    while (matcher.find()) {
                        assertThat(page).as("%s", file).contains("| `" + matcher.group(1) + "` |");
                    }
                }
            }
        }
    }

    @Test
    @Timeout(60)
    void theDocumentedPropertiesShowDebugMessages() throws Exception {
        String page = Files.readString(PAGE);
        int start = page.indexOf("```properties\n") + "```properties\n".length();
        Path properties = Files.writeString(
                directory.resolve("logging.properties"), page.substring(start, page.indexOf("```", start)));
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.util.logging.config.file=" + properties,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogLines.class.getName())
                .redirectErrorStream(true)
                .start();

        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(program.waitFor()).as(output).isZero();
        assertThat(output).contains("io.ztnio.engine: a debug message").doesNotContain("of somebody else");
    }

    /** A program that logs as ztnio does. */
    static final class LogLines {
        private LogLines() {}

        public static void main(String[] arguments) {
            System.getLogger("io.ztnio.engine").log(System.Logger.Level.DEBUG, "a debug message");
            System.getLogger("com.example").log(System.Logger.Level.DEBUG, "a debug message of somebody else");
        }
    }
}
