package io.ztnio.tools.cli.perf;

import io.ztnio.tools.cli.command.AddressText;
import io.ztnio.tools.cli.command.Console;
import io.ztnio.tools.cli.command.CountText;
import io.ztnio.tools.cli.command.FailureText;
import io.ztnio.tools.cli.command.JsonOption;
import io.ztnio.tools.cli.command.PortText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perf server}: runs in the foreground. */
@Command(name = "server", mixinStandardHelpOptions = true, description = "Serve perf clients.")
public final class PerfServerCommand implements Callable<Integer> {
    @Mixin
    private JsonOption json;

    @Option(
            names = {"-B", "--bind"},
            paramLabel = "ADDRESS",
            converter = AddressText.class,
            description = "Local address; by default all.")
    private InetAddress bind;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            converter = PortText.Local.class,
            defaultValue = PerfCommand.DEFAULT_PORT,
            description = "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = {"-n", "--connections"},
            paramLabel = "COUNT",
            converter = CountText.OrZero.class,
            defaultValue = "0",
            description = "End after so many connections (default: never).")
    private int connections;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Console console = json.console();
        InetSocketAddress local = bind == null ? new InetSocketAddress(port) : new InetSocketAddress(bind, port);
        try (PerfServer server = new PerfServer(local, line -> print(console, "client", line))) {
            print(console, "listening", FailureText.text(server.localAddress()));
            server.run(connections);
        }
        return 0;
    }

    private static void print(Console console, String event, String detail) {
        console.print(event + " " + detail, Map.of(event, detail));
    }
}
