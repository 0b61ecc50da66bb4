package io.ztnio.tools.cli.identity;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.tools.cli.command.EndpointText;
import io.ztnio.tools.cli.command.JsonOption;
import io.ztnio.tools.cli.identity.IdTool.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

    private final Path directory;
    private final Clock clock;

    MoonFiles(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
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
        try {
            return new Outcome(0, definition, "", JsonOption.parse(definition));
        } catch (IOException e) {
            throw new IllegalStateException("the template is JSON", e);
        }
    }

    Outcome generate(String name) {
        String text;
        try {
            text = Files.readString(directory.resolve(name), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return Outcome.failed("cannot read " + name);
        }
        try {
            World world = world(name, JsonOption.parse(text));
            String file = String.format("%016x.moon", world.id());
            Files.write(directory.resolve(file), world.toByteArray());
            String line = "wrote " + file + " (signed world with timestamp " + world.timestamp() + ")\n";
            return new Outcome(0, line, "", Map.of("written", file, "timestamp", world.timestamp()));
        } catch (IOException | IllegalArgumentException e) {
            return Outcome.failed(e.getMessage());
        }
    }

    private World world(String name, Map<String, Object> definition) {
        long id = hexField(name, definition);
        World.Type type = switch (string(definition, "worldType")) {
            case "moon" -> World.Type.MOON;
            case "planet" -> World.Type.PLANET;
            default -> throw new IllegalArgumentException("worldType in " + name + " is not moon or planet");
        };
        String signingKey = key(name, definition, "signingKey");
        String secret = key(name, definition, "signingKey_SECRET");
        String updateKey = key(name, definition, "updatesMustBeSignedBy");
        // The address is of no importance: worlds are signed by bare key pairs.
        Identity signer = Identity.parse("0000000001:0:" + signingKey + ":" + secret)
                .orElseThrow(() -> new IllegalArgumentException("signingKey in " + name + " is invalid"));
        return World.create(
                type,
                id,
                clock.millis(),
                Bytes.of(HexFormat.of().parseHex(updateKey)),
                signer,
                roots(name, definition));
    }

    private static List<WorldRoot> roots(String name, Map<String, Object> definition) {
        List<WorldRoot> roots = new ArrayList<>();
        for (Object element : list(definition.get("roots"))) {
            if (!(element instanceof Map<?, ?> root)) {
                throw new IllegalArgumentException("a root in " + name + " is not an object");
            }
            Identity identity = Identity.parse(String.valueOf(root.get("identity")))
                    .orElseThrow(() -> new IllegalArgumentException("a root's identity in " + name + " is invalid"));
            List<InetSocketAddress> endpoints = new ArrayList<>();
            for (Object endpoint : list(root.get("stableEndpoints"))) {
                endpoints.add(EndpointText.parse(String.valueOf(endpoint)));
            }
            roots.add(new WorldRoot(identity, endpoints));
        }
        return roots;
    }

    private static long hexField(String name, Map<String, Object> definition) {
        String id = string(definition, "id");
        if (!id.matches("[0-9a-fA-F]{1,16}") || Long.parseUnsignedLong(id, 16) == 0) {
            throw new IllegalArgumentException("ID in " + name + " is invalid");
        }
        return Long.parseUnsignedLong(id, 16);
    }

    private static String key(String name, Map<String, Object> definition, String field) {
        String text = string(definition, field);
        if (text.length() != KEY_DIGITS || !text.matches("[0-9a-fA-F]+")) {
            throw new IllegalArgumentException(field + " in " + name + " is invalid");
        }
        return text;
    }

    private static String string(Map<String, Object> object, String field) {
        return object.get(field) instanceof String text ? text : "";
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> elements ? elements : List.of();
    }
}
