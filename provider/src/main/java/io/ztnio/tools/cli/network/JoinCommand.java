package io.ztnio.tools.cli.network;

import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code join}: says who and where this node is. */
@Command(
        name = "join",
        mixinStandardHelpOptions = true,
        description = {
            "Join networks, wait until they are usable, and print the node's id and its addresses.",
            "The id is what the network's controller lets in; it is kept in --home."
        },
        footerHeading = "%nExample:%n",
        footer = "  ztnio join NETWORK --home ~/.ztnio --stay")
public final class JoinCommand extends NetworkCommand {
    @Parameters(paramLabel = "NETWORK", arity = "1..*", description = "Network id, 16 hexadecimal digits.")
    private List<String> networks;

    @Option(names = "--stay", description = "Stay on the networks until interrupted.")
    private boolean stay;

    @Override
    List<String> networks() {
        return networks;
    }

    /** It tells how things stand, not how they stood in the last run. */
    @Override
    boolean isJoined(CommandNode node, Duration timeout) throws IOException, InterruptedException {
        return node.awaitConfirmed(timeout);
    }

    @Override
    void run(CommandNode node, SelectorProvider provider) throws IOException, InterruptedException {
        List<JoinedNetwork> joined = node.joined();
        StringJoiner text = new StringJoiner(System.lineSeparator());
        text.add("node " + node.id());
        for (JoinedNetwork network : joined) {
            text.add("network " + network.id() + " " + network.status() + " mtu " + network.mtuBytes()
                    + (network.name().isEmpty() ? "" : " " + Printable.text(network.name())));
            network.addresses().forEach(address -> text.add("address " + address));
            network.linkLocal().ifPresent(address -> text.add("link-local " + address));
            if (!network.dns().domain().isEmpty() || !network.servers().isEmpty()) {
                text.add("dns " + Printable.text(network.dns().domain()) + " " + String.join(" ", network.servers()));
            }
            if (!network.login().url().isEmpty()) {
                text.add("login " + Printable.text(network.login().url()));
            }
        }
        print(
                text.toString(),
                object(
                        "node",
                        node.id(),
                        "networks",
                        joined.stream().map(JoinedNetwork::toMap).toList()));
        if (stay) {
            node.narrate(this::progress);
            new CountDownLatch(1).await();
        }
    }
}
