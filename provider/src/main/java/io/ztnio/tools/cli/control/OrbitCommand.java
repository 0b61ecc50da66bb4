package io.ztnio.tools.cli.control;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code orbit}. */
@Command(
        name = "orbit",
        mixinStandardHelpOptions = true,
        description = "Have the node of a home join a moon, which it asks one of its roots for.",
        footerHeading = "%nExample:%n",
        footer = "  ztnio orbit deadbeef00 deadbeef00 -D ~/.ztnio")
public final class OrbitCommand extends ControlCommand {
    @Parameters(
            paramLabel = "MOON",
            description = "Id of the moon, 10 hexadecimal digits.",
            converter = WorldText.class)
    private String moon;

    @Parameters(
            paramLabel = "SEED",
            description = "Address of one of its roots, 10 hexadecimal digits.",
            converter = WorldText.class)
    private String seed;

    @Override
    void run(RunningNode node) {
        String answer = node.post("/moon/" + moon, "{\"seed\":\"" + seed + "\"}");
        Map<?, ?> known = (Map<?, ?>) RunningNode.parse(answer);
        boolean waiting = Boolean.TRUE.equals(known.get("waiting"));
        print(List.of("moon " + moon + (waiting ? " is asked for at " + seed : " is joined")), answer);
    }
}
