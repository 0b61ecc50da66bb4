package io.ztnio.tools.cli.network;

import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.DurationText;
import io.ztnio.tools.cli.command.PatientLookup;
import io.ztnio.tools.cli.command.PortText;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code udp-send}: sends a datagram, and may wait for the answer. */
@Command(
        name = "udp-send",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Send one datagram to an address on the network; 255.255.255.255, the network's broadcast address and"
                    + " multicast groups reach everybody who listens."
        },
        footerHeading = "%nExample:%n",
        footer = "  ztnio udp-send 10.147.17.5 7001 hello --wait 2s --network NETWORK")
public final class UdpSendCommand extends NetworkCommand {
    private static final int MAX_DATAGRAM_BYTES = 1 << 16;

    @Parameters(index = "0", paramLabel = "ADDRESS", description = "IP address, node id or name on the network.")
    private String address;

    @Parameters(index = "1", paramLabel = "PORT", converter = PortText.Remote.class, description = "Port there.")
    private int port;

    @Parameters(index = "2", paramLabel = "TEXT", description = "What to send; - for all of standard input.")
    private String content;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "Wait so long for an answer, print it, and fail if there is none.")
    private Duration wait;

    @Option(
            names = "--linger",
            paramLabel = "DURATION",
            defaultValue = "5s",
            converter = DurationText.class,
            description =
                    "How long the node stays at most to find out where the destination or who in the group is, if it does"
                            + " not wait for an answer (default: ${DEFAULT-VALUE}).")
    private Duration linger;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = DurationText.class,
            description = "How long a name may take to be known (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    void run(CommandNode node, SelectorProvider provider) throws IOException, InterruptedException {
        InetAddress target = PatientLookup.await(timeout, this::progress, () -> node.resolve(address));
        byte[] bytes = content.equals("-")
                ? System.in.readNBytes(MAX_DATAGRAM_BYTES)
                : content.getBytes(StandardCharsets.UTF_8);
        try (DatagramChannel channel = provider.openDatagramChannel()) {
            channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
            channel.bind(new InetSocketAddress(VirtualAddress.sourceFor(target, node), 0));
            channel.send(ByteBuffer.wrap(bytes), new InetSocketAddress(target, port));
            progress(bytes.length + " bytes sent to " + text(new InetSocketAddress(target, port)));
            if (wait != null) {
                await(channel);
            } else {
                node.lastFrames(linger);
            }
        }
    }

    private void await(DatagramChannel channel) throws IOException {
        DatagramPacket answer = new DatagramPacket(new byte[MAX_DATAGRAM_BYTES], MAX_DATAGRAM_BYTES);
        channel.socket().setSoTimeout((int) Math.min(wait.toMillis(), Integer.MAX_VALUE));
        try {
            channel.socket().receive(answer);
        } catch (SocketTimeoutException e) {
            throw new CommandFailure("no answer within " + wait.toMillis() + " ms", e);
        }
        ByteBuffer bytes = ByteBuffer.wrap(answer.getData(), answer.getOffset(), answer.getLength());
        String source = text((InetSocketAddress) answer.getSocketAddress());
        String shown = Printable.text(bytes).orElseGet(() -> Printable.hex(bytes));
        print(
                source + " " + bytes.remaining() + " bytes: " + shown,
                object(
                        "source",
                        source,
                        "bytes",
                        bytes.remaining(),
                        Printable.text(bytes).isPresent() ? "text" : "hex",
                        shown));
    }
}
