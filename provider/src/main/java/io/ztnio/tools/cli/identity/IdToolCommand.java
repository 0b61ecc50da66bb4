package io.ztnio.tools.cli.identity;

import io.ztnio.tools.cli.command.JsonOption;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code idtool}: the arguments are left to {@link IdTool}, because they must be those of {@code zerotier-idtool}. */
@Command(
        name = "idtool",
        description = "Identities, signatures and moons, like zerotier-idtool.",
        customSynopsis = "ztnio idtool [-j] [--force] <command> [<args>]",
        footerHeading = "%nCommands:%n",
        footer = IdTool.COMMANDS,
        exitCodeOnInvalidInput = 1)
public final class IdToolCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Option(names = "--force", description = "Let generate and genmoon replace files that exist.")
    private boolean force;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli shows the help
    private boolean help;

    @Parameters(paramLabel = "COMMAND", description = "generate, validate, getpublic, sign, verify, initmoon, genmoon.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        return new IdTool(Path.of(""), Clock.systemUTC(), out, err, json.enabled(), force).run(arguments);
    }
}
