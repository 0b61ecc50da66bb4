package io.ztnio.it.docs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is done with a documented command. Immutable.
 *
 * @param command what commands it is for
 * @param kind whether it is run, and whether its end is waited for
 * @param output what it must print; of one that is left out, why
 * @param placeholder name of the placeholder that the first group of {@code output} stands for from then on; empty for none
 */
public record Handling(Pattern command, Kind kind, String output, String placeholder) {
    /** How a command runs. */
    public enum Kind {
        /** To its end. */
        RUN,
        /** Until the end of its block. */
        STAY,
        LEAVE_OUT
    }

    static Handling run(String command, String output) {
        return new Handling(Pattern.compile(command, Pattern.DOTALL), Kind.RUN, output, "");
    }

    static Handling stay(String command, String output) {
        return stay(command, output, "");
    }

    static Handling stay(String command, String output, String placeholder) {
        return new Handling(Pattern.compile(command, Pattern.DOTALL), Kind.STAY, output, placeholder);
    }

    static Handling leaveOut(String command, String reason) {
        return new Handling(Pattern.compile(command, Pattern.DOTALL), Kind.LEAVE_OUT, reason, "");
    }

    boolean isFor(String text) {
        return command.matcher(text).find();
    }

    Optional<String> value(Matcher printed) {
        return placeholder.isEmpty() ? Optional.empty() : Optional.of(printed.group(1));
    }
}
