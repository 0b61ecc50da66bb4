package io.ztnio.protocol.config;

import java.util.Locale;

/**
 * What a member says of itself when it asks for a configuration ({@code protocol.md} 6.1). Immutable.
 *
 * @param rulesEngineRevision 0 if it knows no rules
 * @param platform operating system and architecture, or empty
 * @param token what it was told to show for admission, or empty
 */
public record RequestMetadata(
        int configVersion,
        int vendor,
        int protocolVersion,
        int major,
        int minor,
        int revision,
        int rulesEngineRevision,
        String platform,
        String token) {
    /** Capacity, with the NUL that the reference keeps room for. */
    public static final int MAX_LENGTH = 1024;

    private static final String TOKEN_PREFIX = "token:";

    /** What we say. */
    public static RequestMetadata own() {
        return new RequestMetadata(7, 0, 12, 1, 14, 1, 1, platformOfThisJvm(), "");
    }

    /** What we say, with a token for a controller that admits by tokens. */
    public RequestMetadata withToken(String newToken) {
        return new RequestMetadata(
                configVersion,
                vendor,
                protocolVersion,
                major,
                minor,
                revision,
                rulesEngineRevision,
                platform,
                newToken);
    }

    public static RequestMetadata read(Dictionary d) {
        String auth = d.text("a");
        return new RequestMetadata(
                (int) d.number("v", 0),
                (int) d.number("vend", 0),
                (int) d.number("pv", 0),
                (int) d.number("majv", 0),
                (int) d.number("minv", 0),
                (int) d.number("revv", 0),
                (int) d.number("revr", 0),
                d.text("o"),
                auth.startsWith(TOKEN_PREFIX) ? auth.substring(TOKEN_PREFIX.length()) : "");
    }

    public Dictionary write() {
        Dictionary d = new Dictionary()
                .put("v", configVersion)
                .put("vend", vendor)
                .put("pv", protocolVersion)
                .put("majv", major)
                .put("minv", minor)
                .put("revv", revision)
                .put("mr", NetworkConfig.MAX_RULES)
                .put("mc", NetworkConfig.MAX_CAPABILITIES)
                .put("mcr", 64)
                .put("mt", NetworkConfig.MAX_TAGS)
                .put("f", 0)
                .put("revr", rulesEngineRevision);
        if (!platform.isEmpty()) {
            d.put("o", platform);
        }
        if (!token.isEmpty()) {
            d.put("a", TOKEN_PREFIX + token);
        }
        return d;
    }

    private static String platformOfThisJvm() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String system = os.startsWith("windows")
                ? "windows"
                : os.startsWith("mac")
                        ? "macos"
                        : os.contains("bsd") ? "bsd" : os.equals("linux") ? "linux" : "unknown";
        String architecture = switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> "x86_64";
            case "x86", "i386", "i686" -> "x86";
            case "aarch64" -> "arm64";
            case "arm" -> "arm";
            default -> "unknown";
        };
        return system + "/" + architecture;
    }
}
