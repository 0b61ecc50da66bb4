package io.ztnio.overlay.store;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.overlay.session.NetworkKey;
import io.ztnio.protocol.store.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code networks.d/<NWID>.conf}: that a node is a member of a network, and what lets it in. JSON.
 *
 * <pre>
 * {"version": 1, "network": "0123456789000001", "key": "64 hexadecimal digits", "allow": ["id:key", ...], "name": "web"}
 * </pre>
 *
 * {@code key}, {@code allow} and {@code name} may be missing. Immutable.
 *
 * @param key the network's key, {@link NetworkKey#NONE} if it has none
 * @param allowed those who may be members, everybody if empty
 * @param name what this node calls itself
 */
public record MembershipFile(long networkId, NetworkKey key, List<PublicIdentity> allowed, Optional<String> name) {
    /** The folder of these files. */
    public static final String FOLDER = "networks.d";

    private static final String SUFFIX = ".conf";
    private static final int VERSION = 1;
    private static final int MAX_ALLOWED = 65_536;

    public MembershipFile {
        allowed = List.copyOf(allowed);
    }

    /** The key of the file of a network. */
    public static String key(long networkId) {
        return FOLDER + "/" + HexFormat.of().toHexDigits(networkId) + SUFFIX;
    }

    /** Whether a key of the folder is the one of such a file. */
    public static boolean isMembership(String key) {
        return key.matches(FOLDER + "/[0-9a-f]{16}\\" + SUFFIX);
    }

    /** The file. */
    public byte[] toBytes() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", VERSION);
        facts.put("network", HexFormat.of().toHexDigits(networkId));
        if (!key.isNone()) {
            facts.put("key", HexFormat.of().formatHex(key.bytes()));
        }
        if (!allowed.isEmpty()) {
            facts.put(
                    "allow",
                    allowed.stream().map(PublicIdentity::toString).sorted().toList());
        }
        name.ifPresent(value -> facts.put("name", value));
        try {
            return JSON.std
                    .with(JSON.Feature.PRETTY_PRINT_OUTPUT)
                    .asString(facts)
                    .concat("\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("strings and numbers are JSON", e);
        }
    }

    /** Reads a file. */
    public static MembershipFile parse(String key, byte[] file) throws DamagedStateException {
        try {
            Map<String, Object> facts = JSON.std.mapFrom(TextFile.decode(key, file));
            if (!Integer.valueOf(VERSION).equals(facts.get("version"))) {
                throw new DamagedStateException(key, "version " + facts.get("version") + "; this program reads 1");
            }
            String network = text(facts, "network");
            if (!key.equals(FOLDER + "/" + network + SUFFIX)) {
                throw new DamagedStateException(key, "it is of another network");
            }
            Optional<String> secret = Optional.ofNullable(text(facts, "key"));
            List<PublicIdentity> allowed = new ArrayList<>();
            if (facts.get("allow") instanceof List<?> list) {
                for (Object entry : list) {
                    allowed.add(PublicIdentity.parse(String.valueOf(entry)));
                }
            } else if (facts.containsKey("allow")) {
                throw new DamagedStateException(key, "\"allow\" is no list");
            }
            if (allowed.size() > MAX_ALLOWED) {
                throw new DamagedStateException(key, allowed.size() + " identities");
            }
            return new MembershipFile(
                    Long.parseUnsignedLong(network, 16),
                    secret.isPresent() ? NetworkKey.of(HexFormat.of().parseHex(secret.get())) : NetworkKey.NONE,
                    allowed,
                    Optional.ofNullable(text(facts, "name")));
        } catch (DamagedStateException e) {
            throw e;
        } catch (TextFile.EncodingException e) {
            throw new DamagedStateException(key, e.getMessage());
        } catch (IOException | RuntimeException e) {
            // The library throws more than it says; its messages may quote the key.
            throw new DamagedStateException(key, "it is not what it should be");
        }
    }

    private static String text(Map<String, Object> facts, String name) throws IOException {
        Object value = facts.get(name);
        if (value != null && !(value instanceof String)) {
            throw new IOException(name + " is no text");
        }
        return (String) value;
    }
}
