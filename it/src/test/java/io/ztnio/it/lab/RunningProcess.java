package io.ztnio.it.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that a test started, and all it printed so far. Closing it ends it for certain.
 *
 * <p>Thread: thread-safe.
 */
public final class RunningProcess implements AutoCloseable {
    private static final int MAX_LINES = 20_000;

    private final String name;
    private final Process process;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> lines = new ArrayList<>();
    private boolean outputEnded;

    private RunningProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Starts a command, standard error joined to standard output.
     *
     * @param name what messages call it
     * @param input all of its standard input
     */
    public static RunningProcess start(String name, List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            RunningProcess running = new RunningProcess(name, process);
            Thread reader = new Thread(running::collect, "output of " + name);
            reader.setDaemon(true);
            reader.start();
            try (OutputStream out = process.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The process ended without reading its input; its exit code and output tell why.
                return running;
            }
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        }
    }

    /**
     * Starts a command that is told what to do as it goes, standard error joined to standard output.
     *
     * @param name what messages call it
     * @param directory where it runs
     * @param environment what is set besides the inherited variables
     */
    public static RunningProcess open(
            String name, List<String> command, Path directory, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().putAll(environment);
        try {
            RunningProcess running = new RunningProcess(name, builder.start());
            Thread reader = new Thread(running::collect, "output of " + name);
            reader.setDaemon(true);
            reader.start();
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        }
    }

    /** Writes to its standard input. */
    public void say(String text) {
        try {
            process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " ended; it printed:\n" + output(), e);
        }
    }

    private void collect() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = in.readLine()) != null) {
                add(line);
            }
        } catch (IOException e) {
            add("(output ended: " + e.getMessage() + ")");
        } finally {
            lock.lock();
            try {
                outputEnded = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void add(String line) {
        lock.lock();
        try {
            if (lines.size() < MAX_LINES) {
                lines.add(line);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What it printed so far. */
    public String output() {
        lock.lock();
        try {
            return String.join("\n", lines);
        } finally {
            lock.unlock();
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** The match of the first line that contains {@code pattern}; an assertion error if there is none in time. */
    public Matcher awaitLine(String pattern, Duration timeout) {
        Pattern compiled = Pattern.compile(pattern);
        long remainingNanos = timeout.toNanos();
        lock.lock();
        try {
            int next = 0;
            while (true) {
                for (; next < lines.size(); next++) {
                    Matcher matcher = compiled.matcher(lines.get(next));
                    if (matcher.find()) {
                        return matcher;
                    }
                }
                if (outputEnded || remainingNanos <= 0) {
                    throw new AssertionError(name + (outputEnded ? " ended without" : " did not print in time")
                            + " a line with '" + pattern + "'; it printed:\n" + String.join("\n", lines));
                }
                remainingNanos = changed.awaitNanos(remainingNanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for its end. An assertion error with its output if it does not end in time, and then it is killed. */
    public Finished awaitExit(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                String printed = output();
                close();
                throw new AssertionError(
                        name + " did not end within " + timeout.toSeconds() + " s; it printed:\n" + printed);
            }
            awaitOutputEnd();
            return new Finished(name, process.exitValue(), output());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    private void awaitOutputEnd() throws InterruptedException {
        long remainingNanos = Duration.ofSeconds(5).toNanos();
        lock.lock();
        try {
            while (!outputEnded && remainingNanos > 0) {
                remainingNanos = changed.awaitNanos(remainingNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Asks it to end, as a service manager would (SIGTERM). What it says at its end is still read. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Ends it at once (SIGKILL) and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A process that ended.
     *
     * @param name what messages call it
     * @param exitCode its exit code
     * @param output what it printed
     */
    public record Finished(String name, int exitCode, String output) {
        /** This, if it succeeded; else an exception with what it printed. */
        public Finished orThrow() {
            if (exitCode != 0) {
                throw new IllegalStateException(name + " ended with code " + exitCode + ":\n" + output);
            }
            return this;
        }
    }
}
