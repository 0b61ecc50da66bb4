package io.ztnio.tools.cli.command;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code -j} that every command takes, before a subcommand's name or behind it. */
public final class JsonOption {
    private static final String NAME = "-j";
    private static final String LONG_NAME = "--json";

    @Option(
            names = {NAME, LONG_NAME},
            description = "Print JSON, errors included.")
    private boolean enabled;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Whether the output is to be JSON. */
    public boolean enabled() {
        return isGiven(command);
    }

    /** Whether a command, or one that it is a subcommand of, was given the option. */
    public static boolean isGiven(CommandSpec command) {
        for (CommandSpec each = command; each != null; each = each.parent()) {
            boolean given = each.mixins().values().stream()
                    .anyMatch(mixin -> mixin.userObject() instanceof JsonOption json && json.enabled);
            if (given) {
                return true;
            }
        }
        return false;
    }

    /** Whether a command line that may not be understood asks for JSON. */
    public static boolean isAmong(String... arguments) {
        for (String argument : arguments) {
            if (argument.equals("--")) {
                return false;
            }
            if (argument.equals(NAME) || argument.equals(LONG_NAME)) {
                return true;
            }
        }
        return false;
    }

    /** Where the command's results and everything else it says go. */
    public Console console() {
        CommandLine line = command.commandLine();
        return new Console(line.getOut(), line.getErr(), enabled());
    }

    /** An object on one line. */
    public static String line(Map<String, ?> object) {
        try {
            return JSON.std.asString(object);
        } catch (IOException e) {
            throw new UncheckedIOException("a map of plain values is JSON", e);
        }
    }
}
