package io.ztnio.it.lab;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Programs that use ztnio's own API, compiled as their authors would: against the packaged jar, every warning an error. Stateless.
 */
public final class UserProgram {
    private static final Path SOURCES = Path.of("src", "test", "users");

    private UserProgram() {}

    /**
     * Compiles programs of the present module's {@code src/test/users}, and returns the folder with the classes.
     *
     * @param to where the classes go
     * @param with what else they use: jars, or folders with classes
     * @param placeholders what stands in the sources, and what for; none of it another one's
     */
    public static Path compile(Path to, List<Path> with, Map<String, String> placeholders, String... names) {
        String classPath = Stream.concat(Stream.of(JavaProgram.jar()), with.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> arguments =
                new ArrayList<>(List.of("-d", to.toString(), "-cp", classPath, "-proc:none", "-Werror"));
        // Published jars name annotations, and other jars, that nobody has.
        arguments.add("-Xlint:all,-classfile,-path,-processing,-options");
        for (String name : names) {
            arguments.add(filledIn(to, name, placeholders).toString());
        }
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        int code =
                ToolProvider.findFirst("javac").orElseThrow().run(printer, printer, arguments.toArray(String[]::new));
        printer.flush();
        if (code != 0) {
            throw new AssertionError("javac " + String.join(" ", arguments) + "\n" + out);
        }
        return to;
    }

    private static Path filledIn(Path folder, String name, Map<String, String> placeholders) {
        try {
            String text = source(name);
            for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
                text = text.replace(placeholder.getKey(), placeholder.getValue());
            }
            return Files.writeString(folder.resolve(name + ".java"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a program. */
    public static String source(String name) throws IOException {
        return Files.readString(SOURCES.resolve(name + ".java"));
    }

    /** All programs of the present module. */
    public static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .sorted()
                    .toList();
        }
    }
}
