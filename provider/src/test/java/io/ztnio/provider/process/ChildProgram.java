package io.ztnio.provider.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A main class of the tests in a JVM of its own, with the tests' class path. */
final class ChildProgram {
    static final String PROVIDER =
            "-Djava.nio.channels.spi.SelectorProvider=io.ztnio.provider.ZeroTierSelectorProvider";
    private static final int TIMEOUT_SECONDS = 60;

    private ChildProgram() {}

    /**
     * Runs it to its end.
     *
     * @param options of the JVM
     * @return its exit code and all that it printed
     */
    static Result run(Class<?> main, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dztnio.public.planet=forbid");
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("child", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            return new Result(ended ? process.exitValue() : -1, Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    /** Several lists of options as one. */
    @SafeVarargs
    static List<String> join(List<String>... options) {
        List<String> all = new ArrayList<>();
        for (List<String> some : options) {
            all.addAll(some);
        }
        return all;
    }

    private static String classPath() {
        // Surefire puts the module and what it requires on the module path.
        return Stream.of("jdk.module.path", "java.class.path")
                        .map(name -> System.getProperty(name, ""))
                        .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                        .filter(entry -> !entry.isEmpty())
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .collect(Collectors.joining(File.pathSeparator))
                + File.pathSeparator
                + Path.of("target", "test-classes").toAbsolutePath();
    }

    /**
     * What came of it.
     *
     * @param exitCode -1 if it did not end in time
     * @param output standard output and standard error
     */
    record Result(int exitCode, String output) {}
}
