package io.ztnio.tools.cli.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code listnetworks}. */
@Command(
        name = "listnetworks",
        mixinStandardHelpOptions = true,
        description = "List the networks that the node of a home has joined, and its addresses there.")
public final class ListNetworksCommand extends ControlCommand {
    private static final List<String> HEADS = List.of("NETWORK", "NAME", "MAC", "STATUS", "TYPE", "ADDRESSES");

    @Override
    void run(RunningNode node) {
        String answer = node.text("/network");
        List<List<String>> rows = new ArrayList<>(List.of(HEADS));
        RunningNode.objects(RunningNode.parse(answer)).forEach(network -> rows.add(row(network)));
        print(table(rows), answer);
    }

    private static List<String> row(Map<?, ?> network) {
        List<?> addresses = network.get("assignedAddresses") instanceof List<?> list ? list : List.of();
        return List.of(
                RunningNode.field(network, "nwid"),
                RunningNode.field(network, "name"),
                RunningNode.field(network, "mac"),
                RunningNode.field(network, "status"),
                RunningNode.field(network, "type"),
                addresses.isEmpty()
                        ? "-"
                        : addresses.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
}
