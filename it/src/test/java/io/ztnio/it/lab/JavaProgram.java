package io.ztnio.it.lab;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A command line that starts a JVM of this same JDK with a main class.
 *
 * @param command the command without the program's arguments
 */
public record JavaProgram(List<String> command) {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String HEAP = "-Xmx512m";

    /** Most of these JVMs live for seconds: what the optimising compiler does for them costs more than it gains. */
    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    /** The packaged jar. */
    public static Path jar() {
        return Path.of(System.getProperty("ztnio.it.jar")).normalize();
    }

    /** A program over the kernel's TCP/IP, without ztnio on its class path. */
    public static JavaProgram kernel(Class<?> main) {
        return new JavaProgram(List.of(JAVA, SHORT_LIVED, HEAP, "-cp", testClasses(), main.getName()));
    }

    /** The same program with a node. */
    public static JavaProgram node(Class<?> main, NodeSettings settings) {
        List<String> options = new ArrayList<>(settings.options());
        options.add(HEAP);
        return withOptions(main, options, jar());
    }

    /** A program with JVM options, and jars in front of its class path. */
    public static JavaProgram withOptions(Class<?> main, List<String> options, Path... jars) {
        List<String> command = new ArrayList<>(List.of(JAVA, SHORT_LIVED));
        command.addAll(options);
        List<String> classPath =
                new ArrayList<>(Stream.of(jars).map(Path::toString).toList());
        classPath.add(testClasses());
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), main.getName()));
        return new JavaProgram(command);
    }

    /** This JDK's {@code java} with arguments as they stand. */
    public static JavaProgram jvm(String... arguments) {
        return jvm(Path.of(JAVA), arguments);
    }

    /** A {@code java} with arguments as they stand. */
    public static JavaProgram jvm(Path java, String... arguments) {
        return new JavaProgram(List.of(java.toString(), SHORT_LIVED, HEAP)).with(arguments);
    }

    /** This with variables in its environment, {@code NAME=VALUE}. */
    public JavaProgram inEnvironment(String... variables) {
        List<String> longer = new ArrayList<>(List.of("env"));
        longer.addAll(List.of(variables));
        longer.addAll(command);
        return new JavaProgram(longer);
    }

    /** The jar's own command line, with nothing else on the class path. */
    public static JavaProgram cli(String... arguments) {
        return cli(List.of(), arguments);
    }

    /** The same with JVM options. */
    public static JavaProgram cli(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, SHORT_LIVED, HEAP));
        command.addAll(options);
        command.addAll(List.of("-jar", jar().toString()));
        return new JavaProgram(command).with(arguments);
    }

    /** This with further arguments. */
    public JavaProgram with(String... arguments) {
        List<String> longer = new ArrayList<>(command);
        longer.addAll(List.of(arguments));
        return new JavaProgram(longer);
    }

    /** Starts it on a host. */
    public RunningProcess start(Host host) {
        return host.start(command, "");
    }

    /** Starts it here, outside any lab. */
    public RunningProcess start() {
        return start("");
    }

    /** Starts it here, with all of its standard input. */
    public RunningProcess start(String input) {
        return RunningProcess.start(command.get(command.size() - 1), command, input);
    }

    /** The folder with the programs. */
    public static String testClasses() {
        try {
            return Path.of(JavaProgram.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
