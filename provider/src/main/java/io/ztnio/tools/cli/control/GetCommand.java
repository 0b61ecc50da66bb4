package io.ztnio.tools.cli.control;

import io.ztnio.tools.cli.command.CommandFailure;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code get}. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description =
                "Print a property of a network on the node of a home: a field of -j listnetworks, or ip, ip4, ip6, ip6plane or ip6prefix for its addresses.",
        footerHeading = "%nExample:%n",
        footer = "  ztnio get NETWORK_ID ip4 -D ~/.ztnio")
public final class GetCommand extends ControlCommand {
    @Parameters(
            paramLabel = "NETWORK",
            description = "Network id, 16 hexadecimal digits.",
            converter = NetworkText.class)
    private String network;

    private static final int PREFIX_LENGTH = 24;

    @Parameters(paramLabel = "PROPERTY", description = "Such as status, mtu, allowGlobal or ip4.")
    private String property;

    @Override
    void run(RunningNode node) {
        Map<?, ?> known = node.objects("/network").stream()
                .filter(each -> network.equals(each.get("id")))
                .findFirst()
                .orElseThrow(() -> new CommandFailure("network " + network + " is not joined"));
        Object value = property.startsWith("ip") ? addresses(known) : known.get(property);
        if (value == null) {
            throw CommandFailure.wrongArguments("'" + property + "' is no property of a network; there are "
                    + known.keySet().stream().map(String::valueOf).collect(Collectors.joining(", "))
                    + ", ip, ip4, ip6, ip6plane and ip6prefix");
        }
        List<String> lines = value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(value));
        print(lines, Map.of(property, value));
    }

    private List<String> addresses(Map<?, ?> known) {
        List<?> all = known.get("assignedAddresses") instanceof List<?> list ? list : List.of();
        return all.stream()
                .map(address -> String.valueOf(address).replaceFirst("/.*", ""))
                .filter(this::isWanted)
                .map(address -> property.equals("ip6prefix")
                        ? address.substring(0, Math.min(PREFIX_LENGTH, address.length()))
                        : address)
                .toList();
    }

    private boolean isWanted(String address) {
        return switch (property) {
            case "ip" -> true;
            case "ip4" -> address.contains(".");
            case "ip6" -> address.contains(":");
            case "ip6plane", "ip6prefix" -> address.startsWith("fc");
            default ->
                throw CommandFailure.wrongArguments(
                        "'" + property + "' is none of ip, ip4, ip6, ip6plane and ip6prefix");
        };
    }
}
