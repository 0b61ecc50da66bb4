package io.ztnio.provider.config;

import java.util.List;

/** The configuration cannot be used. The message has one line for each problem: key, value, source, what is allowed. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    private final boolean passing;

    ConfigException(List<String> problems, boolean passing) {
        super("ztnio configuration: " + String.join(System.lineSeparator() + "  ", problems));
        this.problems = List.copyOf(problems);
        this.passing = passing;
    }

    /** Whether the same settings may do later: what is in the way is the home's, not theirs. */
    public boolean mayPass() {
        return passing;
    }

    /** Each problem as a line of its own. */
    public List<String> problems() {
        return problems;
    }
}
