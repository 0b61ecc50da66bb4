package io.ztnio.protocol.portmap;

import io.ztnio.protocol.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads one answer while it comes, each byte once (RFC 9112). Sans-I/O.
 *
 * <p>Thread: confined to its owner.
 */
final class HttpReplyReader {
    private static final HttpReply MALFORMED = new HttpReply(0, Bytes.EMPTY);
    private static final int MAX_HEAD = 16 << 10;

    /** That of a body that ends with the connection. */
    private static final int UNKNOWN = -1;

    private final ByteArrayOutputStream joined = new ByteArrayOutputStream();
    /** Up to here everything has been looked at. */
    private int scanned;
    /** Where the body begins, or the next chunk; -1 before the end of the head. */
    private int at = -1;

    private int status;
    private boolean chunked;
    private int wanted = UNKNOWN;
    /** Of the chunk at {@link #at}; -1 while its size is not known. */
    private int chunk = UNKNOWN;

    /**
     * Goes on with what has come.
     *
     * @param bytes the answer from its beginning, of which {@code length} are there: those of the last time and perhaps more
     * @param ended whether nothing follows
     * @return empty if something is missing
     */
    Optional<HttpReply> read(byte[] bytes, int length, boolean ended) {
        if (at < 0) {
            int body = bodyAt(bytes, length);
            if (body < 0) {
                return ended || length > MAX_HEAD ? Optional.of(MALFORMED) : Optional.empty();
            }
            if (!takeHead(bytes, body)) {
                return Optional.of(MALFORMED);
            }
        }
        if (chunked) {
            return chunks(bytes, length, ended);
        }
        if (wanted != UNKNOWN) {
            return length - at >= wanted || ended
                    ? Optional.of(new HttpReply(status, part(bytes, at, Math.min(length, at + wanted))))
                    : Optional.empty();
        }
        return ended ? Optional.of(new HttpReply(status, part(bytes, at, length))) : Optional.empty();
    }

    private static Bytes part(byte[] bytes, int from, int to) {
        return Bytes.of(Arrays.copyOfRange(bytes, from, to));
    }

    /** Behind the empty line, or -1. */
    private int bodyAt(byte[] bytes, int length) {
        for (; scanned < length; scanned++) {
            if (bytes[scanned] != '\n') {
                continue;
            }
            if (scanned + 1 < length && bytes[scanned + 1] == '\n') {
                return scanned + 2;
            }
            if (scanned + 2 < length && bytes[scanned + 1] == '\r' && bytes[scanned + 2] == '\n') {
                return scanned + 3;
            }
            if (scanned + 2 >= length) {
                // What follows is to be seen first.
                return -1;
            }
        }
        return -1;
    }

    private boolean takeHead(byte[] bytes, int body) {
        String[] lines = new String(bytes, 0, body, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
        if (!lines[0].matches("HTTP/1\\.[01] [2-5]\\d\\d\\b.*")) {
            return false;
        }
        status = Integer.parseInt(lines[0].substring(9, 12));
        chunked = header(lines, "Transfer-Encoding")
                .filter("chunked"::equalsIgnoreCase)
                .isPresent();
        wanted = header(lines, "Content-Length")
                .filter(said -> said.matches("\\d{1,9}"))
                .map(Integer::parseInt)
                .orElse(UNKNOWN);
        at = body;
        scanned = body;
        return true;
    }

    private static Optional<String> header(String[] lines, String name) {
        return Arrays.stream(lines)
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    /** RFC 9112 section 7.1. */
    private Optional<HttpReply> chunks(byte[] bytes, int length, boolean ended) {
        while (true) {
            if (chunk == UNKNOWN && !takeSize(bytes, length)) {
                return ended || chunk == Integer.MAX_VALUE ? Optional.of(MALFORMED) : Optional.empty();
            }
            if (chunk == 0) {
                return Optional.of(new HttpReply(status, Bytes.of(joined.toByteArray())));
            }
            if (length - at < chunk + 2) {
                return ended ? Optional.of(MALFORMED) : Optional.empty();
            }
            joined.write(bytes, at, chunk);
            at += chunk + (bytes[at + chunk] == '\r' ? 2 : 1);
            scanned = at;
            chunk = UNKNOWN;
        }
    }

    /** The line in front of a chunk; false if it is not whole, or, with {@link Integer#MAX_VALUE} for a size, is none. */
    private boolean takeSize(byte[] bytes, int length) {
        while (scanned < length && bytes[scanned] != '\n') {
            scanned++;
        }
        if (scanned >= length) {
            return false;
        }
        String size = new String(bytes, at, scanned - at, StandardCharsets.ISO_8859_1)
                .replaceFirst(";.*", "")
                .strip();
        if (!size.matches("[0-9a-fA-F]{1,6}")) {
            chunk = Integer.MAX_VALUE;
            return false;
        }
        chunk = Integer.parseInt(size, 16);
        at = scanned + 1;
        return true;
    }
}
