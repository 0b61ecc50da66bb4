package io.ztnio.tools.cli.network;

import io.ztnio.tools.cli.command.AddressText;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.PortText;
import io.ztnio.tools.tunnel.TunnelTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code expose}: an entrance on the network to a service outside of it. */
@Command(
        name = "expose",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Offer a service of this machine, or one it can reach, on a port of the network.",
            "Nothing listens outside of the network. An interrupt ends it gracefully."
        },
        footerHeading = "%nExample: a local web server for everybody on the network%n",
        footer = {
            "  ztnio expose 8080 127.0.0.1:5000 --network NETWORK",
            "and on another machine:",
            "  ztnio forward 9000 ADDRESS:8080 --network NETWORK",
            "  curl http://127.0.0.1:9000/"
        })
public final class ExposeCommand extends TunnelCommand {
    @Parameters(
            index = "0",
            paramLabel = "PORT",
            converter = PortText.Local.class,
            description = "Port on the network; 0 for any free one.")
    private int port;

    @Parameters(
            index = "1",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "The service, outside of the network.")
    private HostPort target;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            converter = AddressText.class,
            description = "Own address on the network to listen on; by default all of them.")
    private InetAddress address;

    @Override
    void run(CommandNode node, SelectorProvider provider) throws IOException {
        HostPort service = target.host().isEmpty() ? new HostPort("127.0.0.1", target.port()) : target;
        List<InetAddress> own = address == null ? node.addresses() : List.of(address);
        if (!node.addresses().containsAll(own)) {
            throw new CommandFailure(address.getHostAddress() + " is not an own address on the network");
        }
        List<InetSocketAddress> local =
                own.stream().map(each -> new InetSocketAddress(each, port)).toList();
        forward(
                provider,
                address == null ? new InetSocketAddress(port) : local.get(0),
                local,
                TunnelTarget.of(service.address()),
                service.toString());
    }
}
