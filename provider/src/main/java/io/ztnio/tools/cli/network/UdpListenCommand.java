package io.ztnio.tools.cli.network;

import io.ztnio.tools.cli.command.AddressText;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.CountText;
import io.ztnio.tools.cli.command.FailureText;
import io.ztnio.tools.cli.command.PortText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code udp-listen}: shows datagrams. */
@Command(
        name = "udp-listen",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Print the datagrams that arrive on a port of the network, broadcasts among them: source, length, and text,"
                    + " or hexadecimal digits where it is not text."
        },
        footerHeading = "%nExample:%n",
        footer = "  ztnio udp-listen 7001 --echo --network NETWORK")
public final class UdpListenCommand extends NetworkCommand {
    private static final int MAX_DATAGRAM_BYTES = 1 << 16;

    @Parameters(
            paramLabel = "PORT",
            converter = PortText.Local.class,
            description = "Port on the network; 0 for any free one.")
    private int port;

    @Option(names = "--echo", description = "Send each datagram back to its source.")
    private boolean echo;

    @Option(names = "--hex", description = "Print hexadecimal digits even where it is text.")
    private boolean hex;

    @Option(
            names = "--group",
            paramLabel = "ADDRESS",
            converter = AddressText.class,
            description = "Join a multicast group, such as 239.1.2.3 or ff15::1. May be repeated.")
    private List<InetAddress> groups = new ArrayList<>();

    @Option(
            names = "--count",
            paramLabel = "COUNT",
            converter = CountText.OrZero.class,
            defaultValue = "0",
            description = "End after so many datagrams (default: never).")
    private int count;

    @Override
    void check() {
        for (InetAddress group : groups) {
            if (!group.isMulticastAddress()) {
                throw CommandFailure.wrongArguments("--group " + group.getHostAddress() + " is not a multicast group");
            }
        }
    }

    @Override
    void run(CommandNode node, SelectorProvider provider) throws IOException {
        try (DatagramChannel channel = provider.openDatagramChannel()) {
            bind(channel);
            for (InetAddress group : groups) {
                // Virtual networks have no interface the JDK could name: a membership on any is one on them.
                channel.join(group, NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress()));
            }
            int listeningPort = ((InetSocketAddress) channel.getLocalAddress()).getPort();
            progress("listening on UDP port " + listeningPort);
            ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM_BYTES);
            for (long received = 0; count == 0 || received < count; received++) {
                InetSocketAddress source = (InetSocketAddress) channel.receive(buffer.clear());
                buffer.flip();
                show(source, buffer);
                if (echo) {
                    sendBack(channel, buffer, source);
                }
            }
        }
    }

    private void bind(DatagramChannel channel) throws IOException {
        InetSocketAddress local = new InetSocketAddress(port);
        try {
            channel.bind(local);
        } catch (IOException e) {
            throw FailureText.cannotBind("cannot receive on UDP", local, e);
        }
    }

    private void sendBack(DatagramChannel channel, ByteBuffer datagram, InetSocketAddress source) {
        try {
            channel.send(datagram, source);
        } catch (IOException e) {
            progress("no echo to " + text(source) + ": " + e.getMessage());
        }
    }

    private void show(InetSocketAddress source, ByteBuffer datagram) {
        Optional<String> text = hex ? Optional.empty() : Printable.text(datagram);
        print(
                text(source) + " " + datagram.remaining() + " bytes: " + text.orElseGet(() -> Printable.hex(datagram)),
                object(
                        "source",
                        text(source),
                        "bytes",
                        datagram.remaining(),
                        text.isPresent() ? "text" : "hex",
                        text.orElseGet(() -> Printable.hex(datagram))));
    }
}
