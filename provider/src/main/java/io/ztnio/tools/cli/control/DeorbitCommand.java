package io.ztnio.tools.cli.control;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code deorbit}. */
@Command(name = "deorbit", mixinStandardHelpOptions = true, description = "Have the node of a home leave a moon.")
public final class DeorbitCommand extends ControlCommand {
    @Parameters(
            paramLabel = "MOON",
            description = "Id of the moon, 10 hexadecimal digits.",
            converter = WorldText.class)
    private String moon;

    @Override
    void run(RunningNode node) {
        print(List.of("left moon " + moon), node.delete("/moon/" + moon));
    }
}
