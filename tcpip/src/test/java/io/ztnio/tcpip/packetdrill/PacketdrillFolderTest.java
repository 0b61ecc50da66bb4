package io.ztnio.tcpip.packetdrill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ztnio.tcpip.packetdrill.Outcome.Kind;
import io.ztnio.tcpip.packetdrill.script.ScriptError;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs every script below {@code -Dztnio.packetdrill=FOLDER} and prints a line for each: what came of it, the script and
 * why. Foreign scripts may differ; the interpreter and the stack may not fail over them.
 */
class PacketdrillFolderTest {
    private static final String FOLDER = "ztnio.packetdrill";

    /** Symbols for {@code #ifdef}, separated by commas. */
    private static final String DEFINED = "ztnio.packetdrill.define";

    private static final long SEED = 1;

    @Test
    void scriptsOfTheFolderRunToAnOutcome() throws IOException {
        String folder = System.getProperty(FOLDER);
        assumeTrue(folder != null, "runs a folder of packetdrill scripts that -D" + FOLDER + "=FOLDER names");
        Set<String> defined = Set.of(System.getProperty(DEFINED, "FreeBSD").split(","));
        Path root = Path.of(folder);
        PrintStream out = System.out;
        List<String> failures = new ArrayList<>();
        Map<Kind, Integer> counts = new TreeMap<>();
        Map<String, Integer> features = new TreeMap<>();
        int partly = 0;
        int unreadable = 0;

        for (Path script : scripts(root)) {
            String name = root.relativize(script).toString();
            try {
                Outcome outcome = Interpreter.run(text(script), defined, SEED);
                out.println(outcome.kind() + "  " + name + "  " + outcome.detail());
                counts.merge(outcome.kind(), 1, Integer::sum);
                if (outcome.kind() == Kind.OUT_OF_SCOPE) {
                    features.merge(outcome.reason(), 1, Integer::sum);
                } else if (outcome.kind() == Kind.PASS && !outcome.skipped().isEmpty()) {
                    partly++;
                }
            } catch (ScriptError notInTheLanguage) {
                out.println("unreadable  " + name + "  " + notInTheLanguage.getMessage());
                unreadable++;
            } catch (RuntimeException e) {
                failures.add(name + ": " + e);
                out.println("FAILED  " + name + "  " + e);
            }
        }

        out.println("Of " + counts.values().stream().mapToInt(Integer::intValue).sum() + " scripts: " + counts + "; "
                + partly + " passed without some assertions; " + unreadable + " are not in the language");
        features.forEach((feature, count) -> out.println("  out of scope: " + count + "  " + feature));
        assertThat(failures).isEmpty();
        assertThat(counts).as("scripts (*.pkt) below " + root).isNotEmpty();
    }

    private static List<Path> scripts(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".pkt"))
                    .sorted()
                    .toList();
        }
    }

    private static String text(Path script) {
        try {
            return new String(Files.readAllBytes(script), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
