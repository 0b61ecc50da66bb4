package io.ztnio.tools.cli.planet;

import io.ztnio.protocol.world.World;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.JsonOption;
import io.ztnio.tools.cli.identity.WorldFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code planet show}: what is in a planet or moon file. */
@Command(name = "show", mixinStandardHelpOptions = true, description = "Show a planet or moon file.")
public final class PlanetShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Parameters(paramLabel = "FILE", description = "The file, or 'earth' for the public planet.")
    private String file;

    @Override
    public Integer call() throws IOException {
        WorldText.print(
                file.equals("earth") ? World.earth() : read(Path.of(file)),
                spec.commandLine().getOut(),
                json.enabled());
        return 0;
    }

    private static World read(Path path) throws IOException {
        return WorldFile.read(path).orElseThrow(() -> new CommandFailure(path + " is not a planet or moon file"));
    }
}
