package io.ztnio.tools.cli.planet;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.tools.cli.command.EndpointText;
import io.ztnio.tools.cli.command.JsonOption;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A world for people and as JSON. */
final class WorldText {
    private WorldText() {}

    static void print(World world, PrintWriter out, boolean json) {
        if (json) {
            out.println(JsonOption.line(fields(world)));
            return;
        }
        out.println(type(world) + " " + world.id() + " (" + String.format("%016x", world.id()) + ")");
        out.println("timestamp   " + world.timestamp() + " (" + Instant.ofEpochMilli(world.timestamp()) + ")");
        out.println("update key  " + HexFormat.of().formatHex(world.updateKey().toByteArray()));
        // A later version may be signed by the key of the version before, which is not in the file.
        out.println("signature   " + (selfSigned(world) ? "by the update key" : "by another key than the update key"));
        for (WorldRoot root : world.roots()) {
            out.println("root        " + Address.format(root.identity().address()));
            out.println("  identity  " + root.identity().toPublicString());
            for (String endpoint : endpoints(root)) {
                out.println("  endpoint  " + endpoint);
            }
        }
        out.flush();
    }

    private static Map<String, Object> fields(World world) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("worldType", type(world));
        fields.put("id", world.id());
        fields.put("timestamp", world.timestamp());
        fields.put(
                "updatesMustBeSignedBy",
                HexFormat.of().formatHex(world.updateKey().toByteArray()));
        fields.put("selfSigned", selfSigned(world));
        fields.put(
                "roots",
                world.roots().stream()
                        .map(root -> Map.of(
                                "identity", root.identity().toPublicString(), "stableEndpoints", endpoints(root)))
                        .toList());
        return fields;
    }

    private static String type(World world) {
        return world.type().name().toLowerCase(Locale.ROOT);
    }

    private static boolean selfSigned(World world) {
        return world.isSignedBy(world.updateKey());
    }

    private static List<String> endpoints(WorldRoot root) {
        return root.endpoints().stream().map(EndpointText::format).toList();
    }
}
