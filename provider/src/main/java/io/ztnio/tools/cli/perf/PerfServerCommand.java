package io.ztnio.tools.cli.perf;

import io.ztnio.tools.cli.command.JsonOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perf server}: runs in the foreground. */
@Command(name = "server", mixinStandardHelpOptions = true, description = "Serve perf clients.")
public final class PerfServerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Option(
            names = {"-B", "--bind"},
            paramLabel = "ADDRESS",
            description = "Local address; by default all.")
    private InetAddress bind;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = PerfCommand.DEFAULT_PORT,
            description = "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = {"-n", "--connections"},
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "End after so many connections (default: never).")
    private int connections;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        InetSocketAddress local = bind == null ? new InetSocketAddress(port) : new InetSocketAddress(bind, port);
        try (PerfServer server = new PerfServer(local, line -> print(out, "client", line))) {
            print(out, "listening", String.valueOf(server.localAddress()));
            server.run(connections);
        }
        return 0;
    }

    private void print(PrintWriter out, String event, String detail) {
        out.println(json.enabled() ? JsonOption.line(Map.of(event, detail)) : event + " " + detail);
        out.flush();
    }
}
