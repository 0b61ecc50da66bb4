package io.ztnio.provider.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text behind {@code -javaagent:ztnio.jar=}: settings {@code key=value}, separated by commas. The prefix
 * {@code ztnio.} may be left out.
 *
 * <p>Values that are lists keep their commas: what has no {@code =} belongs to the value before it, as in {@code
 * networks=0123456789000001,0123456789000002,port=9993}. Where that is not enough, {@code \,} is a comma that separates
 * nothing. A backslash anywhere else is one.
 */
final class AgentOptions {
    private static final String PREFIX = "ztnio.";

    private AgentOptions() {}

    /**
     * The settings by their full keys, in their order.
     *
     * @throws IllegalArgumentException saying what is wrong, if the text is not of the form above
     */
    static Map<String, String> parse(String text) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (text.isBlank()) {
            return settings;
        }
        String key = null;
        for (String part : split(text)) {
            int equals = part.indexOf('=');
            if (equals < 0 && key == null) {
                throw new IllegalArgumentException(
                        "'" + part + "' is no setting; write key=value,key=value, such as networks=NETWORK_ID");
            }
            if (equals < 0) {
                settings.merge(key, part, (before, more) -> before + "," + more);
            } else {
                key = key(part.substring(0, equals).strip());
                if (settings.putIfAbsent(key, part.substring(equals + 1)) != null) {
                    throw new IllegalArgumentException(key + " is set twice");
                }
            }
        }
        return settings;
    }

    private static String key(String name) {
        return name.startsWith(PREFIX) ? name : PREFIX + name;
    }

    /** At commas that no backslash precedes. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == ',') {
                part.append(',');
                i++;
            } else if (c == ',') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }
}
