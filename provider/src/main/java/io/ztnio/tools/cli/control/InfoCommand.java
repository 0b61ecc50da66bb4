package io.ztnio.tools.cli.control;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code info}. */
@Command(
        name = "info",
        aliases = "status",
        mixinStandardHelpOptions = true,
        description = "Say who the node of a home is, whether a root answers, and where it listens.",
        footerHeading = "%nExample:%n",
        footer = "  ztnio info -D ~/.ztnio")
public final class InfoCommand extends ControlCommand {
    @Override
    void run(RunningNode node) {
        String answer = node.text("/status");
        Map<?, ?> status = (Map<?, ?>) RunningNode.parse(answer);
        Map<?, ?> config = status.get("config") instanceof Map<?, ?> map ? map : Map.of();
        Map<?, ?> settings = config.get("settings") instanceof Map<?, ?> map ? map : Map.of();
        boolean online = Boolean.TRUE.equals(status.get("online"));
        boolean tunneled = Boolean.TRUE.equals(status.get("tcpFallbackActive"));
        print(
                List.of(
                        "node      " + RunningNode.field(status, "address"),
                        "version   " + RunningNode.field(status, "version"),
                        "online    " + (tunneled ? "by the TCP relay" : online ? "yes" : "no: no root answers"),
                        "listening " + list(settings.get("listeningOn")),
                        "seen as   " + list(settings.get("surfaceAddresses"))),
                answer);
    }

    private static String list(Object value) {
        List<?> texts = value instanceof List<?> list ? list : List.of();
        return texts.isEmpty() ? "-" : texts.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
