package io.ztnio.tools.cli.network;

import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.tunnel.TunnelTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code forward}: an entrance on this machine to a service on the network. */
@Command(
        name = "forward",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Bring a service on the network to a port of this machine, for programs that know nothing of the network.",
            "An interrupt ends it gracefully."
        },
        footerHeading = "%nExample: a web server on the network, for any browser here%n",
        footer = {
            "  ztnio forward 9000 10.147.17.5:8080 --network NETWORK",
            "  curl http://127.0.0.1:9000/",
            "The address may be a node id, such as 0123456789:8080."
        })
public final class ForwardCommand extends TunnelCommand {
    @Parameters(
            index = "0",
            paramLabel = "[BIND:]PORT",
            converter = HostPort.Converter.class,
            description = "Local port, 0 for any free one; and local address, by default 127.0.0.1.")
    private HostPort local;

    @Parameters(
            index = "1",
            paramLabel = "ADDRESS:PORT",
            converter = HostPort.Converter.class,
            description = "The service: IP address, node id or name on the network.")
    private HostPort target;

    @Override
    WildcardScope wildcard() {
        return WildcardScope.OS;
    }

    @Override
    void check() {
        if (target.host().isEmpty()) {
            throw CommandFailure.wrongArguments("say where on the network: ADDRESS:" + target.port());
        }
    }

    @Override
    void run(CommandNode node, SelectorProvider provider) throws IOException {
        InetAddress bind = InetAddress.getByName(local.host().isEmpty() ? "127.0.0.1" : local.host());
        if (node.networks().decide(bind).verdict() != Verdict.HOST) {
            throw new CommandFailure(bind.getHostAddress() + " is on the network: expose is the command for that");
        }
        // What does not depend on who is there is wrong now, or never; everything else is looked up for each client.
        TunnelTarget service = node.isFixed(target.host())
                ? TunnelTarget.of(new InetSocketAddress(node.resolve(target.host()), target.port()))
                : TunnelTarget.named(() -> new InetSocketAddress(node.resolve(target.host()), target.port()));
        InetSocketAddress entrance = new InetSocketAddress(bind, local.port());
        forward(provider, entrance, List.of(entrance), service, target.toString());
    }
}
