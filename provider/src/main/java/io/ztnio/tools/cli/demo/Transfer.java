package io.ztnio.tools.cli.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A finished transfer.
 *
 * @param direction {@code upload} or {@code download}
 * @param url of the server's file
 * @param matches whether the receiver's digest is the file's
 */
record Transfer(String direction, String url, long bytes, long nanos, boolean matches) {
    private static final double NANOS_PER_SECOND = 1e9;

    double seconds() {
        return nanos / NANOS_PER_SECOND;
    }

    double megabytesPerSecond() {
        return bytes / 1e6 / seconds();
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("direction", direction);
        fields.put("url", url);
        fields.put("bytes", bytes);
        fields.put("seconds", seconds());
        fields.put("bitsPerSecond", bytes * 8 / seconds());
        fields.put("digestMatches", matches);
        return fields;
    }
}
