package io.ztnio.tools.cli;

import io.ztnio.provider.config.ConfigException;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.Console;
import io.ztnio.tools.cli.command.FailureText;
import io.ztnio.tools.cli.command.JsonOption;
import io.ztnio.tools.cli.command.Version;
import io.ztnio.tools.cli.control.DeorbitCommand;
import io.ztnio.tools.cli.control.DumpCommand;
import io.ztnio.tools.cli.control.GetCommand;
import io.ztnio.tools.cli.control.InfoCommand;
import io.ztnio.tools.cli.control.LeaveCommand;
import io.ztnio.tools.cli.control.ListMoonsCommand;
import io.ztnio.tools.cli.control.ListNetworksCommand;
import io.ztnio.tools.cli.control.OrbitCommand;
import io.ztnio.tools.cli.control.PeersCommand;
import io.ztnio.tools.cli.control.SetCommand;
import io.ztnio.tools.cli.decode.DecodeCommand;
import io.ztnio.tools.cli.demo.DemoCommand;
import io.ztnio.tools.cli.identity.IdToolCommand;
import io.ztnio.tools.cli.network.CallCommand;
import io.ztnio.tools.cli.network.ExposeCommand;
import io.ztnio.tools.cli.network.ForwardCommand;
import io.ztnio.tools.cli.network.JoinCommand;
import io.ztnio.tools.cli.network.ListenCommand;
import io.ztnio.tools.cli.network.TapCommand;
import io.ztnio.tools.cli.network.UdpListenCommand;
import io.ztnio.tools.cli.network.UdpSendCommand;
import io.ztnio.tools.cli.node.NodeCommand;
import io.ztnio.tools.cli.perf.PerfCommand;
import io.ztnio.tools.cli.planet.PlanetCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of {@code java -jar ztnio.jar}. */
@Command(
        name = "ztnio",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "ZeroTier networks inside the JVM.",
        subcommands = {
            DemoCommand.class,
            IdToolCommand.class,
            NodeCommand.class,
            PlanetCommand.class,
            DecodeCommand.class,
            PerfCommand.class,
            JoinCommand.class,
            ListenCommand.class,
            CallCommand.class,
            ExposeCommand.class,
            ForwardCommand.class,
            UdpListenCommand.class,
            UdpSendCommand.class,
            TapCommand.class,
            InfoCommand.class,
            PeersCommand.class,
            ListNetworksCommand.class,
            LeaveCommand.class,
            SetCommand.class,
            GetCommand.class,
            ListMoonsCommand.class,
            OrbitCommand.class,
            DeorbitCommand.class,
            DumpCommand.class
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:failed; the error stream says why", "2:wrong arguments or settings"})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("UnusedVariable") // so that the option is taken here too; the commands read theirs
    private JsonOption json;

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exitCode = run(out, err, args);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /** Runs a command and returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new Main());
        CommandLine.IParameterExceptionHandler usage = line.getParameterExceptionHandler();
        return line.setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                // A text that begins with @ is to be sent, and not the name of a file with arguments.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((failure, arguments) -> {
                    if (!JsonOption.isAmong(args)) {
                        return usage.handleParseException(failure, arguments);
                    }
                    new Console(out, err, true).error(failure.getMessage(), CommandFailure.WRONG_ARGUMENTS);
                    return CommandFailure.WRONG_ARGUMENTS;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    int exitCode = exitCode(failure);
                    new Console(out, err, JsonOption.isGiven(command.getCommandSpec()))
                            .error(FailureText.of(failure), exitCode);
                    return exitCode;
                })
                .execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }

    private static int exitCode(Exception failure) {
        if (failure instanceof ConfigException) {
            return CommandFailure.WRONG_ARGUMENTS;
        }
        return failure instanceof CommandFailure known ? known.exitCode() : CommandFailure.FAILED;
    }
}
