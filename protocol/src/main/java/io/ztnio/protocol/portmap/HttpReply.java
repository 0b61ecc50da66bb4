package io.ztnio.protocol.portmap;

import io.ztnio.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * An answer by HTTP/1.1 (RFC 9112) as it has been received so far. Immutable.
 *
 * @param status 200 to 599; 0 if it is no HTTP, or an interim answer, for which nobody has asked
 * @param body without its coding
 */
record HttpReply(int status, Bytes body) {
    /** More than any description of a router has. */
    static final int MAX_LENGTH = 256 << 10;

    private static final HttpReply MALFORMED = new HttpReply(0, Bytes.EMPTY);
    private static final int MAX_HEAD = 16 << 10;

    /**
     * Reads what has come.
     *
     * @param ended whether nothing follows
     * @return empty if something is missing
     */
    static Optional<HttpReply> read(byte[] bytes, int length, boolean ended) {
        int body = bodyAt(bytes, length);
        if (body < 0) {
            return ended || length > MAX_HEAD ? Optional.of(MALFORMED) : Optional.empty();
        }
        String[] lines = new String(bytes, 0, body, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
        if (!lines[0].matches("HTTP/1\\.[01] [2-5]\\d\\d\\b.*")) {
            return Optional.of(MALFORMED);
        }
        int status = Integer.parseInt(lines[0].substring(9, 12));
        if (header(lines, "Transfer-Encoding")
                .filter("chunked"::equalsIgnoreCase)
                .isPresent()) {
            return chunked(status, bytes, body, length, ended);
        }
        Optional<String> said = header(lines, "Content-Length");
        if (said.isPresent() && said.get().matches("\\d{1,9}")) {
            int wanted = Integer.parseInt(said.get());
            boolean whole = length - body >= wanted;
            return whole || ended
                    ? Optional.of(new HttpReply(status, part(bytes, body, Math.min(length, body + wanted))))
                    : Optional.empty();
        }
        return ended ? Optional.of(new HttpReply(status, part(bytes, body, length))) : Optional.empty();
    }

    private static Bytes part(byte[] bytes, int from, int to) {
        return Bytes.of(Arrays.copyOfRange(bytes, from, to));
    }

    /** Behind the empty line, or -1. */
    private static int bodyAt(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n' && i + 1 < length) {
                if (bytes[i + 1] == '\n') {
                    return i + 2;
                }
                if (bytes[i + 1] == '\r' && i + 2 < length && bytes[i + 2] == '\n') {
                    return i + 3;
                }
            }
        }
        return -1;
    }

    private static Optional<String> header(String[] lines, String name) {
        return Arrays.stream(lines)
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    /** RFC 9112 section 7.1. */
    private static Optional<HttpReply> chunked(int status, byte[] bytes, int start, int length, boolean ended) {
        byte[] body = new byte[length - start];
        int filled = 0;
        int at = start;
        while (true) {
            int end = at;
            while (end < length && bytes[end] != '\n') {
                end++;
            }
            if (end == length) {
                return ended ? Optional.of(MALFORMED) : Optional.empty();
            }
            String size = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1).replaceFirst(";.*", "");
            if (!size.strip().matches("[0-9a-fA-F]{1,6}")) {
                return Optional.of(MALFORMED);
            }
            int chunk = Integer.parseInt(size.strip(), 16);
            at = end + 1;
            if (chunk == 0) {
                return Optional.of(new HttpReply(status, part(body, 0, filled)));
            }
            if (length - at < chunk + 2) {
                return ended ? Optional.of(MALFORMED) : Optional.empty();
            }
            System.arraycopy(bytes, at, body, filled, chunk);
            filled += chunk;
            at += chunk + (bytes[at + chunk] == '\r' ? 2 : 1);
        }
    }
}
