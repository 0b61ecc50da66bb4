package io.ztnio.tools.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** A command line that was run, with all it said. */
public record CommandRun(int exitCode, String out, String err) {
    /** Runs a command in this JVM. */
    public static CommandRun of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), args);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    public List<String> outLines() {
        return out.lines().toList();
    }
}
