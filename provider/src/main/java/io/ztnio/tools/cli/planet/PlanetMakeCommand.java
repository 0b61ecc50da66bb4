package io.ztnio.tools.cli.planet;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.EndpointText;
import io.ztnio.tools.cli.command.JsonOption;
import io.ztnio.tools.cli.command.OutputFile;
import io.ztnio.tools.cli.command.WholeNumberText;
import io.ztnio.tools.cli.identity.IdentityFile;
import io.ztnio.tools.cli.identity.WorldFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code planet make}: a planet of given roots, signed by a key that is made if there is none. */
@Command(name = "make", mixinStandardHelpOptions = true, description = "Make a planet file.")
public final class PlanetMakeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Parameters(paramLabel = "FILE", description = "The planet file to write.")
    private Path file;

    @Option(
            names = "--root",
            required = true,
            paramLabel = "IDENTITY,ENDPOINT[,ENDPOINT...]",
            description = "Identity file of a root, and its endpoints as address/port. Up to four times.")
    private List<String> roots = new ArrayList<>();

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "Identity file whose key signs this planet and its updates; made if absent.")
    private Path key;

    @Option(
            names = "--id",
            paramLabel = "NUMBER",
            converter = WholeNumberText.class,
            description = "World id; by default the address of the first root. Updates must keep it.")
    private Long id;

    @Option(names = "--force", description = "Replace a file that this key may not update.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        List<WorldRoot> worldRoots = new ArrayList<>();
        for (String root : roots) {
            worldRoots.add(root(root));
        }
        if (worldRoots.size() > World.MAX_ROOTS) {
            throw new ParameterException(spec.commandLine(), "a planet has at most " + World.MAX_ROOTS + " roots");
        }
        if (file.toAbsolutePath().normalize().equals(key.toAbsolutePath().normalize())) {
            throw new ParameterException(spec.commandLine(), file + " cannot be the planet and the key");
        }
        if (!force && !Files.exists(key)) {
            // A key that is made now is not that of anything that exists.
            OutputFile.keep(file);
        }
        Identity signer = IdentityFile.readOrGenerate(key);
        long worldId = id == null ? worldRoots.get(0).identity().address() : id;
        long timestamp = WorldFile.nextTimestamp(file, Clock.systemUTC().millis());
        World world = World.create(World.Type.PLANET, worldId, timestamp, signer, worldRoots);
        WorldFile.write(file, world, force);
        WorldText.print(world, spec.commandLine().getOut(), json.enabled());
        return 0;
    }

    private WorldRoot root(String text) throws IOException {
        List<String> fields = Arrays.asList(text.split(",", -1));
        if (fields.size() < 2) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--root " + text + ": write IDENTITY,ENDPOINT, e.g. identity.public,192.0.2.1/9993");
        }
        Identity identity = IdentityFile.read(Path.of(fields.get(0)))
                .orElseThrow(() -> new CommandFailure(fields.get(0) + " holds no identity"));
        try {
            List<InetSocketAddress> endpoints = fields.subList(1, fields.size()).stream()
                    .map(EndpointText::parse)
                    .toList();
            return new WorldRoot(identity, endpoints);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--root " + text + ": " + e.getMessage(), e);
        }
    }
}
