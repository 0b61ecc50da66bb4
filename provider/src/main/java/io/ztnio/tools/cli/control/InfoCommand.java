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
        print(
                List.of(
                        "node      " + RunningNode.field(status, "address"),
                        "version   " + RunningNode.field(status, "version"),
                        "online    " + online(status, settings),
                        "listening " + list(settings.get("listeningOn")),
                        "seen as   " + list(settings.get("surfaceAddresses"))),
                answer);
    }

    private static String online(Map<?, ?> status, Map<?, ?> settings) {
        boolean online = Boolean.TRUE.equals(status.get("online"));
        boolean tunneled = Boolean.TRUE.equals(status.get("tcpFallbackActive"));
        String relay = "the TCP relay " + RunningNode.field(settings, "tcpFallbackRelay");
        if (online) {
            return tunneled ? "by " + relay : "yes";
        }
        if (tunneled) {
            return "no: no root answers, although " + relay + " is connected";
        }
        return Boolean.TRUE.equals(settings.get("forceTcpRelay"))
                ? "no: " + relay + " is forced, and is not connected"
                : "no: no root answers";
    }

    private static String list(Object value) {
        List<?> texts = value instanceof List<?> list ? list : List.of();
        return texts.isEmpty() ? "-" : texts.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
