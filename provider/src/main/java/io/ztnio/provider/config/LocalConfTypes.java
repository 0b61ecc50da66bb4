package io.ztnio.provider.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Of which type the values of the daemon's {@code local.conf} are that count here ({@code docs/home.md}). Stateless. */
final class LocalConfTypes {
    private static final String NUMBER = "a number";
    private static final String FLAG = "true or false";
    private static final String TEXT = "a string";
    private static final String LIST = "a list";
    private static final String OBJECT = "an object";

    private static final Map<Pattern, String> EXPECTED = new LinkedHashMap<>();

    static {
        expect(NUMBER, "settings\\.(primary|secondary)Port");
        expect(FLAG, "settings\\.(allowSecondaryPort|allowTcpFallbackRelay|forceTcpRelay|portMappingEnabled)");
        expect(TEXT, "settings\\.(tcpFallbackRelay|defaultBondingPolicy|peerSpecificBonds\\.[^.]+)");
        expect(LIST, "settings\\.(bind|interfacePrefixBlacklist)");
        expect(NUMBER, "settings\\.policies\\.[^.]+\\.(failoverInterval|upDelay|downDelay|packetsPerLink)");
        expect(NUMBER, "settings\\.policies\\.[^.]+\\.linkQuality\\.(lat|pdv|plr)_(max|weight)");
        expect(TEXT, "settings\\.policies\\.[^.]+\\.(basePolicy|activeReselect)");
        expect(NUMBER, "settings\\.policies\\.[^.]+\\.links\\..+\\.(capacity|ipvPref|mtu)");
        expect(FLAG, "settings\\.policies\\.[^.]+\\.links\\..+\\.enabled");
        expect(TEXT, "settings\\.policies\\.[^.]+\\.links\\..+\\.(mode|failoverTo)");
        expect(OBJECT, "settings|settings\\.(policies|peerSpecificBonds)|physical|virtual");
        expect(OBJECT, "settings\\.policies\\.[^.]+(\\.(linkQuality|links))?");
        expect(FLAG, "physical\\..+\\.blacklist");
        expect(NUMBER, "physical\\..+\\.(trustedPathId|mtu)");
        expect(LIST, "virtual\\.[^.]+\\.(try|blacklist)");
        expect(OBJECT, "physical\\.[^/]+(/\\d+)?|virtual\\.[^.]+");
    }

    private LocalConfTypes() {}

    private static void expect(String type, String key) {
        EXPECTED.put(Pattern.compile(key), type);
    }

    /**
     * What is wrong with a value that does not count, if it is of another type than those of its key that do.
     *
     * @param key with dots
     */
    static Optional<String> mismatch(String key, Object value) {
        Optional<String> expected = EXPECTED.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(key).matches())
                .map(Map.Entry::getValue)
                .findFirst();
        return expected.filter(type -> !type.equals(type(value)))
                .map(type -> key + ": expected " + type + ", found "
                        + (type(value).equals(FLAG) ? value : type(value)) + "; ignored");
    }

    private static String type(Object value) {
        if (value instanceof Number) {
            return NUMBER;
        }
        if (value instanceof Boolean) {
            return FLAG;
        }
        if (value instanceof List<?>) {
            return LIST;
        }
        return value instanceof String ? TEXT : String.valueOf(value);
    }
}
