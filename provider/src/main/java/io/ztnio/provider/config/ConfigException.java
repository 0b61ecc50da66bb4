package io.ztnio.provider.config;

import java.util.List;

/** The configuration cannot be used. The message has one line for each problem: key, value, source, what is allowed. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super("ztnio configuration: " + String.join(System.lineSeparator() + "  ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Each problem as a line of its own. */
    public List<String> problems() {
        return problems;
    }
}
