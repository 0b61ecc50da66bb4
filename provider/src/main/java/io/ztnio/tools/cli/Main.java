package io.ztnio.tools.cli;

import io.ztnio.provider.config.ConfigException;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.Version;
import io.ztnio.tools.cli.decode.DecodeCommand;
import io.ztnio.tools.cli.demo.DemoCommand;
import io.ztnio.tools.cli.identity.IdToolCommand;
import io.ztnio.tools.cli.network.CallCommand;
import io.ztnio.tools.cli.network.ExposeCommand;
import io.ztnio.tools.cli.network.ForwardCommand;
import io.ztnio.tools.cli.network.JoinCommand;
import io.ztnio.tools.cli.network.ListenCommand;
import io.ztnio.tools.cli.network.UdpListenCommand;
import io.ztnio.tools.cli.network.UdpSendCommand;
import io.ztnio.tools.cli.node.NodeCommand;
import io.ztnio.tools.cli.perf.PerfCommand;
import io.ztnio.tools.cli.planet.PlanetCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
            UdpSendCommand.class
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:failed; the error stream says why", "2:wrong arguments"})
public final class Main implements Runnable {
    /** Exit code of a command that failed. */
    public static final int FAILED = 1;

    @Spec
    private CommandSpec spec;

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
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    err.println("ztnio: " + message(failure));
                    return FAILED;
                })
                .execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }

    private static String message(Exception failure) {
        if (failure instanceof CommandFailure || failure instanceof ConfigException) {
            return failure.getMessage();
        }
        if (failure instanceof NoSuchFileException missing) {
            return "no such file: " + missing.getFile();
        }
        if (failure instanceof IOException || failure instanceof UncheckedIOException) {
            return failure.getMessage() == null ? failure.toString() : failure.getMessage();
        }
        return failure.toString();
    }
}
