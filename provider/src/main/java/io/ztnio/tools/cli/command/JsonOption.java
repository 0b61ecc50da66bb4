package io.ztnio.tools.cli.command;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import picocli.CommandLine.Option;

/** The {@code -j} that every command takes. */
public final class JsonOption {
    @Option(
            names = {"-j", "--json"},
            description = "Print JSON.")
    private boolean enabled;

    /** Whether the output is to be JSON. */
    public boolean enabled() {
        return enabled;
    }

    /** An object on one line. */
    public static String line(Map<String, ?> object) {
        try {
            return JSON.std.asString(object);
        } catch (IOException e) {
            throw new UncheckedIOException("a map of plain values is JSON", e);
        }
    }

    /** Reads an object. */
    public static Map<String, Object> parse(String text) throws IOException {
        return JSON.std.mapFrom(text);
    }
}
