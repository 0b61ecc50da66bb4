package io.ztnio.it.docs;

import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a document's commands in their order, in one shell, as whoever reads it would: in one folder, in a network namespace
 * that has only a loopback interface. What does not end by itself runs until the end of its block.
 *
 * <p>Placeholders stand for what earlier commands printed.
 */
public final class DocumentRun implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Whatever the commands leave behind dies with the shell. */
    private static final List<String> NAMESPACES = List.of("unshare", "-n", "-p", "-f", "--kill-child");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\b(NETWORK_ID|ADDRESS|NODE_ID|HOST)\\b");

    private final RunningProcess shell;
    private final Map<String, String> values = new HashMap<>(Map.of("HOST", "127.0.0.1"));
    private final Map<String, String> given = new HashMap<>();
    private int count;
    private int staying;

    /**
     * Starts the shell.
     *
     * @param folder where it runs
     * @param environment variables for all commands
     */
    public DocumentRun(String name, Path folder, Map<String, String> environment) {
        List<String> command = new ArrayList<>(NAMESPACES);
        command.addAll(List.of("bash", "--noprofile", "--norc"));
        shell = RunningProcess.open(name, command, folder, environment);
        // Each command that stays is a process group of its own, which can be ended as a whole.
        run("set -m");
        run("ip link set lo up");
    }

    /** Whether this process may make the namespaces, and has the tools. */
    public static boolean isPossible() {
        List<String> probe = new ArrayList<>(NAMESPACES);
        probe.addAll(List.of("sh", "-c", "ip link set lo up && command -v curl && command -v openssl"));
        try {
            Finished finished = RunningProcess.start("probe", probe, "").awaitExit(LIMIT);
            return finished.exitCode() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Runs a command to its end; an assertion error if it fails. */
    public String run(String command) {
        int number = ++count;
        shell.say("{ " + command + "\n} < /dev/null; ended=$?; echo; echo \"[end " + number + " $ended]\"\n");
        Matcher end = shell.awaitLine("^\\[end " + number + " (\\d+)]", LIMIT);
        String output = outputSince(number - 1, number);
        if (!end.group(1).equals("0")) {
            throw new AssertionError("exit code " + end.group(1) + " of\n" + command + "\nwhich printed\n" + output);
        }
        return output;
    }

    private String outputSince(int before, int number) {
        String all = shell.output();
        int end = all.lastIndexOf("[end " + number + " ");
        int start = Math.max(0, all.lastIndexOf("[end " + before + " "));
        return all.substring(start, end);
    }

    /** Runs a documented command as it is written. */
    public void run(String command, Handling handling) {
        String line = withValues(command);
        System.out.println("$ " + line);
        switch (handling.kind()) {
            case RUN -> {
                String output = run(line);
                if (!Pattern.compile(handling.output()).matcher(output).find()) {
                    throw new AssertionError("no '" + handling.output() + "' from\n" + line + "\nbut\n" + output);
                }
            }
            case STAY -> stay(line, handling);
            case LEAVE_OUT -> throw new IllegalArgumentException(command + " is left out");
        }
    }

    private void stay(String line, Handling handling) {
        int number = ++staying;
        String foreground = line.replaceFirst("\\s*&$", "");
        String prefix = "sed -u 's/^/[" + number + "] /'";
        // What prefixes the lines outlives what prints them, so that the end of that can be waited for.
        shell.say("{ " + foreground + "\n} < /dev/null 2>&1 | (trap '' TERM; exec " + prefix + ") &\n");
        if (line.contains("ztnio.status.file=")) {
            // It says where it is in that file only.
            String file = line.replaceFirst("(?s).*ztnio\\.status\\.file=(\\S+).*", "$1");
            shell.say("until grep -qs '\"OK\"' " + file + "; do sleep 0.2; done; " + prefix + " " + file + "\n");
        }
        Matcher output = shell.awaitLine("^\\[" + number + "] .*?" + handling.output(), LIMIT);
        handling.value(output).ifPresent(value -> values.put(handling.placeholder(), value));
    }

    /**
     * Starts a command that runs until the end.
     *
     * @param output what it must print
     * @param placeholder what the first group of it stands for from then on, where no command of the document says otherwise
     */
    public void startBeside(String command, String output, String placeholder) {
        stay(command, Handling.stay(command, output, placeholder));
        run("disown -a");
        given.putAll(values);
    }

    /** Ends what stays; what it printed counts no more. */
    public void endBlock() {
        run("for job in $(jobs -p); do kill -TERM -- -$job; done; wait");
        values.clear();
        values.putAll(given);
    }

    private String withValues(String command) {
        return PLACEHOLDER.matcher(command).replaceAll(match -> {
            String value = values.get(match.group());
            if (value == null) {
                throw new AssertionError("nothing has printed what " + match.group() + " stands for in\n" + command);
            }
            return value;
        });
    }

    @Override
    public void close() {
        shell.close();
    }
}
