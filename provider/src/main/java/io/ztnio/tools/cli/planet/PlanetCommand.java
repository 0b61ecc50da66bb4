package io.ztnio.tools.cli.planet;

import io.ztnio.tools.cli.command.JsonOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code planet}: the group of its two commands. */
@Command(
        name = "planet",
        mixinStandardHelpOptions = true,
        description = "Make and show planet files.",
        subcommands = {PlanetMakeCommand.class, PlanetShowCommand.class})
public final class PlanetCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("UnusedVariable") // so that the option is taken here too; the subcommands read theirs
    private JsonOption json;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: make or show");
    }
}
