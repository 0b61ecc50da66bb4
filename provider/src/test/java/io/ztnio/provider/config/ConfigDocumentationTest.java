package io.ztnio.provider.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tests run in the module's folder. */
class ConfigDocumentationTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");

    @Test
    void theDocumentationHasExactlyTheKeysOfTheCode() throws IOException {
        String expected = Arrays.stream(ConfigKey.values())
                .map(key -> "| `" + key.key() + "` | "
                        + (key.defaultValue().isEmpty() ? "none" : "`" + key.defaultValue() + "`") + " | "
                        + key.allowed()
                        + " | " + key.description() + " |\n")
                .collect(Collectors.joining("", "| Key | Default | Allowed | |\n| --- | --- | --- | --- |\n", ""));

        assertThat(Files.readString(DOCUMENT)).contains(expected);
    }
}
