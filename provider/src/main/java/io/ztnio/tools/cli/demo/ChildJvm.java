package io.ztnio.tools.cli.demo;

import io.ztnio.tools.cli.command.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A child JVM of the same JDK, whose output is read line by line. Closing ends it. Thread: one owner; two threads of its
 * own read its output.
 */
final class ChildJvm implements AutoCloseable {
    private static final int KEPT_ERROR_LINES = 40;
    private static final long END_TIMEOUT_SECONDS = 3;

    private final String name;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Deque<String> errorLines = new ArrayDeque<>();

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Starts a main class from this program's own class path.
     *
     * @param flags of the JVM
     */
    static ChildJvm start(String name, List<String> flags, Class<?> mainClass, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.addAll(flags);
        command.add(mainClass.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        withoutOwnSettings(builder.environment());
        ChildJvm child = new ChildJvm(name, builder.start());
        child.read("out", child.process.inputReader(StandardCharsets.UTF_8), child.lines::add);
        child.read(
                "err",
                new BufferedReader(new InputStreamReader(child.process.getErrorStream(), StandardCharsets.UTF_8)),
                child::onErrorLine);
        return child;
    }

    /** The demo must not depend on what the user has configured. */
    private static void withoutOwnSettings(Map<String, String> environment) {
        environment.keySet().removeIf(key -> key.startsWith("ZTNIO_"));
    }

    private void read(String stream, BufferedReader reader, Consumer<String> sink) {
        Thread thread = new Thread(
                () -> {
                    try (reader) {
                        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                            sink.accept(line);
                        }
                    } catch (IOException | UncheckedIOException e) {
                        // The child is being ended: its stream is gone, and so is the interest in it.
                        onErrorLine(e.toString());
                    }
                },
                "demo-" + name + "-" + stream);
        thread.setDaemon(true);
        thread.start();
    }

    private void onErrorLine(String line) {
        synchronized (errorLines) {
            if (errorLines.size() == KEPT_ERROR_LINES) {
                errorLines.removeFirst();
            }
            errorLines.addLast(line);
        }
    }

    /**
     * The next line of output.
     *
     * @return {@code null} if there was none for {@code timeoutMillis}
     * @throws CommandFailure with what it said, if the child has ended
     */
    String nextLine(long timeoutMillis) throws InterruptedException {
        String line = lines.poll(timeoutMillis, TimeUnit.MILLISECONDS);
        if (line == null && !process.isAlive() && lines.isEmpty()) {
            throw failure("ended with exit code " + process.exitValue());
        }
        return line;
    }

    /** Fails if the child has ended. */
    void checkAlive() {
        if (!process.isAlive()) {
            throw failure("ended with exit code " + process.exitValue());
        }
    }

    /** A failure with what the child said on its error stream. */
    CommandFailure failure(String what) {
        synchronized (errorLines) {
            String said = errorLines.isEmpty() ? "" : ":\n  " + String.join("\n  ", errorLines);
            return new CommandFailure("the " + name + " " + what + said);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
