package io.ztnio.tools.cli.identity;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.EndpointText;
import io.ztnio.tools.cli.command.JsonFields;
import io.ztnio.tools.cli.command.JsonText;
import io.ztnio.tools.cli.identity.IdTool.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code initmoon} writes a moon's definition as JSON, {@code genmoon} makes the signed world of it. */
final class MoonFiles {
    private static final int KEY_DIGITS = 128;
    private static final String SIGNING_KEY = "signingKey";
    private static final String SIGNING_SECRET = "signingKey_SECRET";
    private static final String ENDPOINTS = "stableEndpoints";
    private static final String PUBLIC_KEY = "a public key of " + KEY_DIGITS + " hexadecimal digits";
    private static final String SECRET = "a secret key of " + KEY_DIGITS + " hexadecimal digits";

    private final Path directory;
    private final Clock clock;
    private final boolean force;

    MoonFiles(Path directory, Clock clock, boolean force) {
        this.directory = directory;
        this.clock = clock;
        this.force = force;
    }

    Outcome init(String name, Optional<Identity> seed) {
        if (seed.isEmpty()) {
            return Outcome.failed(name + " is not a valid identity");
        }
        Identity root = seed.get().withoutSecret();
        // Only the key pair of this identity is used.
        String[] key = Identity.generate(new SecureRandom()).toSecretString().split(":", -1);
        String definition =
                """
                {
                 "id": "%s",
                 "objtype": "world",
                 "roots": [
                  {
                   "identity": "%s",
                   "stableEndpoints": []
                  }
                 ],
                 "signingKey": "%s",
                 "signingKey_SECRET": "%s",
                 "updatesMustBeSignedBy": "%s",
                 "worldType": "moon"
                }
                """.formatted(Address.format(root.address()), root.toPublicString(), key[2], key[3], key[2]);
        return new Outcome(0, definition, "", JsonText.parse(name, definition));
    }

    Outcome generate(String name) throws IOException {
        Path path = directory.resolve(name);
        String text;
        try {
            text = TextFile.read(path);
        } catch (NoSuchFileException e) {
            return Outcome.failed("cannot read " + name);
        }
        JsonFields definition = JsonFields.parse(
                name,
                text,
                "id",
                "objtype",
                "roots",
                SIGNING_KEY,
                SIGNING_SECRET,
                "updatesMustBeSignedBy",
                "worldType");
        definition.text("objtype");
        String file = String.format("%016x.moon", id(definition));
        long timestamp = WorldFile.nextTimestamp(directory.resolve(file), clock.millis());
        World world;
        try {
            world = world(definition, timestamp);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(name + ": " + e.getMessage(), e);
        }
        WorldFile.write(directory.resolve(file), world, force);
        String line = "wrote " + file + " (signed world with timestamp " + world.timestamp() + ")\n";
        return new Outcome(0, line, "", Map.of("written", file, "timestamp", world.timestamp()));
    }

    private static World world(JsonFields definition, long timestamp) {
        World.Type type = switch (definition.requiredText("worldType")) {
            case "moon" -> World.Type.MOON;
            case "planet" -> World.Type.PLANET;
            default -> throw definition.wrong("worldType", "moon or planet");
        };
        // The address is of no importance: worlds are signed by bare key pairs.
        String signer = "0000000001:0:" + key(definition, SIGNING_KEY, PUBLIC_KEY) + ":"
                + key(definition, SIGNING_SECRET, SECRET);
        return World.create(
                type,
                id(definition),
                timestamp,
                Bytes.of(HexFormat.of().parseHex(key(definition, "updatesMustBeSignedBy", PUBLIC_KEY))),
                Identity.parse(signer).orElseThrow(() -> definition.isNot(SIGNING_KEY, PUBLIC_KEY)),
                roots(definition));
    }

    private static List<WorldRoot> roots(JsonFields definition) {
        List<WorldRoot> roots = new ArrayList<>();
        for (JsonFields root : definition.objects("roots", "identity", ENDPOINTS)) {
            Identity identity = Identity.parse(root.requiredText("identity"))
                    .orElseThrow(() -> root.isNot("identity", "an identity"));
            List<InetSocketAddress> endpoints = new ArrayList<>();
            for (String endpoint : root.texts(ENDPOINTS)) {
                try {
                    endpoints.add(EndpointText.parse(endpoint));
                } catch (IllegalArgumentException e) {
                    throw root.wrong(ENDPOINTS, "a list of endpoints as address/port; " + e.getMessage());
                }
            }
            roots.add(new WorldRoot(identity, endpoints));
        }
        return roots;
    }

    private static long id(JsonFields definition) {
        String id = definition.requiredText("id");
        if (!id.matches("[0-9a-fA-F]{1,16}") || Long.parseUnsignedLong(id, 16) == 0) {
            throw definition.wrong("id", "1 to 16 hexadecimal digits, not all of them 0");
        }
        return Long.parseUnsignedLong(id, 16);
    }

    private static String key(JsonFields definition, String field, String expected) {
        String text = definition.requiredText(field);
        if (text.length() != KEY_DIGITS || !text.matches("[0-9a-fA-F]+")) {
            throw definition.isNot(field, expected);
        }
        return text;
    }
}
