package io.ztnio.tools.cli.network;

import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.DurationText;
import io.ztnio.tools.cli.command.PatientLookup;
import io.ztnio.tools.cli.command.PortText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code call}: standard input and output for a connection to somebody. */
@Command(
        name = "call",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Connect to somebody on the network: standard input is sent, what comes goes to standard output.",
            "The end of either direction is passed on by itself; the command ends when both have ended."
        },
        footerHeading = "%nExample: ask a web server%n",
        footer = "  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | ztnio call 10.147.17.5 80 --network NETWORK")
public final class CallCommand extends NetworkCommand {
    @Parameters(index = "0", paramLabel = "ADDRESS", description = "IP address, node id or name on the network.")
    private String address;

    @Parameters(index = "1", paramLabel = "PORT", converter = PortText.Remote.class, description = "Port there.")
    private int port;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = DurationText.class,
            description = "How long a name may take to be known, and then connecting (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    void run(CommandNode node, SelectorProvider provider) throws IOException, InterruptedException {
        InetSocketAddress remote =
                new InetSocketAddress(PatientLookup.await(timeout, this::progress, () -> node.resolve(address)), port);
        try (SocketChannel channel = provider.openSocketChannel()) {
            connect(channel, remote);
            event("connected to " + text(remote), object("event", "connected", "peer", text(remote)));
            converse(new StandardInput(System.in), channel, text(remote), false);
        }
    }

    private void connect(SocketChannel channel, InetSocketAddress remote) throws IOException {
        try {
            channel.socket().connect(remote, (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new CommandFailure("no connection to " + text(remote) + ": " + e.getMessage(), e);
        }
    }
}
