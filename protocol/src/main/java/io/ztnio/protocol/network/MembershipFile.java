package io.ztnio.protocol.network;

import io.ztnio.protocol.config.CheckedConfig;
import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkConfigCodec;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.store.TextFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code networks.d/<network id>.conf}: the last configuration of a network, as a dictionary. For the daemon the file says
 * too that the node is a member, with or without content. Here that is said by the settings; what is only a cache of theirs
 * is marked, so that a network which leaves the settings is not joined by its cache. Thread-safe.
 */
public final class MembershipFile {
    /** The folder of these files. */
    public static final String FOLDER = "networks.d";

    private static final Pattern NAME = Pattern.compile(FOLDER + "/([0-9a-f]{16})\\.conf");

    /** Not a key of the protocol: the daemon skips it. It comes first, for a file that is cut short. */
    private static final String MARK = "ztnio";

    private static final String CACHE = "cache";

    private MembershipFile() {}

    /** The key of a network's file. */
    public static String key(long networkId) {
        return FOLDER + "/" + NetworkId.format(networkId) + ".conf";
    }

    /** The key of the file beside it, with what the user lets the network do. */
    public static String settingsKey(long networkId) {
        return FOLDER + "/" + NetworkId.format(networkId) + ".local.conf";
    }

    /** The network whose file has this key, if it is the key of such a file. */
    public static OptionalLong networkId(String key) {
        Matcher matcher = NAME.matcher(key);
        long id = matcher.matches() ? Long.parseUnsignedLong(matcher.group(1), 16) : 0;
        return id == 0 ? OptionalLong.empty() : OptionalLong.of(id);
    }

    /** Whether the file makes the node a member: it is the daemon's, or was made by hand. */
    public static boolean isMembership(byte[] content) {
        try {
            return !Dictionary.parseFile(content).contains(MARK);
        } catch (IllegalArgumentException e) {
            // We write no UTF-16.
            return true;
        }
    }

    /** The configuration that a file holds, or why it holds none. */
    public static CheckedConfig check(byte[] content) {
        try {
            return NetworkConfigCodec.check(Dictionary.parseFile(content));
        } catch (IllegalArgumentException e) {
            return new CheckedConfig(Optional.empty(), List.of(e.getMessage()));
        }
    }

    /** Whether nothing is in it but the membership: empty, or blank in any encoding. */
    static boolean isBlank(byte[] content) {
        try {
            return TextFile.decode(FOLDER, content).isBlank();
        } catch (IOException e) {
            return false;
        }
    }

    static byte[] content(NetworkConfig config, boolean membership) {
        Dictionary d = new Dictionary();
        if (!membership) {
            d.put(MARK, CACHE);
        }
        return NetworkConfigCodec.write(config, d).toByteArray();
    }

    /** A membership without a configuration, as the daemon writes it. */
    static byte[] blank() {
        return new byte[] {'\n'};
    }
}
