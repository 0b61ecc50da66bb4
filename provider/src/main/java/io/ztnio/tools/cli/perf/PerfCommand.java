package io.ztnio.tools.cli.perf;

import io.ztnio.tools.cli.command.JsonOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code perf}: the group of its two commands. */
@Command(
        name = "perf",
        mixinStandardHelpOptions = true,
        description = "Measure throughput and latency in whichever stack an address is.",
        subcommands = {PerfServerCommand.class, PerfClientCommand.class})
public final class PerfCommand implements Runnable {
    /** The port that is used when none is given. */
    static final String DEFAULT_PORT = "5201";

    @Spec
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("UnusedVariable") // so that the option is taken here too; the commands read theirs
    private JsonOption json;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: server or client");
    }
}
