package io.ztnio.tools.cli.control;

import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.tools.cli.command.CommandFailure;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code set}. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        description =
                "Change what a network may do on the node of a home: allowManaged (its addresses and routes count), allowGlobal (public ones too), allowDefault (a route to everywhere), allowDNS (its DNS servers are asked).",
        footerHeading = "%nExample:%n",
        footer = "  ztnio set NETWORK_ID allowGlobal=true -D ~/.ztnio")
public final class SetCommand extends ControlCommand {
    @Parameters(
            paramLabel = "NETWORK",
            description = "Network id, 16 hexadecimal digits.",
            converter = NetworkText.class)
    private String network;

    @Parameters(
            paramLabel = "SETTING=VALUE",
            description = "Such as allowGlobal=true; the value is true, false, 1 or 0.")
    private String assignment;

    @Override
    void run(RunningNode node) {
        int equals = assignment.indexOf('=');
        if (equals < 0) {
            throw CommandFailure.wrongArguments("'" + assignment + "' is not SETTING=VALUE");
        }
        String key = assignment.substring(0, equals);
        boolean value = value(assignment.substring(equals + 1));
        try {
            NetworkSettings checked = NetworkSettings.DEFAULT.with(key, value);
            assert checked.managed().isEmpty();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongArguments(e.getMessage());
        }
        String path = "/network/" + network;
        if (!node.has(path)) {
            // To set something would join it.
            throw new CommandFailure("network " + network + " is not joined");
        }
        String answer = node.post(path, "{\"" + key + "\":" + value + "}");
        Map<?, ?> now = (Map<?, ?>) RunningNode.parse(answer);
        print(List.of(key + "=" + RunningNode.field(now, key)), answer);
    }

    private static boolean value(String text) {
        return switch (text) {
            case "true", "t", "1" -> true;
            case "false", "f", "0" -> false;
            default -> throw CommandFailure.wrongArguments("'" + text + "' is not true, false, 1 or 0");
        };
    }
}
