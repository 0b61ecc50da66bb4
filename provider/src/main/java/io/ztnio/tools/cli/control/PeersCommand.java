package io.ztnio.tools.cli.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code peers}. */
@Command(
        name = "peers",
        aliases = "listpeers",
        mixinStandardHelpOptions = true,
        description = "List the nodes that the node of a home knows, and how it reaches them.")
public final class PeersCommand extends ControlCommand {
    private static final List<String> HEADS =
            List.of("ADDRESS", "VERSION", "ROLE", "LATENCY", "LINK", "SENT", "RECEIVED", "PATH");

    @Override
    void run(RunningNode node) {
        String answer = node.text("/peer");
        List<List<String>> rows = new ArrayList<>(List.of(HEADS));
        RunningNode.objects(RunningNode.parse(answer)).forEach(peer -> rows.add(row(peer)));
        print(table(rows), answer);
    }

    private static List<String> row(Map<?, ?> peer) {
        Optional<Map<?, ?>> path = RunningNode.objects(peer.get("paths")).stream()
                .filter(each -> Boolean.TRUE.equals(each.get("preferred")))
                .findFirst();
        boolean tunneled = Boolean.TRUE.equals(peer.get("tunneled"));
        long version = number(peer.get("versionMajor"));
        long latency = number(peer.get("latency"));
        return List.of(
                RunningNode.field(peer, "address"),
                version < 0 ? "-" : RunningNode.field(peer, "version"),
                RunningNode.field(peer, "role"),
                latency < 0 ? "-" : latency + " ms",
                path.isEmpty() ? "RELAY" : tunneled ? "TUNNELED" : "DIRECT",
                path.map(each -> ago(each.get("lastSend"))).orElse("-"),
                path.map(each -> ago(each.get("lastReceive"))).orElse("-"),
                path.map(each -> RunningNode.field(each, "address")).orElse("-"));
    }

    private static String ago(Object millis) {
        long at = number(millis);
        return at <= 0 ? "-" : Math.max(0, System.currentTimeMillis() - at) / 1000 + " s ago";
    }

    private static long number(Object value) {
        return value instanceof Number known ? known.longValue() : -1;
    }
}
