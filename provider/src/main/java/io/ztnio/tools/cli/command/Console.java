package io.ztnio.tools.cli.command;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The two streams of a command. Results go to the output stream, what a person wants to know besides to the error stream;
 * as JSON, each line of both is an object. Thread-safe.
 */
public final class Console {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    public Console(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /** A result. */
    public void print(String text, Map<String, ?> object) {
        out.println(json ? JsonOption.line(object) : text);
        out.flush();
    }

    /** A result whose JSON is there already, in one line. */
    public void printLine(String text, String jsonLine) {
        out.println(json ? jsonLine : text);
        out.flush();
    }

    /** Something for the person in front of the terminal: {@code {"info": ...}}. */
    public void info(String line) {
        err.println(json ? JsonOption.line(Map.of("info", line)) : line);
        err.flush();
    }

    /** Why the command ends: {@code {"error": ..., "exit": ...}}. */
    public void error(String message, int exitCode) {
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("error", message);
            object.put("exit", exitCode);
            err.println(JsonOption.line(object));
        } else {
            err.println("ztnio: " + message);
        }
        err.flush();
    }
}
