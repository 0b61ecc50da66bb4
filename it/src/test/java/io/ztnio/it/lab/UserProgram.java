package io.ztnio.it.lab;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Programs that use ztnio's own API, compiled as their authors would: against the packaged jar, every warning an error. Stateless.
 */
public final class UserProgram {
    private UserProgram() {}

    /**
     * Compiles programs of the present module's {@code src/test/users}, and returns the folder with the classes.
     *
     * @param to where the classes go
     * @param with what else they use: jars, or folders with classes
     */
    public static Path compile(Path to, List<Path> with, String... names) {
        List<String> arguments = Stream.concat(
                        Stream.of(
                                "-d",
                                to.toString(),
                                // Published jars name annotations, and other jars, that nobody has.
                                "-Xlint:all,-classfile,-path,-processing",
                                "-Werror",
                                "-proc:none",
                                "-cp",
                                Stream.concat(Stream.of(JavaProgram.jar()), with.stream())
                                        .map(Path::toString)
                                        .collect(Collectors.joining(File.pathSeparator))),
                        Stream.of(names).map(name -> source(name).toString()))
                .toList();
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        int code = ToolProvider.findFirst("javac").orElseThrow().run(printer, printer, arguments.toArray(String[]::new));
        printer.flush();
        if (code != 0) {
            throw new AssertionError("javac " + String.join(" ", arguments) + "\n" + out);
        }
        return to;
    }

    /** The text that is compiled. */
    public static Path source(String name) {
        return Path.of("src", "test", "users", name + ".java");
    }
}
