package io.ztnio.it.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Says whether this machine can run a {@link Lab} with real daemons, and if not, what is missing. */
final class RealDaemonCondition implements ExecutionCondition {
    private static final String KEY = "ztnio.it.zerotier-one";

    /** The executable that was given, if any. */
    static Optional<String> executable() {
        return Optional.ofNullable(System.getProperty(KEY)).filter(path -> !path.isBlank());
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return obstacle()
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled(
                        "zerotier-one is " + executable().orElseThrow()));
    }

    private static Optional<String> obstacle() {
        if (executable().isEmpty()) {
            return Optional.of("no zerotier-one: give its path with -D" + KEY + "=PATH");
        }
        Path path = Path.of(executable().get());
        if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
            return Optional.of(KEY + "=" + path + " is not an executable file");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return Optional.of("no /dev/net/tun, which zerotier-one needs");
        }
        for (List<String> command : List.of(List.of("ip", "-V"), List.of("iptables", "-V"), List.of("ping", "-V"))) {
            if (!succeeds(command)) {
                return Optional.of("no '" + command.get(0) + "' command");
            }
        }
        return canCreateNamespaces()
                ? Optional.empty()
                : Optional.of("cannot create network namespaces ('ip netns add'): not root, or not permitted here");
    }

    private static boolean canCreateNamespaces() {
        String probe = "ztnio" + ProcessHandle.current().pid() + "-probe";
        boolean created = succeeds(List.of("ip", "netns", "add", probe));
        return created && succeeds(List.of("ip", "netns", "del", probe));
    }

    private static boolean succeeds(List<String> command) {
        try {
            return RunningProcess.start(String.join(" ", command), command, "")
                            .awaitExit(Duration.ofSeconds(10))
                            .exitCode()
                    == 0;
        } catch (java.io.UncheckedIOException e) {
            return false;
        }
    }
}
