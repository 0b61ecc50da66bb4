package io.ztnio.tools.cli.network;

import io.ztnio.provider.config.Transport;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.tools.cli.control.RunningNode;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code join}: says who and where this node is. */
@Command(
        name = "join",
        mixinStandardHelpOptions = true,
        description = {
            "Join networks, wait until they are usable, and print the node's id and its addresses.",
            "The id is what the network's controller lets in; it is kept in --home.",
            "If a node runs with that home, it joins, and stays on the networks until it is told to leave."
        },
        footerHeading = "%nExample:%n",
        footer = "  ztnio join NETWORK -D ~/.ztnio --stay")
public final class JoinCommand extends NetworkCommand {
    @Parameters(paramLabel = "NETWORK", arity = "0..*", description = "Network id, 16 hexadecimal digits.")
    private List<String> networks = List.of();

    @Option(names = "--stay", description = "Stay on the networks until interrupted.")
    private boolean stay;

    @Override
    List<String> networks() {
        return networks;
    }

    @Override
    void check() {
        if (options.ids(networks).isEmpty()) {
            throw new ParameterException(spec.commandLine(), "name a network: ztnio join NETWORK");
        }
    }

    /** Where a node runs with the home, that one joins, and stays on the networks. */
    @Override
    boolean isDoneElsewhere() {
        ZtnioConfig config = options.config(networks, wildcard(), warning -> {});
        Optional<RunningNode> running =
                config.transport() == Transport.ZEROTIER ? RunningNode.find(config.home()) : Optional.empty();
        if (running.isEmpty()) {
            return false;
        }
        RemoteJoin join = new RemoteJoin(running.get(), this::progress);
        List<JoinedNetwork> joined = join.join(options.ids(networks), config.joinTimeout());
        print(join.nodeId(), joined);
        return true;
    }

    @Override
    boolean saysWhoAndWhere() {
        return true;
    }

    /** It tells how things stand, not how they stood in the last run. */
    @Override
    boolean isJoined(CommandNode node, Duration timeout) throws IOException, InterruptedException {
        return node.awaitConfirmed(timeout);
    }

    @Override
    void run(CommandNode node, SelectorProvider provider) throws IOException, InterruptedException {
        print(node.id(), node.joined());
        if (stay) {
            node.narrate(this::progress);
            new CountDownLatch(1).await();
        }
    }

    private void print(String node, List<JoinedNetwork> joined) {
        StringJoiner text = new StringJoiner(System.lineSeparator());
        text.add("node " + node);
        for (JoinedNetwork network : joined) {
            text.add("network " + network.id() + " " + network.status() + " mtu " + network.mtuBytes()
                    + (network.name().isEmpty() ? "" : " " + Printable.text(network.name())));
            network.addresses().forEach(address -> text.add("address " + address));
            network.linkLocal().ifPresent(address -> text.add("link-local " + address));
            if (!network.dns().domain().isEmpty() || !network.servers().isEmpty()) {
                text.add("dns " + Printable.text(network.dns().domain()) + " " + String.join(" ", network.servers()));
            }
            if (!network.login().page().isEmpty()) {
                text.add("login " + Printable.text(network.login().page()));
            } else if (!network.login().url().isEmpty()) {
                text.add("login by OpenID Connect "
                        + Printable.text(network.login().url()));
            }
        }
        print(
                text.toString(),
                object(
                        "node",
                        node,
                        "networks",
                        joined.stream().map(JoinedNetwork::toMap).toList()));
    }
}
