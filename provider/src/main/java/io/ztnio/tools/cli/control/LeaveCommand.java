package io.ztnio.tools.cli.control;

import io.ztnio.tools.cli.command.CommandFailure;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code leave}. */
@Command(
        name = "leave",
        mixinStandardHelpOptions = true,
        description =
                "Have the node of a home leave a network; its connections there end, and it is not joined again by the home.",
        footerHeading = "%nExample:%n",
        footer = "  ztnio leave NETWORK_ID -D ~/.ztnio")
public final class LeaveCommand extends ControlCommand {
    @Parameters(
            paramLabel = "NETWORK",
            description = "Network id, 16 hexadecimal digits.",
            converter = NetworkText.class)
    private String network;

    @Override
    void run(RunningNode node) {
        String path = "/network/" + network;
        if (!node.has(path)) {
            throw new CommandFailure("network " + network + " is not joined");
        }
        print(List.of("left " + network), node.delete(path));
    }
}
