package io.ztnio.tools.cli.network;

import io.ztnio.tools.cli.command.CountText;
import io.ztnio.tools.cli.command.DurationText;
import io.ztnio.tools.cli.command.FailureText;
import io.ztnio.tools.tunnel.DatagramTunnel;
import io.ztnio.tools.tunnel.DatagramTunnelSettings;
import io.ztnio.tools.tunnel.StreamTunnel;
import io.ztnio.tools.tunnel.StreamTunnelSettings;
import io.ztnio.tools.tunnel.TunnelTarget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code expose} and {@code forward} have in common: everything but which end is where. */
abstract class TunnelCommand extends NetworkCommand {
    @Option(names = "--udp", description = "Forward datagrams instead of connections.")
    boolean udp;

    @Option(
            names = "--max",
            paramLabel = "COUNT",
            converter = CountText.Positive.class,
            defaultValue = "1024",
            description = "Connections, or UDP clients, at once (default: ${DEFAULT-VALUE}).")
    int max;

    @Option(
            names = "--connect-timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = DurationText.class,
            description = "How long the target may take to accept (default: ${DEFAULT-VALUE}).")
    Duration connectTimeout;

    @Option(
            names = "--drain",
            paramLabel = "DURATION",
            defaultValue = "5s",
            converter = DurationText.class,
            description = "How long connections may go on after an interrupt (default: ${DEFAULT-VALUE}).")
    Duration drain;

    @Option(
            names = "--idle",
            paramLabel = "DURATION",
            defaultValue = "60s",
            converter = DurationText.class,
            description = "With --udp: a client that is silent for so long is forgotten (default: ${DEFAULT-VALUE}).")
    Duration idle;

    @Option(
            names = {"-q", "--quiet"},
            description = "Do not print a line for each client.")
    boolean quiet;

    /**
     * Forwards until interrupted.
     *
     * @param streams where connections are accepted
     * @param local the addresses that this means, which is where datagrams are received
     */
    final void forward(
            SelectorProvider provider,
            InetSocketAddress streams,
            List<InetSocketAddress> local,
            TunnelTarget target,
            String targetText)
            throws IOException {
        TunnelReport report = new TunnelReport(this, quiet);
        if (udp) {
            DatagramTunnelSettings settings = new DatagramTunnelSettings(max, idle);
            try (DatagramTunnel tunnel = open(provider, local, target, settings, report)) {
                report.listening(tunnel.localAddresses(), targetText);
                tunnel.run();
                report.ended(tunnel.counts());
            }
        } else {
            StreamTunnelSettings settings = new StreamTunnelSettings(max, connectTimeout, drain);
            try (StreamTunnel tunnel = open(provider, streams, target, settings, report)) {
                report.listening(shown(local, tunnel.localAddress().getPort()), targetText);
                tunnel.run();
                report.ended(tunnel.counts());
            }
        }
    }

    private static StreamTunnel open(
            SelectorProvider provider,
            InetSocketAddress local,
            TunnelTarget target,
            StreamTunnelSettings settings,
            TunnelReport report)
            throws IOException {
        try {
            return StreamTunnel.open(provider, local, target, settings, report);
        } catch (IOException e) {
            throw FailureText.cannotBind("cannot listen on", local, e);
        }
    }

    private static DatagramTunnel open(
            SelectorProvider provider,
            List<InetSocketAddress> local,
            TunnelTarget target,
            DatagramTunnelSettings settings,
            TunnelReport report)
            throws IOException {
        try {
            return DatagramTunnel.open(provider, local, target, settings, report);
        } catch (IOException e) {
            throw FailureText.cannotBind("cannot receive on UDP", local.get(0), e);
        }
    }

    /** With the port that was chosen. */
    private static List<InetSocketAddress> shown(List<InetSocketAddress> local, int port) {
        return local.stream()
                .map(address -> new InetSocketAddress(address.getAddress(), port))
                .toList();
    }
}
