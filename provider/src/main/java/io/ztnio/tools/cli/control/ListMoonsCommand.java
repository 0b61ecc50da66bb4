package io.ztnio.tools.cli.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code listmoons}. */
@Command(
        name = "listmoons",
        mixinStandardHelpOptions = true,
        description = "List the moons of the node of a home, and their roots.")
public final class ListMoonsCommand extends ControlCommand {
    @Override
    void run(RunningNode node) {
        String answer = node.text("/moon");
        List<String> lines = new ArrayList<>();
        for (Map<?, ?> moon : RunningNode.objects(RunningNode.parse(answer))) {
            String id = RunningNode.field(moon, "id");
            if (Boolean.TRUE.equals(moon.get("waiting"))) {
                lines.add("moon " + id + " is waited for: its root has not sent it yet");
                continue;
            }
            lines.add("moon " + id + " of " + RunningNode.field(moon, "timestamp"));
            for (Map<?, ?> root : RunningNode.objects(moon.get("roots"))) {
                lines.add("  root " + RunningNode.field(root, "identity").replaceFirst(":.*", "") + " "
                        + RunningNode.field(root, "stableEndpoints"));
            }
        }
        print(lines.isEmpty() ? List.of("no moons") : lines, answer);
    }
}
