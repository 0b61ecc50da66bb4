package io.ztnio.tools.cli.network;

import io.ztnio.tools.cli.command.AddressText;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.DurationText;
import io.ztnio.tools.cli.command.FailureText;
import io.ztnio.tools.cli.command.PortText;
import io.ztnio.tools.tunnel.StreamTunnel;
import io.ztnio.tools.tunnel.StreamTunnelSettings;
import io.ztnio.tools.tunnel.TunnelListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code listen}: standard input and output for whoever connects. */
@Command(
        name = "listen",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Accept a connection on the network: what comes goes to standard output, standard input is sent.",
            "The end of either direction is passed on by itself; the command ends when both have ended."
        },
        footerHeading = "%nExample: receive a file%n",
        footer = {
            "  ztnio listen 7000 --network NETWORK > file",
            "and on another machine:",
            "  ztnio call ADDRESS 7000 --network NETWORK < file"
        })
public final class ListenCommand extends NetworkCommand {
    private static final Duration NO_END = Duration.ofDays(365);

    @Parameters(
            paramLabel = "PORT",
            converter = PortText.Local.class,
            description = "Port on the network; 0 for any free one.")
    private int port;

    @Option(
            names = {"-k", "--keep"},
            description =
                    "Go on with the next connection, one after the other, until interrupted; with --echo, at once."
                            + " A connection then ends when its other side has sent everything.")
    private boolean keep;

    @Option(names = "--echo", description = "Send back what comes, instead of standard input and output.")
    private boolean echo;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            converter = AddressText.class,
            description = "Own address on the network to listen on; by default all of them.")
    private InetAddress address;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "How long to wait for the first connection (default: for ever). Not with --echo.")
    private Duration timeout;

    @Override
    void run(CommandNode node, SelectorProvider provider) throws IOException, InterruptedException {
        if (address != null && !node.addresses().contains(address)) {
            throw new CommandFailure(address.getHostAddress() + " is not an own address on the network");
        }
        InetSocketAddress local = address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port);
        if (echo) {
            echo(provider, local);
            return;
        }
        StandardInput in = new StandardInput(System.in);
        SocketChannel channel;
        try (ServerSocketChannel listener = provider.openServerSocketChannel()) {
            bind(listener, local);
            listening(((InetSocketAddress) listener.getLocalAddress()).getPort());
            channel = first(listener);
            while (keep) {
                oneOfMany(in, channel);
                channel = listener.accept();
            }
        }
        talk(in, channel);
    }

    private void listening(int listeningPort) {
        event("listening on port " + listeningPort, object("event", "listening", "port", listeningPort));
    }

    private static void bind(ServerSocketChannel listener, InetSocketAddress local) throws IOException {
        try {
            listener.bind(local);
        } catch (IOException e) {
            throw FailureText.cannotBind("cannot listen on", local, e);
        }
    }

    private SocketChannel first(ServerSocketChannel listener) throws IOException {
        if (timeout == null) {
            return listener.accept();
        }
        ServerSocket socket = listener.socket();
        socket.setSoTimeout((int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
        try {
            return socket.accept().getChannel();
        } catch (SocketTimeoutException e) {
            throw new CommandFailure("nobody connected within " + timeout.toMillis() + " ms", e);
        }
    }

    /** One of several: its failure is only its own. */
    private void oneOfMany(StandardInput in, SocketChannel channel) throws IOException, InterruptedException {
        try {
            talk(in, channel);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            progress("cut: " + e.getMessage());
        }
    }

    private void talk(StandardInput in, SocketChannel channel) throws IOException, InterruptedException {
        String peer = text((InetSocketAddress) channel.getRemoteAddress());
        event("connection from " + peer, object("event", "connected", "peer", peer));
        converse(in, channel, peer, keep);
    }

    private void echo(SelectorProvider provider, InetSocketAddress local) throws IOException {
        AtomicReference<StreamTunnel> only = new AtomicReference<>();
        TunnelListener events = new TunnelListener() {
            @Override
            public void onOpened(InetSocketAddress client) {
                event("connection from " + text(client), object("event", "connected", "peer", text(client)));
                if (!keep) {
                    only.get().stop();
                }
            }

            @Override
            public void onClosed(InetSocketAddress client, long toTarget, long toClient, String failure) {
                event(
                        text(client) + ": " + toTarget + " bytes echoed" + (failure == null ? "" : ", cut: " + failure),
                        object("event", "ended", "peer", text(client), "echoed", toTarget, "failure", failure));
            }
        };
        // One connection ends when it ends; of many, those that are left at an interrupt are not waited for.
        StreamTunnelSettings settings = keep
                ? StreamTunnelSettings.defaults()
                : new StreamTunnelSettings(1, StreamTunnelSettings.defaults().connectTimeout(), NO_END);
        try (StreamTunnel tunnel = StreamTunnel.echo(provider, local, settings, events)) {
            only.set(tunnel);
            listening(tunnel.localAddress().getPort());
            tunnel.run();
        }
    }
}
