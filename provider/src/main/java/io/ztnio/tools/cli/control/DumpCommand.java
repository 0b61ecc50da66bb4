package io.ztnio.tools.cli.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dump}. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        description =
                "Print everything that the node of a home tells: its status, networks, peers, moons and local.conf.")
public final class DumpCommand extends ControlCommand {
    @Override
    void run(RunningNode node) {
        Map<String, Object> all = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        List.of("/status", "/network", "/peer", "/moon", "/config").forEach(path -> {
            String answer = node.text(path);
            all.put(path.substring(1), RunningNode.parse(answer));
            lines.add(path.substring(1));
            lines.add(answer);
        });
        print(lines, all);
    }
}
