package io.ztnio.tools.cli.control;

import io.ztnio.tools.cli.command.CommandFailure;
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
        String path = "/moon/" + moon;
        boolean isKnown = !node.object(path).isEmpty();
        // In any case: a ZeroTier One does not tell of the moons that it waits for.
        String answer = node.delete(path);
        if (!isKnown) {
            throw new CommandFailure("moon " + moon + " is not joined");
        }
        print(List.of("left moon " + moon), answer);
    }
}
