package io.ztnio.provider.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.tools.cli.node.NetworkFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What readers copy does what it says, and nothing that they would not expect. */
@Tag("any-jdk")
class DocumentExamplesTest {
    private static final Pattern NETWORK_ID =
            Pattern.compile("(?<![0-9a-fA-F:])(?:0x)?([0-9a-fA-F]{16})(?![0-9a-fA-F:])L?");

    /** Of no controller that anybody has: for the overlay, where each key makes a network of its own, and in printed lines. */
    private static final Set<String> NOBODYS = Set.of("00000000cafe2001", "0123456789000001");

    /** Examples name a placeholder that the configuration refuses: an id that exists would let strangers in. */
    private static final Pattern JOINED =
            Pattern.compile("(?:ztnio\\.networks=|networks=|--network[ =]|-n |--join )(\\S+)");

    private static SourceTree tree;

    @BeforeAll
    static void read() throws IOException {
        tree = SourceTree.read();
    }

    @Test
    void noExampleNamesANetworkThatMayExist() {
        List<String> found = new ArrayList<>();
        tree.texts().forEach((path, text) -> {
            if (path.toString().endsWith(".md") || path.toString().contains("tools/cli")) {
                Matcher id = NETWORK_ID.matcher(text);
                while (id.find()) {
                    if (!NOBODYS.contains(id.group(1)) && !isTest(path)) {
                        found.add(path + ": " + id.group());
                    }
                }
            }
        });

        assertThat(found).isEmpty();
    }

    @Test
    void whatAnExampleJoinsOnZeroTierIsAPlaceholder() {
        List<String> found = new ArrayList<>();
        tree.texts().forEach((path, text) -> {
            if (path.toString().endsWith(".md")) {
                for (String line : text.replace("\\\n", " ").lines().toList()) {
                    Matcher joined = JOINED.matcher(line);
                    while (joined.find() && !line.contains("overlay")) {
                        if (joined.group(1).matches("[0-9a-fA-F]{16}.*")) {
                            found.add(path + ": " + line);
                        }
                    }
                }
            }
        });

        assertThat(found).isEmpty();
    }

    private static boolean isTest(Path path) {
        return path.toString().contains("src/test");
    }

    @Test
    void theDefinitionOfANetworkInTheDocumentsIsOne() {
        String document = tree.texts().get(Path.of("docs", "command-line.md"));
        Matcher block = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(document);
        assertThat(block.find()).isTrue();

        NetworkDefinition network =
                NetworkFile.parse(Path.of("network.json"), block.group(1)).definition(0x0123456789L);

        assertThat(network.name()).isEqualTo("example");
        assertThat(network.routes()).hasSize(2);
        assertThat(network.pools()).hasSize(1);
    }
}
